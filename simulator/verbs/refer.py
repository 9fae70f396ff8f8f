"""`<Refer>`: hand a SIP call on to somebody else. Read and checked; the transfer itself is not simulated.

Source: Twilio docs, TwiML Refer.
"""

from simulator.twiml.attributes import METHOD, Finding, anything, attribute, read_attributes
from simulator.twiml.content import expect_children, expect_no_text, read_text
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs.script import Fail, Flow, Leg, Stop
from simulator.vocabulary import Method


@frozen
class Refer:
    """To whom, and what is asked afterwards; the attributes of Twilio's page."""

    to: str
    line: int
    action: str = attribute("action", anything, default="", invalid=11100)
    method: Method = attribute("method", METHOD, default="POST")


def read(element: Element, findings: list[Finding]) -> Refer:
    """The verb with the address in its one Sip child (none: 13802)."""
    expect_no_text(element, findings)
    expect_children(element, findings, known=("Sip",))
    addresses = [read_text(child, findings) for child in element.children if child.name == "Sip"]
    to = next(filter(None, addresses), "")
    if not to:
        findings.append(Finding(13802, "<Refer> without a <Sip>", element.line))
    return Refer(to=to, line=element.line, **read_attributes(Refer, element, findings))


def script(refer: Refer, leg: Leg) -> Flow:
    """Only calls that came in by SIP can be handed on (13801)."""
    if not leg.caller.startswith(("sip:", "sips:")):
        return Fail(13801, f"the call comes from {leg.caller}", refer.line)
    return Stop(f"<Refer> to {refer.to or 'nobody'} is not simulated", refer.line)
