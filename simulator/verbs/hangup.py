"""`<Hangup>`: the application ends the call. Source: Twilio docs, TwiML Hangup."""

from simulator.twiml.attributes import Finding, read_attributes
from simulator.twiml.content import read_parameters
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs.script import HANG_UP, Flow, Leg


@frozen
class Hangup:
    """No attributes."""

    line: int
    has_parameters: bool = False


def read(element: Element, findings: list[Finding]) -> Hangup:
    """The verb; Twilio's SDKs know Parameter children, its pages do not say what for."""
    has_parameters = bool(read_parameters(element, findings))
    return Hangup(line=element.line, has_parameters=has_parameters, **read_attributes(Hangup, element, findings))


def script(hangup: Hangup, leg: Leg) -> Flow:
    """As the first verb it answers the call and ends it at once, as Twilio does (and bills)."""
    if hangup.has_parameters:
        leg.remark("<Parameter> inside <Hangup> reaches nobody here", hangup.line)
    return HANG_UP
