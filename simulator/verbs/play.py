"""`<Play>`: a sound file or DTMF tones. Source: Twilio docs, TwiML Play.

How long a sound lasts is measured where its format tells (simulator/durations.py); otherwise, and for hosts that
are not contacted, `UNKNOWN_SECONDS` is assumed (simulator policy).
"""

from collections.abc import Generator

from simulator.twiml.attributes import Finding, attribute, matching, read_attributes, whole_number
from simulator.twiml.content import read_text
from simulator.twiml.parse import Element
from simulator.url_characters import malformed
from simulator.values import frozen
from simulator.verbs.prompts import Playing, play_over
from simulator.verbs.script import Fail, Incoming, Kinds, Leg, Script, Wait
from simulator.vocabulary import Fetched, Prompt, Unreachable

UNKNOWN_SECONDS = 3.0
AUDIO_TYPES = frozenset(
    f"audio/{kind}"
    for kind in (
        "mpeg", "wav", "wave", "x-wav", "aiff", "x-aifc", "x-aiff", "x-gsm", "gsm", "ulaw", "basic", "x-mulaw",
    )
)  # fmt: skip
TONE_SECONDS = {"w": 0.5, "W": 1.0}
DEFAULT_TONE_SECONDS = 0.25
"""One DTMF digit with the gap after it; Twilio does not document it (confidence L)."""


@frozen
class Play:
    """What is played, and the attributes of Twilio's page."""

    url: str
    line: int
    loop: int = attribute("loop", whole_number(0), default=1, invalid=13410)
    digits: str = attribute("digits", matching(r"[0-9A-D#*wW]+"), default="", invalid=13430)


def read(element: Element, findings: list[Finding]) -> Play | None:
    """The verb, or None when there is neither a URL nor tones."""
    url = read_text(element, findings)
    play = Play(url=url, line=element.line, **read_attributes(Play, element, findings))
    if not play.url and not play.digits:
        findings.append(Finding(13420, "<Play> without a URL", element.line))
        return None
    return play


def script(play: Play, leg: Leg) -> Script:
    """Fetch, then play; a sound that cannot be had is fatal to the document unless the exchange is lenient."""
    prompt = yield from prepare(play, leg)
    if isinstance(prompt, Fail):
        if not leg.is_lenient:
            return prompt
        leg.warn(prompt.code, prompt.detail, prompt.line)
        return None
    yield from perform(play, prompt, leg, until=())
    return None


def prepare(play: Play, leg: Leg, bad_type: int = 13420) -> Generator[Wait, Incoming, Prompt | Fail]:
    """Fetch the sound; returns the prompt with its length, or why it cannot be played."""
    if play.digits:
        seconds = sum(TONE_SECONDS.get(tone, DEFAULT_TONE_SECONDS) for tone in play.digits)
        return Prompt("Play", seconds, digits=play.digits)
    request = leg.ask_for_sound(play.url)
    if request is None:
        return Fail(11100, f"<Play> of {malformed(play.url)}", play.line)
    while True:
        event = yield Wait(None, (Fetched, Unreachable))
        if isinstance(event, Fetched | Unreachable) and event.request == request:
            break
    if isinstance(event, Unreachable):
        return Fail(event.code, f"{play.url}: {event.reason}", play.line, play.url)
    if event.status is not None and not 200 <= event.status < 300:
        return Fail(bad_type, f"{event.url} answered {event.status}", play.line, event.url)
    if event.status is not None and event.content_type not in AUDIO_TYPES:
        return Fail(bad_type, f"{event.url} is {event.content_type}", play.line, event.url)
    return Prompt("Play", UNKNOWN_SECONDS if event.seconds is None else event.seconds, url=event.url)


def perform(play: Play, prompt: Prompt, leg: Leg, until: Kinds) -> Playing:
    """Play the prepared prompt as often as `loop` wants; returns what cut it off."""
    return play_over(prompt, leg, until, play.loop)
