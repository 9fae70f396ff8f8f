"""`<Reject>`: refuse the call without answering it. Source: Twilio docs, TwiML Reject."""

from dataclasses import dataclass

from simulator.twiml.attributes import Finding, attribute, one_of, read_attributes
from simulator.twiml.parse import Element
from simulator.verbs.script import Flow, Leg, TurnAway


@dataclass(frozen=True, slots=True)
class Reject:
    """Why; decides between the busy tone and a number out of service."""

    line: int
    reason: str = attribute("reason", one_of("rejected", "busy"), default="rejected", invalid=13810)


def read(element: Element, findings: list[Finding]) -> Reject:
    """The verb; it has no content."""
    return Reject(line=element.line, **read_attributes(Reject, element, findings))


def script(reject: Reject, leg: Leg) -> Flow:
    """Ends the call; how depends on whether it was answered before."""
    del leg
    return TurnAway(is_busy=reject.reason == "busy")
