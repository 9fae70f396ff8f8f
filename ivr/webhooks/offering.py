"""From a known caller to a factor on offer: an attempt is begun, and the factor announced before anything is sent."""

from __future__ import annotations

import logging
from dataclasses import replace

from ivr import phrases
from ivr.calls.stages import Call, Stage, moved
from ivr.identity.protocol import Begun, Factor, Kind, Person, Unavailable
from ivr.line import Line
from ivr.webhooks.common import unavailable
from ivr.webhooks.turn import AUTHENTICATE, Turn
from ivr.webhooks.ways import others

log = logging.getLogger("ivr.webhooks.offering")


async def begun(line: Line, call: Call, *first: str) -> Turn:
    """Begin an attempt and offer its factor; whoever has none is offered a decoy's."""
    assert call.caller is not None
    match await line.proofs.begin(call.caller, call.phone):
        case Begun(attempt, factors):
            if attempt.decoy:
                log.info("call=%s cannot be proven: %s", call.sid, attempt.decoy)
            preference = call.caller.preference if isinstance(call.caller, Person) else ""
            call = replace(call, attempt=attempt, factors=factors, factor=_preferred(factors, preference), push=None)
            return offered(line, moved(call, Stage.OFFERED), *first)
        case Unavailable() as failure:
            return unavailable(line, call, failure)


async def begun_again(line: Line, call: Call) -> Turn:
    """The provider has forgotten the attempt: offer the factor once more."""
    return await begun(line, call, phrases.LAPSED)


def offered(line: Line, call: Call, *first: str) -> Turn:
    """Announce the factor, and wait for the caller to want it."""
    return Turn(call, line.script.ask(offer_of(call), to=AUTHENTICATE, first=first))


def offer_of(call: Call) -> str:
    """The announcement of the factor that is on offer, and of star when there is another way."""
    assert call.factor is not None
    return phrases.OFFERS[call.factor.kind] + (f" {phrases.ANOTHER_WAY}" if others(call) else "")


def _preferred(factors: tuple[Factor, ...], preference: str) -> Factor:
    """The first factor of the preferred kind, else the first that works on the phone at all.

    A call comes last: it may be to the very phone that is busy with us.
    """
    rest = sorted(factors, key=lambda factor: factor.kind is Kind.CALL)
    return next((factor for factor in factors if factor.kind == preference), rest[0])
