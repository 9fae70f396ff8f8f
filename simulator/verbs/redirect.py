"""`<Redirect>`: go on with another document. Source: Twilio docs, TwiML Redirect."""

from simulator.twiml.attributes import METHOD, Finding, attribute, read_attributes
from simulator.twiml.content import read_text
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs.script import Flow, Goto, Leg
from simulator.vocabulary import Method


@frozen
class Redirect:
    """Where to."""

    url: str
    line: int
    method: Method = attribute("method", METHOD, default="POST", invalid=13710)


def read(element: Element, findings: list[Finding]) -> Redirect:
    """The verb; a URL that is none is only found out when it is reached."""
    url = read_text(element, findings)
    return Redirect(url=url, line=element.line, **read_attributes(Redirect, element, findings))


def script(redirect: Redirect, leg: Leg) -> Flow:
    """The target gets the standard parameters only; Redirect alone does not answer the call.

    An empty one asks for the current document again (Twilio docs: Conference, waitUrl; Twilio's samples for queues).
    """
    del leg
    return Goto(redirect.url, redirect.method, line=redirect.line)
