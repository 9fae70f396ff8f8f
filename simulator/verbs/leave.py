"""`<Leave>`: out of the queue, on with the verb after Enqueue. Source: Twilio docs, TwiML Leave.

It means something only in a wait document, where nested.py sees to it; elsewhere there is nothing to leave.
"""

from simulator.twiml.attributes import Finding, read_attributes
from simulator.twiml.content import expect_nothing
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs.script import Flow, Leg


@frozen
class Leave:
    """No attributes."""

    line: int


def read(element: Element, findings: list[Finding]) -> Leave:
    """The verb; it has neither attributes nor content."""
    expect_nothing(element, findings)
    return Leave(line=element.line, **read_attributes(Leave, element, findings))


def script(leave: Leave, leg: Leg) -> Flow:
    """Outside a queue: on with the next verb (nobody documents it, confidence L)."""
    leg.remark("<Leave> outside the wait document of a queue does nothing", leave.line)
    return None
