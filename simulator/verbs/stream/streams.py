"""The media streams of one leg: what goes to the application as time passes, and what it sends to be heard. No I/O.

Frames of 20 ms are fed in batches, at most `BATCH` seconds at once (simulator policy); whatever happens in between
feeds the frames up to that moment first. Source: Twilio docs, Media Streams: WebSocket messages.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import NamedTuple

from simulator.durations import seconds_to_say
from simulator.twiml.codes import CODES
from simulator.url_characters import malformed
from simulator.verbs.script import Goto, Leg
from simulator.verbs.signals import StreamOver
from simulator.verbs.stream.noun import Stream, address_of
from simulator.vocabulary import (
    Heard,
    Pressed,
    Prompt,
    Speaking,
    Spoke,
    StreamEnded,
    StreamFed,
    StreamOpened,
    StreamSaid,
    StreamStarted,
    StreamStopped,
)

MOST_BUFFERED = 600
"""Seconds of sound that wait to be heard; Twilio accepts no more then (error 31931)."""
A_BIT = 1e-6
"""Seconds; Unix time as a float is exact to a quarter of that."""


class Played(NamedTuple):
    """A run of sound without a gap: when it began, how long it was meant to be, and how much of it was heard."""

    began: float
    whole: float
    heard: float

    @property
    def is_cut(self) -> bool:
        return self.heard < self.whole - A_BIT


@dataclass(slots=True)
class Playback:
    """`until` is when the last of it will have been heard; None when nothing plays."""

    since: float = 0.0
    until: float | None = None
    _marks: deque[tuple[float, str]] = field(default_factory=deque)

    def add(self, seconds: float, now: float) -> bool:
        """Sound has come; True when it is the first after silence."""
        is_first = self.until is None
        if self.until is None:
            self.since = self.until = now
        self.until += seconds
        return is_first

    def is_full(self, now: float) -> bool:
        """As much waits to be heard as can; no sound is accepted until some of it has been."""
        return self.until is not None and self.until - now >= MOST_BUFFERED

    def mark(self, name: str, now: float) -> None:
        """A mark has come: it is reached after everything before it."""
        self._marks.append((now if self.until is None else self.until, name))

    @property
    def due(self) -> float | None:
        """When something of it will have been reached next."""
        return self._marks[0][0] if self._marks else self.until

    def reach(self, now: float) -> tuple[Played | None, list[str]]:
        """Time has passed: what is over, and the marks that have been reached."""
        played = self._end(self.until) if self.until is not None and self.until <= now + A_BIT else None
        names = []
        while self._marks and self._marks[0][0] <= now + A_BIT:
            names.append(self._marks.popleft()[1])
        return played, names

    def clear(self, now: float) -> tuple[Played | None, list[str]]:
        """Drop what has not been played: what was heard of it, and all the marks that were left."""
        played = None if self.until is None else self._end(min(now, self.until))
        names = [name for _, name in self._marks]
        self._marks.clear()
        return played, names

    def _end(self, end: float) -> Played:
        assert self.until is not None
        played = Played(self.since, self.until - self.since, end - self.since)
        self.until = None
        return played


FRAME = 0.02
BATCH = 0.2
_TRACKS = {"inbound_track": ("inbound",), "outbound_track": ("outbound",), "both_tracks": ("inbound", "outbound")}
_PART_OF_A_FRAME = 1e-3
_MISTAKES = {"malformed": 31950, "invalid": 31951}


@dataclass(slots=True)
class _Line:
    """One stream; times in exchange time, `frames` counts what has been fed since it opened."""

    sid: str
    noun: Stream
    is_two_way: bool
    opened: float | None = None
    frames: int = 0
    talks_until: float = 0.0
    playback: Playback = field(default_factory=Playback)
    noted: set[str] = field(default_factory=set)


class Streams:
    """All streams of a leg, oldest first. `wake` has the leg's clock ring at a time."""

    def __init__(self, leg: Leg, wake: Callable[[float], None]) -> None:
        self._leg = leg
        self._wake = wake
        self._lines: dict[str, _Line] = {}

    # ------------------------------------------------------------ what verbs do

    def start(self, noun: Stream, *, is_two_way: bool) -> str | None:
        """Have a WebSocket opened; its sid, or None when the URL is of no use (which is noted)."""
        leg = self._leg
        at = address_of(noun.url, leg.url)
        if at.code is not None:
            leg.warn(at.code, f"url of <Stream>: {malformed(noun.url)}", noun.line)
            return None
        if at.dropped_query:
            leg.remark("Twilio takes no query in the url of <Stream>: it is left out", noun.line, "use Parameter")
        if noun.is_of_another_sound:
            leg.remark("the sound of a stream is mu-law at 8000 Hz here, whatever <Stream> asks for", noun.line)
        sid = leg.draw_sid("MZ")
        self._lines[sid] = _Line(sid, noun, is_two_way)
        tracks = ("inbound",) if is_two_way else _TRACKS[noun.track]
        parameters = dict(noun.parameters)
        leg.emit(StreamStarted(leg.sid, sid, at.url, at.is_plain, is_two_way, leg.account, tracks, parameters))
        return sid

    def stop(self, sid: str) -> None:
        """End one of them; nothing happens when it is over already."""
        line = self._lines.pop(sid, None)
        if line is None:
            return
        self._feed(line)
        self._cut(line)
        self._leg.emit(StreamStopped(self._leg.sid, sid))
        self._tell(line, "stream-stopped")
        self._wake_again()

    def stop_named(self, name: str) -> bool:
        """End the one-way stream of that name; False when there is none."""
        sid = next((line.sid for line in self._lines.values() if line.noun.name == name and not line.is_two_way), None)
        if sid is not None:
            self.stop(sid)
        return sid is not None

    def stop_all(self) -> None:
        """The leg is over."""
        for sid in list(self._lines):
            self.stop(sid)

    # ------------------------------------------------------------ what the leg tells

    @property
    def due(self) -> float | None:
        """When `tick` is wanted next."""
        return min((self._due(line) for line in self._lines.values() if line.opened is not None), default=None)

    @property
    def is_opening(self) -> bool:
        """A WebSocket has been asked for, and the application has not answered."""
        return any(line.opened is None for line in self._lines.values())

    @property
    def is_playing(self) -> bool:
        """Sound of the application is being heard."""
        return any(line.playback.until is not None for line in self._lines.values())

    def has(self, sid: str) -> bool:
        """The stream with that sid is one of these, and not over."""
        return sid in self._lines

    def tick(self) -> None:
        """Time has passed."""
        for line in list(self._lines.values()):
            self._feed(line)
            self._pass_on(line, *line.playback.reach(self._leg.now))
        self._wake_again()

    def hear(self, event: Pressed | Spoke) -> None:
        """The person on the leg did something that can be heard; keys are only told on two-way streams."""
        for line in self._lines.values():
            if line.opened is None:
                continue
            self._feed(line)
            if isinstance(event, Spoke):
                line.talks_until = max(line.talks_until, self._leg.now) + seconds_to_say(event.words)
            elif line.is_two_way:
                self._leg.emit(StreamFed(self._leg.sid, line.sid, "dtmf", text=event.key))
        self._wake_again()

    def receive(self, event: StreamOpened | StreamEnded | StreamSaid) -> None:
        """News of a WebSocket; one that is over its limit is the call's business."""
        line = self._lines.get(event.stream)
        if line is None:
            return
        match event:
            case StreamOpened():
                line.opened = self._leg.now
                self._tell(line, "stream-started")
            case StreamEnded():
                self._end(line, event)
            case StreamSaid(message="media" | "mark" | "clear"):
                self._take(line, event)
            case StreamSaid():
                self._note_once(line, _MISTAKES[event.message], event.name)
        self._wake_again()

    # ------------------------------------------------------------ towards the application

    def _feed(self, line: _Line) -> None:
        """Send the frames up to now: talking first, as long as it lasts, silence after it."""
        if line.opened is None:
            return
        count = int((self._leg.now - line.opened) / FRAME + _PART_OF_A_FRAME) - line.frames
        begins = line.opened + line.frames * FRAME
        talking = min(count, max(0, ceil((line.talks_until - begins) / FRAME - _PART_OF_A_FRAME)))
        for frames, is_talking in ((talking, True), (count - talking, False)):
            if frames > 0:
                self._leg.emit(StreamFed(self._leg.sid, line.sid, "media", frames, is_talking))
                line.frames += frames

    def _due(self, line: _Line) -> float:
        assert line.opened is not None
        batch = line.opened + line.frames * FRAME + BATCH
        reached = line.playback.due
        return batch if reached is None else min(batch, reached)

    def _wake_again(self) -> None:
        """Set the leg's clock again; every change of `due` ends with this, for it rings only at times it was given."""
        due = self.due
        if due is not None:
            self._wake(due)

    # ------------------------------------------------------------ towards the ear

    def _take(self, line: _Line, said: StreamSaid) -> None:
        now = self._leg.now
        if not line.is_two_way:
            self._remark_once(line, "the application sends on a one-way stream, which Twilio does not hear")
            return
        if said.message == "media":
            if line.playback.is_full(now):
                self._note_once(line, 31931, f"more than {MOST_BUFFERED // 60} minutes of it wait to be heard")
            elif line.playback.add(said.seconds, now):
                self._leg.emit(Speaking(self._leg.sid, Prompt("Stream", said.seconds, url=line.noun.url)))
        elif said.message == "mark":
            line.playback.mark(said.name, now)
            self._pass_on(line, *line.playback.reach(now))
        else:
            self._cut(line)

    def _cut(self, line: _Line) -> None:
        self._pass_on(line, *line.playback.clear(self._leg.now))

    def _pass_on(self, line: _Line, played: Played | None, marks: list[str]) -> None:
        """What has been heard, to the ear; the marks that were reached, back to the application."""
        if played is not None:
            prompt = Prompt("Stream", round(played.whole, 3), url=line.noun.url)
            heard = Heard(self._leg.sid, prompt, played.began, round(played.heard, 3), None, played.is_cut)
            self._leg.emit(heard)
        for name in marks:
            self._leg.emit(StreamFed(self._leg.sid, line.sid, "mark", text=name))

    # ------------------------------------------------------------ ends, and what is said about them

    def _end(self, line: _Line, ended: StreamEnded) -> None:
        """The application has closed the WebSocket, or it never opened."""
        self._feed(line)
        self._cut(line)
        del self._lines[line.sid]
        if ended.code is not None:
            self._leg.warn(ended.code, ended.reason, line.noun.line)
        elif ended.reason:
            self._leg.remark(ended.reason, line.noun.line)
        if ended.code is not None:
            self._tell(line, "stream-error", f"{ended.code} - {CODES[ended.code].meaning}")
        else:
            self._tell(line, "stream-stopped")
        self._leg.post(self._leg.sid, StreamOver(line.sid))

    def _note_once(self, line: _Line, code: int, detail: str) -> None:
        if str(code) not in line.noted:  # "sent once per stream", says the dictionary of both codes
            line.noted.add(str(code))
            self._leg.warn(code, detail, line.noun.line)

    def _remark_once(self, line: _Line, message: str) -> None:
        if message not in line.noted:
            line.noted.add(message)
            self._leg.remark(message, line.noun.line, "use <Connect><Stream> to be heard")

    def _tell(self, line: _Line, event: str, error: str = "") -> None:
        noun = line.noun
        if not noun.status_callback:
            return
        moment = datetime.fromtimestamp(self._leg.now, UTC).isoformat(timespec="milliseconds")
        params = {"AccountSid": self._leg.account, "CallSid": self._leg.sid, "StreamEvent": event}
        params |= {"StreamSid": line.sid, "Timestamp": moment.replace("+00:00", "Z")}
        params |= {"StreamName": noun.name} if noun.name else {}
        params |= {"StreamError": error} if error else {}
        method = noun.status_callback_method
        if not self._leg.tell(Goto(noun.status_callback, method, params), own_set=True):
            self._leg.warn(11100, f"statusCallback of <Stream>: {malformed(noun.status_callback)}", noun.line)
