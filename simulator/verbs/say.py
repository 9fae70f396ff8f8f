"""`<Say>`: words spoken by a voice. Source: Twilio docs, TwiML Say and text-to-speech; SSML is spoken as its text."""

import re

from simulator.durations import seconds_to_say
from simulator.twiml.attributes import LANGUAGE, Finding, attribute, matching, read_attributes, whole_number
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs.prompts import Playing, play_over
from simulator.verbs.script import Kinds, Leg, Script
from simulator.vocabulary import Prompt

SSML = frozenset(("break", "emphasis", "lang", "p", "s", "phoneme", "prosody", "say-as", "sub", "w"))
_PAUSING = frozenset(("break", "p", "s"))
MAX_CHARACTERS = 4096
VOICE = matching(
    r"man|woman|alice"
    r"|Polly\.[^\W\d_]+(-Neural|-Generative)?"
    r"|Google\.[a-z]{2,3}-[A-Z]{2}"
    r"-(Standard|Wavenet|Neural2|News|Studio|Polyglot|Casual|Journey|Chirp-HD|Chirp3-HD)-[A-Za-z]+"
)
"""The shapes of Twilio's voice names; which names exist changes too often to be listed (our choice, confidence M)."""


@frozen
class Say:
    """What is said, and the attributes of Twilio's page."""

    text: str
    line: int
    voice: str = attribute("voice", VOICE, default="man", invalid=13511)
    language: str = attribute("language", LANGUAGE, default="en-US", invalid=13512)
    loop: int = attribute("loop", whole_number(0), default=1, invalid=13510)


def read(element: Element, findings: list[Finding]) -> Say | None:
    """The verb, or None when there is nothing to say (13520: Twilio skips it)."""
    text = " ".join(_spoken(element, findings).split())
    if not text:
        findings.append(Finding(13520, "<Say> without words", element.line))
        return None
    if len(text) > MAX_CHARACTERS:
        findings.append(Finding(13521, f"{len(text)} characters in <Say>", element.line))
    return Say(text=text, line=element.line, **read_attributes(Say, element, findings))


def script(say: Say, leg: Leg) -> Script:
    """Outside Gather nothing but a hang-up interrupts the voice."""
    yield from perform(say, leg, until=())
    return None


def perform(say: Say, leg: Leg, until: Kinds) -> Playing:
    """Say the words as often as `loop` wants; returns what cut them off."""
    prompt = Prompt("Say", seconds_to_say(say.text), text=say.text, voice=say.voice, language=say.language)
    return play_over(prompt, leg, until, say.loop)


def _spoken(element: Element, findings: list[Finding]) -> str:
    words: list[str] = []
    for part in element.content:
        if isinstance(part, str):
            words.append(part)
        elif part.name not in SSML:
            findings.append(Finding(12200, f"<{part.name}> is not an SSML of <Say>", part.line))
            words.append(_spoken(part, findings))
        elif part.name == "sub" and re.search(r"\S", part.attributes.get("alias", "")):
            words.append(part.attributes["alias"])
        else:
            gap = " " if part.name in _PAUSING else ""
            words.extend((gap, _spoken(part, findings), gap))
    return "".join(words)
