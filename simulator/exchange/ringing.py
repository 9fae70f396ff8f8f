"""The life of a leg that the exchange rings, from the first ring to its first document or its joining."""

from dataclasses import replace

from simulator.verbs.dial.sip import GIVEN_UP, REFUSED
from simulator.verbs.script import (
    JOIN,
    Detection,
    Flow,
    Leg,
    Outgoing,
    Script,
    Unanswered,
    Wait,
)
from simulator.vocabulary import Answered, Declined, Ring


def ringing(leg: Leg, outgoing: Outgoing, *, parent: str | None) -> Script:
    """Ring until somebody answers, declines, or the timeout is over."""
    leg.emit(Ring(leg.sid, leg.caller, leg.called, parent, outgoing.given))
    event = yield Wait(outgoing.timeout, (Answered, Declined))
    match event:
        case Answered():
            leg.connect(event.sip_headers)
            if outgoing.detection is not None:
                _detect(outgoing.detection, event, leg)
            flow: Flow = JOIN if outgoing.first is None else outgoing.first
            return flow
        case Declined(outcome):
            return Unanswered(*REFUSED[outcome])
        case _:
            return Unanswered("no-answer", GIVEN_UP)


def _detect(detection: Detection, answered: Answered, leg: Leg) -> None:
    """Tell who answered, at once: the time that detection takes is reported but does not pass (confidence L)."""
    found = {"AnsweredBy": answered.by, "MachineDetectionDuration": str(round(answered.seconds * 1000))}
    leg.learn(found)
    if detection.callback is not None:
        own = {"AccountSid": leg.account, "CallSid": leg.sid, **found}
        leg.tell(replace(detection.callback, params=own), own_set=True)


def joined() -> Script:
    """Nothing to do: the leg that dialled this one speaks for both until somebody hangs up."""
    yield Wait(None, for_caller=True)
    return None
