"""The first two pages: the greeting and the main menu. Known and unknown callers hear the same."""

from __future__ import annotations

import logging
from dataclasses import replace

from ivr import phrases
from ivr.callers import is_number
from ivr.calls.stages import Call, Stage, moved
from ivr.identity.protocol import Factor, Kind, Person, Unavailable, Unknown
from ivr.line import Line
from ivr.webhooks.common import missed, support, support_offered, unavailable
from ivr.webhooks.turn import AUTHENTICATE, MENU, STANDS_AT, Heard, Turn

log = logging.getLogger("ivr.webhooks.welcome")

OFFERS = {Kind.SMS: phrases.OFFER_SMS, Kind.PUSH: phrases.OFFER_PUSH}


async def welcome(line: Line, call: Call, heard: Heard) -> Turn:
    """Greet, and quietly look up whose number this seems to be."""
    call, _ = await _looked_up(line, call)
    greeting = phrases.greeting(line.settings.customer_name, heard.place)
    return Turn(call, line.script.ask(phrases.MAIN_MENU, to=MENU, first=(greeting,)))


async def menu(line: Line, call: Call, heard: Heard) -> Turn:
    """1 account, 2 departments and support; support stays open until the factor is passed."""
    match heard.digits, call.stage:
        case "2", _:
            return await support(line, call, "support")
        case "1", Stage.GREETED:
            return await _offer(line, call)
        case _, Stage.OFFERED:
            return offered(line, call)
        case None | "#", Stage.GREETED:
            return Turn(call, line.script.ask(phrases.MAIN_MENU, to=MENU))
        case _, Stage.GREETED:
            return missed(line, call, phrases.MAIN_MENU, to=MENU)
        case _:
            return Turn(call, line.script.go(STANDS_AT[call.stage], phrases.GO_ON))


def offered(line: Line, call: Call, *first: str) -> Turn:
    """Announce the factor, and wait for the caller to want it."""
    return Turn(call, line.script.ask(offer_of(call), to=AUTHENTICATE, first=first))


def offer_of(call: Call) -> str:
    """The announcement of the factor that is on offer, and of star when there is another kind."""
    assert call.factor is not None
    kinds = {factor.kind for factor in call.factors}
    return OFFERS[call.factor.kind] + (f" {phrases.ANOTHER_WAY}" if len(kinds) > 1 else "")


async def _offer(line: Line, call: Call) -> Turn:
    """Find a factor for whoever this seems to be; nobody learns here why there is none."""
    call, trouble = await _looked_up(line, call)
    if trouble is not None:
        return unavailable(line, call, trouble)
    if not isinstance(call.caller, Person):
        return support_offered(line, call, phrases.CANNOT_VERIFY)
    factors = await line.identity.usable_factors(call.caller.id)
    if isinstance(factors, Unavailable):
        return unavailable(line, call, factors)
    factor = _preferred(factors, call.caller.preference)
    if factor is None:
        return support_offered(line, call, phrases.CANNOT_VERIFY)
    return offered(line, moved(replace(call, factors=factors, factor=factor), Stage.OFFERED))


async def _looked_up(line: Line, call: Call) -> tuple[Call, Unavailable | None]:
    """The call with its caller, asked for once; a failed look-up is tried again next time."""
    if call.caller is not None:
        return call, None
    if not is_number(call.phone):
        return replace(call, caller=Unknown("the number is withheld")), None
    found = await line.identity.find_caller(call.phone)
    if isinstance(found, Unavailable):
        log.warning("call=%s look-up: %s (%s)", call.sid, found.trouble, found.detail)
        return call, found
    if isinstance(found, Unknown):
        log.info("call=%s caller unknown: %s", call.sid, found.why)
    return replace(call, caller=found), None


def _preferred(factors: tuple[Factor, ...], preference: str) -> Factor | None:
    """The first factor of the preferred kind, else the first that works on the phone at all."""
    return next((factor for factor in factors if factor.kind == preference), next(iter(factors), None))
