"""`<Hangup>`: the application ends the call. Source: Twilio docs, TwiML Hangup."""

from dataclasses import dataclass

from simulator.twiml.attributes import Finding, read_attributes
from simulator.twiml.parse import Element
from simulator.verbs.script import HANG_UP, Flow, Leg


@dataclass(frozen=True, slots=True)
class Hangup:
    """No attributes."""

    line: int


def read(element: Element, findings: list[Finding]) -> Hangup:
    """The verb; it has neither attributes nor content."""
    return Hangup(line=element.line, **read_attributes(Hangup, element, findings))


def script(hangup: Hangup, leg: Leg) -> Flow:
    """As the first verb it answers the call and ends it at once, as Twilio does (and bills)."""
    del hangup, leg
    return HANG_UP
