"""`<Reject>`: refuse the call without answering it. Source: Twilio docs, TwiML Reject."""

from simulator.twiml.attributes import Finding, attribute, one_of, read_attributes
from simulator.twiml.content import read_parameters
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs.script import Flow, Leg, TurnAway


@frozen
class Reject:
    """Why; decides between the busy tone and a number out of service."""

    line: int
    has_parameters: bool = False
    reason: str = attribute("reason", one_of("rejected", "busy"), default="rejected", invalid=13810)


def read(element: Element, findings: list[Finding]) -> Reject:
    """The verb; Twilio's SDKs know Parameter children, its pages do not say what for."""
    has_parameters = bool(read_parameters(element, findings))
    return Reject(line=element.line, has_parameters=has_parameters, **read_attributes(Reject, element, findings))


def script(reject: Reject, leg: Leg) -> Flow:
    """Ends the call; how depends on whether it was answered before."""
    if reject.has_parameters:
        leg.remark("<Parameter> inside <Reject> reaches nobody here", reject.line)
    return TurnAway(is_busy=reject.reason == "busy")
