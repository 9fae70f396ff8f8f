"""`<Record>`: keep what the caller says. Source: Twilio docs, TwiML Record; captured requests for the hang-up.

It ends on silence, a key, the greatest length, or the hang-up. Where nothing was said it is empty: no action is asked
for and the next verb runs. The hang-up alone delivers an empty one, too (our choice, confidence L).
"""

from collections.abc import Generator

from simulator.durations import seconds_to_say
from simulator.twiml.attributes import (
    METHOD,
    Finding,
    anything,
    attribute,
    boolean,
    matching,
    one_of,
    read_attributes,
    whole_number,
)
from simulator.twiml.content import expect_nothing
from simulator.twiml.parse import Element
from simulator.url_characters import malformed
from simulator.values import frozen
from simulator.verbs import recording
from simulator.verbs.prompts import play
from simulator.verbs.script import Awaited, Goto, Incoming, Leg, Script, Wait
from simulator.vocabulary import Ignored, Listening, Method, Pressed, Prompt, Recorded, Spoke, StoppedListening, Talked

BEEP_SECONDS = 0.5
"""Length of the beep; Twilio documents none (confidence L). Keys pressed while it sounds are lost."""
_LONGEST = 14_400
_LONGEST_DEFAULT = 3600
_TRANSCRIBABLE = 120
_LEAST_TRANSCRIBABLE = 2
_NOT_ASKED = '<Record> has a transcribeCallback, but no transcribe="true"'
"""Twilio's changelog of 2024-10-01: the callback alone no longer implies a transcription."""


@frozen
class Record:
    """How it is recorded and what ends it; the attributes of Twilio's page."""

    line: int
    action: str = attribute("action", anything, default="", invalid=11100)
    method: Method = attribute("method", METHOD, default="POST", invalid=13610)
    timeout: int = attribute("timeout", whole_number(0), default=5, invalid=13611)
    max_length: int = attribute("maxLength", whole_number(2, _LONGEST), default=_LONGEST_DEFAULT, invalid=13612)
    finish_on_key: str = attribute("finishOnKey", matching(r"[0-9#*]*"), default="1234567890*#", invalid=13613)
    play_beep: bool = attribute("playBeep", boolean, default=True, invalid=13616)
    trim: str = attribute("trim", one_of("trim-silence", "do-not-trim"), default="trim-silence", invalid=13699)
    recording_status_callback: str = attribute("recordingStatusCallback", anything, default="", invalid=13256)
    recording_status_callback_method: Method = attribute("recordingStatusCallbackMethod", METHOD, default="POST")
    recording_status_callback_event: str = attribute(
        "recordingStatusCallbackEvent", recording.recording_events, default="completed", invalid=13621
    )
    transcribe: bool = attribute("transcribe", boolean, default=False, invalid=13614)
    transcribe_callback: str = attribute("transcribeCallback", anything, default="", invalid=13257)
    recording_configuration_id: str = attribute("recordingConfigurationId", anything, default="")


def read(element: Element, findings: list[Finding]) -> Record:
    """The verb; with `transcribe` the longest recording is 120 seconds unless something longer is asked for."""
    expect_nothing(element, findings)
    attributes = read_attributes(Record, element, findings)
    if attributes.get("transcribe") and attributes.setdefault("max_length", _TRANSCRIBABLE) > _TRANSCRIBABLE:
        findings.append(Finding(13615, f"maxLength={attributes['max_length']} with transcribe", element.line))
    return Record(line=element.line, **attributes)


class _Sound:
    """What has been audible since the recording began."""

    def __init__(self, began: float) -> None:
        self.began = began
        self.first: float | None = None
        self.until = began

    def add(self, now: float, seconds: float) -> None:
        if seconds > 0:
            self.first = now if self.first is None else self.first
            self.until = max(self.until, now + seconds)

    def seconds(self, now: float, *, trimmed: bool) -> float:
        """Length of the recording; where nothing was audible there is nothing to trim to."""
        if trimmed and self.first is not None:
            return min(self.until, now) - self.first
        return now - self.began


def script(record: Record, leg: Leg) -> Script:
    """Beep, listen, deliver."""
    tape, sound = None, _Sound(leg.now)
    try:
        if record.play_beep:
            yield from play(Prompt("beep", BEEP_SECONDS), leg, until=())
        tape, sound = _start(record, leg), _Sound(leg.now)
        if record.transcribe_callback and not record.transcribe:
            leg.remark(f"{_NOT_ASKED}, so nothing is transcribed", record.line, 'add transcribe="true"')
        leg.emit(_listening(record, leg))
        key = yield from _until_ended(record, sound, leg)
    except GeneratorExit:
        tape, sound = (tape, sound) if tape else (_start(record, leg), _Sound(leg.now))
        _break_off(record, tape, sound, leg)
        raise
    if sound.first is None:
        leg.emit(StoppedListening(leg.sid, "empty" if key else "timeout"))
        recording.give_up(leg, tape)
        return None
    return _deliver(record, tape, sound, leg, ended_by=key)


def _start(record: Record, leg: Leg) -> recording.Tape:
    method, events = record.recording_status_callback_method, record.recording_status_callback_event
    told = recording.Told(record.recording_status_callback, method, events, record.line)
    return recording.start(leg, "RecordVerb", told)


def _listening(record: Record, leg: Leg) -> Listening:
    return Listening(
        leg.sid,
        "Record",
        keys=bool(record.finish_on_key),
        speech=False,
        num_digits=1,
        finish_on_key=record.finish_on_key,
        timeout=record.timeout,
    )


def _until_ended(record: Record, sound: _Sound, leg: Leg) -> Generator[Wait, Incoming, str]:
    """Listen until something ends the recording; returns the key that did, or nothing."""
    longest = sound.began + record.max_length
    while leg.now < longest:
        is_talking = sound.until > leg.now
        ends = sound.until if is_talking else sound.until + record.timeout if record.timeout else longest
        event = yield Wait(min(ends, longest) - leg.now, (Pressed, Talked, Spoke), for_caller=not is_talking)
        match event:
            case Pressed(key) if key in record.finish_on_key:
                return key
            case Pressed(key):
                leg.emit(Ignored(leg.sid, f"key {key}"))
            case Talked(seconds):
                sound.add(leg.now, seconds)
            case Spoke(words):
                sound.add(leg.now, seconds_to_say(words))
            case _ if is_talking:
                sound.until = min(sound.until, leg.now)
            case _:
                return ""
    return ""


def _break_off(record: Record, tape: recording.Tape, sound: _Sound, leg: Leg) -> None:
    """The call ended or was sent elsewhere: only the end is told to the action, as if the hang-up were a key.

    Twilio documents neither an end by the REST API nor an update here (confidence L).
    """
    if leg.is_over:
        goto = _deliver(record, tape, sound, leg, ended_by="hangup")
        leg.farewell(goto)
    elif sound.first is None:
        leg.emit(StoppedListening(leg.sid, "empty"))
        recording.give_up(leg, tape)
    else:
        _keep(record, tape, sound, leg)


def _deliver(record: Record, tape: recording.Tape, sound: _Sound, leg: Leg, *, ended_by: str) -> Goto:
    recorded = _keep(record, tape, sound, leg)
    params = {
        "Digits": ended_by,
        "RecordingDuration": recording.whole_seconds(recorded.seconds),
        "RecordingSid": recorded.recording,
        "RecordingUrl": recorded.url,
    }
    return Goto(record.action, record.method, params, record.line)


def _keep(record: Record, tape: recording.Tape, sound: _Sound, leg: Leg) -> Recorded:
    leg.emit(StoppedListening(leg.sid, "submitted"))
    seconds = sound.seconds(leg.now, trimmed=_trims(record))
    untranscribed = _why_untranscribed(record, seconds)
    recorded = recording.finish(leg, tape, seconds, untranscribed=untranscribed)
    if not untranscribed:
        _await_words(record, recorded, leg)
    elif record.transcribe:
        leg.warn(13617, f"{recorded.seconds:g} s", record.line)
    return recorded


def _why_untranscribed(record: Record, seconds: float) -> str:
    """Recordings from 2 to 120 seconds are transcribed, if that is asked for."""
    if record.transcribe:
        is_in_range = _LEAST_TRANSCRIBABLE <= round(seconds, 3) <= _TRANSCRIBABLE
        return "" if is_in_range else f"it lasts {seconds:g} s, and only 2 to 120 s are transcribed (13617)"
    return _NOT_ASKED if record.transcribe_callback else '<Record> has no transcribe="true"'


def _await_words(record: Record, recorded: Recorded, leg: Leg) -> None:
    """The words come from outside, later."""
    callback = leg.resolve(record.transcribe_callback) if record.transcribe_callback else None
    if record.transcribe_callback and callback is None:
        leg.warn(13257, malformed(record.transcribe_callback), record.line)
    leg.await_transcription(Awaited(leg.sid, recorded.recording, recorded.url, callback))


def _trims(record: Record) -> bool:
    return record.trim == "trim-silence"
