"""What every recording has in common, whichever verb makes it: its sid, its callbacks, its completion. No sound here.

Source: Twilio docs, TwiML Record and Dial (recordingStatusCallback); captured callbacks for what they carry.
"""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal

from simulator.twiml.attributes import InvalidValueError
from simulator.url_characters import malformed
from simulator.values import frozen
from simulator.verbs.script import Goto, Leg
from simulator.vocabulary import Method, Recorded

_EVENTS = frozenset(("in-progress", "completed", "absent"))
TOO_SHORT = 16101
"""Twilio's code for a recording that is absent because nothing was left of it."""


def recording_events(text: str) -> str:
    """Some of `in-progress`, `completed` and `absent`, with spaces between them."""
    words = text.split()
    if not words or not _EVENTS.issuperset(words):
        raise InvalidValueError
    return " ".join(words)


@frozen
class Told:
    """Where a recording's progress is reported: the attributes recordingStatusCallback, its method and its events."""

    url: str
    method: Method
    events: str
    line: int


@frozen
class Tape:
    """A recording that runs; `track` is told where Twilio tells it (not for Record)."""

    sid: str
    url: str
    began: float
    source: Literal["RecordVerb", "DialVerb"]
    told: Told
    channels: int = 1
    track: str = ""


def start(
    leg: Leg, source: Literal["RecordVerb", "DialVerb"], told: Told, *, channels: int = 1, track: str = ""
) -> Tape:
    """Begin a recording of the leg."""
    sid = leg.draw_sid("RE")
    tape = Tape(sid, leg.recording_url(sid), leg.now, source, told, channels, track)
    _tell(leg, tape, "in-progress")
    return tape


def finish(leg: Leg, tape: Tape, seconds: float, *, untranscribed: str) -> Recorded:
    """The recording is complete and has that length; Twilio needs some seconds to say so, here it is at once."""
    length = round(seconds, 3)
    recorded = Recorded(
        leg.sid, tape.sid, tape.url, tape.began, length, tape.source, tape.channels, tape.track, untranscribed
    )
    leg.emit(recorded)
    _tell(leg, tape, "completed", {"ErrorCode": "0", "RecordingDuration": whole_seconds(seconds)})
    return recorded


def give_up(leg: Leg, tape: Tape) -> None:
    """Nothing is left of the recording."""
    _tell(leg, tape, "absent", {"ErrorCode": str(TOO_SHORT)})


def whole_seconds(seconds: float) -> str:
    """A length as Twilio's parameters give it."""
    return str(int(seconds + 0.5))


def _tell(leg: Leg, tape: Tape, event: str, more: dict[str, str] | None = None) -> None:
    told = tape.told
    if not told.url or event not in told.events.split():
        return
    params = {
        "AccountSid": leg.account,
        "CallSid": leg.sid,
        "RecordingChannels": str(tape.channels),
        "RecordingSid": tape.sid,
        "RecordingSource": tape.source,
        "RecordingStartTime": format_datetime(datetime.fromtimestamp(int(tape.began), UTC)),
        "RecordingStatus": event,
        "RecordingUrl": tape.url,
        **({"RecordingTrack": tape.track} if tape.track else {}),
        **(more or {}),
    }
    if not leg.tell(Goto(told.url, told.method, params), own_set=True):
        leg.warn(13256, malformed(told.url), told.line)
