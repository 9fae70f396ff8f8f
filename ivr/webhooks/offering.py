"""From a known caller to a factor on offer: an attempt is begun, and the factor announced before anything is sent."""

from __future__ import annotations

import logging
from dataclasses import replace

from ivr import phrases
from ivr.calls.stages import Call, Stage, moved
from ivr.identity.protocol import Begun, Factor, Kind, Locked, Person, Unavailable, Unusable
from ivr.line import Line
from ivr.webhooks.common import support_offered, unavailable
from ivr.webhooks.turn import AUTHENTICATE, Turn
from ivr.webhooks.ways import others

log = logging.getLogger("ivr.webhooks.offering")

# A profile may name a factor as Okta does.
ALSO_CALLED = {"token:software:totp": Kind.TOTP}


async def begun(line: Line, call: Call, person: Person, *first: str) -> Turn:
    """Begin an attempt and offer its factor; nobody learns here why there is none."""
    match await line.identity.begin(person):
        case Begun(attempt, factors):
            factor = _preferred(factors, person.preference)
            if factor is None:
                return support_offered(line, call, phrases.CANNOT_VERIFY)
            call = replace(call, attempt=attempt, factors=factors, factor=factor, push=None)
            return offered(line, moved(call, Stage.OFFERED), *first)
        case Locked():
            return support_offered(line, call, phrases.CANNOT_VERIFY)
        case Unusable(why):
            log.warning("call=%s no attempt: %s", call.sid, why)
            return support_offered(line, call, phrases.CANNOT_VERIFY)
        case Unavailable() as failure:
            return unavailable(line, call, failure)


async def begun_again(line: Line, call: Call) -> Turn:
    """The provider has forgotten the attempt: offer the factor once more."""
    assert isinstance(call.caller, Person)
    return await begun(line, call, call.caller, phrases.LAPSED)


def offered(line: Line, call: Call, *first: str) -> Turn:
    """Announce the factor, and wait for the caller to want it."""
    return Turn(call, line.script.ask(offer_of(call), to=AUTHENTICATE, first=first))


def offer_of(call: Call) -> str:
    """The announcement of the factor that is on offer, and of star when there is another way."""
    assert call.factor is not None
    return phrases.OFFERS[call.factor.kind] + (f" {phrases.ANOTHER_WAY}" if others(call) else "")


def _preferred(factors: tuple[Factor, ...], preference: str) -> Factor | None:
    """The first factor of the preferred kind, else the first that works on the phone at all.

    A call comes last: it may be to the very phone that is busy with us.
    """
    wanted = ALSO_CALLED.get(preference, preference)
    rest = sorted(factors, key=lambda factor: factor.kind is Kind.CALL)
    return next((factor for factor in factors if factor.kind == wanted), next(iter(rest), None))
