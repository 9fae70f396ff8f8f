"""`<Redirect>`: go on with another document. Source: Twilio docs, TwiML Redirect."""

from dataclasses import dataclass

from simulator.twiml.attributes import METHOD, Finding, attribute, read_attributes
from simulator.twiml.parse import Element
from simulator.verbs.script import Fail, Flow, Goto, Leg


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where to."""

    url: str
    line: int
    method: str = attribute("method", METHOD, default="POST", invalid=13710)


def read(element: Element, findings: list[Finding]) -> Redirect:
    """The verb; an empty URL is only found out when it is reached."""
    return Redirect(url=element.text, line=element.line, **read_attributes(Redirect, element, findings))


def script(redirect: Redirect, leg: Leg) -> Flow:
    """The target gets the standard parameters only; Redirect alone does not answer the call."""
    del leg
    if not redirect.url:
        return Fail(11100, "<Redirect> without a URL", redirect.line)
    return Goto(redirect.url, "GET" if redirect.method == "GET" else "POST", line=redirect.line)
