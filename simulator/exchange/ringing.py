"""The life of a leg that the exchange rings, from the first ring to its first document or its joining."""

from dataclasses import replace

from simulator.verbs.script import (
    JOIN,
    Detection,
    Flow,
    Goto,
    Inline,
    Leg,
    Script,
    Unanswered,
    Wait,
)
from simulator.vocabulary import Answered, Declined, Ring


def ringing(
    leg: Leg, *, timeout: float, first: Goto | Inline | None, parent: str | None, detection: Detection | None
) -> Script:
    """Ring until somebody answers, declines, or the timeout is over."""
    leg.emit(Ring(leg.sid, leg.caller, leg.called, parent))
    event = yield Wait(timeout, (Answered, Declined))
    match event:
        case Answered():
            leg.connect()
            if detection is not None:
                _detect(detection, event, leg)
            flow: Flow = JOIN if first is None else first
            return flow
        case Declined(outcome):
            return Unanswered(outcome)
        case _:
            return Unanswered("no-answer")


def _detect(detection: Detection, answered: Answered, leg: Leg) -> None:
    """Who answered, at once: the time that detection takes is told, but nobody waits for it (confidence L)."""
    found = {"AnsweredBy": answered.by, "MachineDetectionDuration": str(round(answered.seconds * 1000))}
    leg.learn(found)
    if detection.callback is not None:
        own = {"AccountSid": leg.account, "CallSid": leg.sid, **found}
        leg.tell(replace(detection.callback, params=own), own_set=True)


def joined() -> Script:
    """Nothing to do: the leg that dialled this one speaks for both until somebody hangs up."""
    yield Wait(None, for_caller=True)
    return None
