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
    """The target gets the standard parameters only; Redirect alone does not answer the call.

    In a wait document an empty Redirect is the documented way to loop (Twilio docs: Conference, waitUrl); elsewhere
    it is taken for a mistake (confidence L).
    """
    if not redirect.url and not leg.is_nested:
        return Fail(11100, "<Redirect> without a URL", redirect.line)
    return Goto(redirect.url, "GET" if redirect.method == "GET" else "POST", line=redirect.line)
