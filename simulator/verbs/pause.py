"""`<Pause>`: silence; as the first verb it delays the pick-up. Source: Twilio docs, TwiML Pause."""

from collections.abc import Generator

from simulator.twiml.attributes import Finding, attribute, read_attributes, whole_number
from simulator.twiml.content import expect_nothing
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs.script import Incoming, Kinds, Leg, News, Script, TimedOut, Wait


@frozen
class Pause:
    """How long; whole seconds."""

    line: int
    length: int = attribute("length", whole_number(1), default=1, invalid=13910)


def read(element: Element, findings: list[Finding]) -> Pause:
    """The verb; it has no content."""
    expect_nothing(element, findings)
    return Pause(line=element.line, **read_attributes(Pause, element, findings))


def script(pause: Pause, leg: Leg) -> Script:
    """Keys do not shorten it outside Gather."""
    del leg
    yield from perform(pause, until=())
    return None


def perform(pause: Pause, until: Kinds) -> Generator[Wait, Incoming, News | None]:
    """Wait; returns what cut the silence short."""
    event = yield Wait(pause.length, until)
    return None if isinstance(event, TimedOut) else event
