"""`<Echo>`: gives the caller's own sound back until they hang up. Source: Twilio docs, TwiML Echo."""

from simulator.durations import seconds_to_say
from simulator.twiml.attributes import Finding, read_attributes
from simulator.twiml.content import expect_nothing
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs.play import DEFAULT_TONE_SECONDS
from simulator.verbs.prompts import play
from simulator.verbs.script import Leg, Script, Wait
from simulator.vocabulary import Pressed, Prompt, Spoke


@frozen
class Echo:
    """It has no attributes."""


def read(element: Element, findings: list[Finding]) -> Echo:
    """The verb."""
    expect_nothing(element, findings)
    return Echo(**read_attributes(Echo, element, findings))


def script(_: Echo, leg: Leg) -> Script:
    """What is said or pressed is heard again; meanwhile nothing new is taken (simulator policy)."""
    while True:
        event = yield Wait(None, (Pressed, Spoke), for_caller=True)
        match event:
            case Pressed(key):
                yield from play(Prompt("Echo", DEFAULT_TONE_SECONDS, digits=key), leg, until=())
            case Spoke(words):
                yield from play(Prompt("Echo", seconds_to_say(words), text=words), leg, until=())
            case _:
                continue
