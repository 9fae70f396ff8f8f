"""`<Gather>`: collect keys or speech while prompts play. Source: Twilio docs, TwiML Gather.

Keys: the first one cuts the prompts off, every key restarts the clock, and the end is numDigits, finishOnKey or the
timeout. Whichever of key and speech comes first decides; the other is ignored from then on.
"""

from collections.abc import Generator
from typing import NamedTuple

from simulator.twiml.attributes import (
    LANGUAGE,
    METHOD,
    Finding,
    InvalidValueError,
    anything,
    attribute,
    boolean,
    matching,
    read_attributes,
    whole_number,
)
from simulator.twiml.content import expect_no_text
from simulator.twiml.parse import Element
from simulator.url_characters import malformed
from simulator.values import frozen
from simulator.verbs import pause, play, say
from simulator.verbs.script import Fail, Flow, Goto, Incoming, Kinds, Leg, News, Script, TimedOut, Wait
from simulator.vocabulary import Listening, Method, Pressed, Prompt, Spoke, StoppedListening

Nested = say.Say | play.Play | pause.Pause


_DEFAULT_TIMEOUT: int | None = 5


def _finish_key(text: str) -> str:
    if len(text) > 1:
        raise InvalidValueError(13311)
    if text not in "0123456789#*":
        raise InvalidValueError
    return text


def _input(text: str) -> str:
    words = text.split()
    if sorted(words) not in (["dtmf"], ["speech"], ["dtmf", "speech"]):
        raise InvalidValueError
    return " ".join(words)


def _seconds_or_auto(text: str) -> int | None:
    return None if text == "auto" else whole_number(1)(text)


def _hints(text: str) -> str:
    hints = text.split(",")
    if len(hints) > 500 or any(len(hint.strip()) > 100 for hint in hints):
        raise InvalidValueError
    return text


@frozen
class Gather:
    """What is collected and how it ends; the attributes of Twilio's page."""

    line: int
    prompts: tuple[Nested, ...] = ()
    faults: tuple[Fail, ...] = ()
    """What is fatal to the document when the Gather is reached."""
    input: str = attribute("input", _input, default="dtmf", invalid=13326)
    action: str = attribute("action", anything, default="", invalid=11100)
    method: Method = attribute("method", METHOD, default="POST", invalid=13312)
    timeout: int | None = attribute("timeout", _seconds_or_auto, default=_DEFAULT_TIMEOUT, invalid=13313)
    finish_on_key: str = attribute("finishOnKey", _finish_key, default="#", invalid=13310)
    num_digits: int | None = attribute("numDigits", whole_number(1), default=None, invalid=13314)
    action_on_empty_result: bool = attribute("actionOnEmptyResult", boolean, default=False, invalid=13338)
    speech_timeout: int | None = attribute("speechTimeout", _seconds_or_auto, default=None, invalid=13327)
    max_speech_time: int = attribute("maxSpeechTime", whole_number(1, 60), default=60, invalid=13328)
    speech_model: str = attribute(
        "speechModel",
        matching(
            r"default|numbers_and_commands|phone_call|experimental_(conversations|utterances)"
            r"|googlev2_\w+|deepgram_[\w-]+"
        ),
        default="default",
        invalid=13334,
    )
    enhanced: bool = attribute("enhanced", boolean, default=False)
    language: str = attribute("language", LANGUAGE, default="en-US", invalid=13331)
    hints: str = attribute("hints", _hints, default="", invalid=13330)
    profanity_filter: bool = attribute("profanityFilter", boolean, default=True, invalid=13333)
    barge_in: bool = attribute("bargeIn", boolean, default=True, invalid=13332)
    partial_result_callback: str = attribute("partialResultCallback", anything, default="", invalid=11100)
    partial_result_callback_method: Method = attribute(
        "partialResultCallbackMethod", METHOD, default="POST", invalid=13329
    )
    debug: bool = attribute("debug", boolean, default=False)

    @property
    def takes_keys(self) -> bool:
        return "dtmf" in self.input

    @property
    def takes_speech(self) -> bool:
        return "speech" in self.input


AUTO_SECONDS = 5
"""How long `timeout="auto"` waits for a first sign; Twilio leaves it to the recogniser (confidence L)."""


def read(element: Element, findings: list[Finding]) -> Gather:
    """The verb with its prompts; what may not be nested is reported and left out (13320).

    A voice that is none is a failure (Twilio's TwiML changelog of 2024); that earlier verbs run before it is ours (L).
    """
    expect_no_text(element, findings)
    found: list[Finding] = []
    prompts = tuple(prompt for child in element.children if (prompt := _nested(child, found)))
    nested = [_as_nested(finding) for finding in found]
    faults = tuple(Fail(each.code, each.detail, each.line) for each in nested if each.code == _BAD_VOICE)
    findings.extend(each for each in nested if each.code != _BAD_VOICE)
    attributes = read_attributes(Gather, element, findings)
    if attributes.get("timeout", 5) is None and "speech" not in attributes.get("input", "dtmf"):
        findings.append(Finding(13313, 'timeout="auto" without speech input', element.line))
        del attributes["timeout"]
    if "speech_model" in attributes and attributes.get("speech_timeout", 0) is None:
        findings.append(Finding(13335, f'speechModel="{attributes["speech_model"]}" with auto', element.line))
        del attributes["speech_timeout"]
    return Gather(line=element.line, prompts=prompts, faults=faults, **attributes)


def script(gather: Gather, leg: Leg) -> Script:
    """Prompts, then silence; returns to the action with what was entered, or falls through without."""
    if gather.faults and not leg.is_lenient:
        return gather.faults[0]
    for fault in gather.faults:
        leg.warn(fault.code, fault.detail, fault.line)
    prepared = yield from _prepare(gather, leg)
    if isinstance(prepared, Fail) and not leg.is_lenient:
        return prepared
    leg.emit(
        Listening(
            leg.sid,
            "Gather",
            keys=gather.takes_keys,
            speech=gather.takes_speech,
            num_digits=gather.num_digits,
            finish_on_key=gather.finish_on_key,
            timeout=_silence(gather),
            barge_in=gather.barge_in,
        )
    )
    sounds = {} if isinstance(prepared, Fail) else prepared
    first = yield from _prompts(gather, sounds, leg)
    if first is None:
        answer = yield Wait(_silence(gather), _kinds(gather), for_caller=True)
        first = None if isinstance(answer, TimedOut) else answer
    match first:
        case Pressed():
            entry = yield from _collect(gather, first.key)
            return _submit_keys(gather, entry, leg)
        case Spoke():
            return _submit_speech(gather, first, leg)
        case _:
            return _submit_keys(gather, Entry("", ""), leg, outcome="timeout")


class Entry(NamedTuple):
    """What was typed: the digits without the key that finished them, and that key."""

    digits: str
    finished_on: str


def _collect(gather: Gather, first: str) -> Generator[Wait, Incoming, Entry]:
    digits, key = "", first
    while key != gather.finish_on_key:
        digits += key
        if len(digits) == gather.num_digits:
            return Entry(digits, "")
        event = yield Wait(_silence(gather), (Pressed,), for_caller=True)
        if not isinstance(event, Pressed):
            return Entry(digits, "")
        key = event.key
    return Entry(digits, key)


def _submit_keys(gather: Gather, entry: Entry, leg: Leg, outcome: str = "empty") -> Flow:
    is_empty = not entry.digits
    if is_empty and not gather.action_on_empty_result:
        leg.emit(StoppedListening(leg.sid, "timeout" if outcome == "timeout" else "empty"))
        return None
    leg.emit(StoppedListening(leg.sid, "submitted"))
    params = {"Digits": entry.digits, "FinishedOnKey": entry.finished_on, "msg": "Gather End"}
    return _goto(gather, params)


def _submit_speech(gather: Gather, speech: Spoke, leg: Leg) -> Flow:
    if gather.partial_result_callback:
        _tell_partial_results(gather, speech, leg)
    leg.emit(StoppedListening(leg.sid, "submitted"))
    confidence = f"{speech.confidence:.8g}"
    return _goto(gather, {"SpeechResult": speech.words, "Confidence": confidence, "Language": gather.language})


def _tell_partial_results(gather: Gather, speech: Spoke, leg: Leg) -> None:
    """One callback a word, as if the recogniser had followed; the last one is stable.

    The parameters are Twilio's; how many come, when, and their Stability is up to the recogniser (confidence L).
    """
    words = speech.words.split()
    for count in range(1, len(words) + 1):
        is_last = count == len(words)
        heard = " ".join(words[:count])
        params = {
            "SequenceNumber": str(count - 1),
            "Stability": "0.9" if is_last else "0.1",
            "StableSpeechResult": heard if is_last else "",
            "UnstableSpeechResult": "" if is_last else heard,
        }
        method = gather.partial_result_callback_method
        if not leg.tell(Goto(gather.partial_result_callback, method, params)):
            leg.warn(11100, malformed(gather.partial_result_callback), gather.line)
            return


def _goto(gather: Gather, params: dict[str, str]) -> Goto:
    return Goto(gather.action, gather.method, params, gather.line)


def _silence(gather: Gather) -> int:
    return AUTO_SECONDS if gather.timeout is None else gather.timeout


def _kinds(gather: Gather, *, during_prompts: bool = False) -> Kinds:
    speech = gather.takes_speech and (gather.barge_in or not during_prompts)
    return ((Pressed,) if gather.takes_keys else ()) + ((Spoke,) if speech else ())


def _prepare(gather: Gather, leg: Leg) -> Generator[Wait, Incoming, dict[int, Prompt] | Fail]:
    """All nested sounds are fetched before the first prompt starts."""
    sounds: dict[int, Prompt] = {}
    for position, prompt in enumerate(gather.prompts):
        if isinstance(prompt, play.Play):
            sound = yield from play.prepare(prompt, leg, bad_type=13325)
            if isinstance(sound, Fail):
                return sound
            sounds[position] = sound
    return sounds


def _prompts(gather: Gather, sounds: dict[int, Prompt], leg: Leg) -> Generator[Wait, Incoming, News | None]:
    until = _kinds(gather, during_prompts=True)
    for position, prompt in enumerate(gather.prompts):
        match prompt:
            case say.Say():
                event = yield from say.perform(prompt, leg, until)
            case pause.Pause():
                event = yield from pause.perform(prompt, until)
            case play.Play():
                sound = sounds.get(position)
                event = None if sound is None else (yield from play.perform(prompt, sound, leg, until))
        if event is not None:
            return event
    return None


_READERS = {"Say": say.read, "Play": play.read, "Pause": pause.read}
_BAD_VOICE = 13321
_NESTED_CODES = {13511: _BAD_VOICE, 13510: 13322}


def _nested(child: Element, findings: list[Finding]) -> Nested | None:
    reader = _READERS.get(child.name)
    if reader is None:
        findings.append(Finding(13320, f"<{child.name}> inside <Gather>", child.line))
        return None
    prompt = reader(child, findings)
    if isinstance(prompt, play.Play) and prompt.digits:
        findings.append(Finding(13320, "<Play digits> inside <Gather>", child.line))
        return None
    return prompt


def _as_nested(finding: Finding) -> Finding:
    return Finding(_NESTED_CODES.get(finding.code, finding.code), finding.detail, finding.line)
