"""The first two pages: the greeting and the main menu. Known and unknown callers hear the same."""

from __future__ import annotations

import logging
from dataclasses import replace

from ivr import phrases
from ivr.callers import is_believed, is_number
from ivr.calls.stages import Call, Stage
from ivr.identity.protocol import Unavailable, Unknown
from ivr.line import Line
from ivr.webhooks.common import missed, support, support_offered, unavailable
from ivr.webhooks.offering import begun, offered
from ivr.webhooks.turn import MENU, STANDS_AT, Heard, Turn

log = logging.getLogger("ivr.webhooks.welcome")


async def welcome(line: Line, call: Call, heard: Heard) -> Turn:
    """Greet, and quietly look up whose number this seems to be."""
    if not is_believed(heard.verdict, line.settings.caller_id):
        call = replace(call, caller=Unknown("its caller ID is not to be believed"))
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


async def _offer(line: Line, call: Call) -> Turn:
    """Find a factor for whoever this seems to be."""
    call, trouble = await _looked_up(line, call)
    if trouble is not None:
        return unavailable(line, call, trouble)
    if not is_number(call.phone):  # says nothing about anybody, so it can be told
        return support_offered(line, call, phrases.CANNOT_VERIFY)
    return await begun(line, call)


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
