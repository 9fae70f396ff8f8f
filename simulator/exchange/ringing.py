"""The life of a leg that the exchange rings, from the first ring to its first document or its joining."""

from simulator.verbs.script import (
    JOIN,
    Flow,
    Goto,
    Inline,
    Leg,
    Script,
    Unanswered,
    Wait,
)
from simulator.vocabulary import Answered, Declined, Ring


def ringing(leg: Leg, *, timeout: float, first: Goto | Inline | None, parent: str | None) -> Script:
    """Ring until somebody answers, declines, or the timeout is over."""
    leg.emit(Ring(leg.sid, leg.caller, leg.called, parent))
    event = yield Wait(timeout, (Answered, Declined))
    match event:
        case Answered():
            leg.connect()
            flow: Flow = JOIN if first is None else first
            return flow
        case Declined(outcome):
            return Unanswered(outcome)
        case _:
            return Unanswered("no-answer")


def joined() -> Script:
    """Nothing to do: the leg that dialled this one speaks for both until somebody hangs up."""
    yield Wait(None, for_caller=True)
    return None
