"""The words of the exchange: events (what happened outside) and effects (what the world should do or notice).

Events are past tense and go in through `Exchange.receive`; effects come out of every call of the exchange. Both are
closed unions of frozen dataclasses, so that a `match` over them can be checked for completeness. Times are seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Method = Literal["GET", "POST"]
Level = Literal["error", "warning", "policy"]
Purpose = Literal["document", "fallback", "media"]
Status = Literal["queued", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled"]
Ending = Literal[
    "completed", "hangup", "rejected", "unanswered", "updated", "dropped",
    "application-error", "loop", "time-limit", "not-simulated",
]  # fmt: skip

AnsweredBy = Literal[
    "human", "machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other", "fax", "unknown",
]  # fmt: skip
Hears = Literal["music", "silence", "document", "others"]
"""Of a leg that waits: `music` is Twilio's own, which is never fetched here and sounds like silence; or the others."""


# ---------------------------------------------------------------- what a request to the application was


@dataclass(frozen=True, slots=True)
class Trip:
    """One HTTP request that really went out for an `Ask` or `Tell`, and what came back (redirects are trips too)."""

    method: Method
    url: str
    params: Mapping[str, str]
    headers: tuple[tuple[str, str], ...]
    status: int | None
    reply_headers: tuple[tuple[str, str], ...]
    latency: float
    error: str | None = None


# ---------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class Pressed:
    """The person on the leg pressed one key of `0-9 * #`."""

    key: str


@dataclass(frozen=True, slots=True)
class Spoke:
    """The person on the leg said something that a speech recogniser would understand as `words`."""

    words: str
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class Talked:
    """The person on the leg began to talk, and goes on for `seconds`; nobody needs to know the words."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HungUp:
    """The person on the leg hung up."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The far end of a leg that this exchange rang picked up.

    `by` is what Twilio's machine detection would say after `seconds`; only legs rung with detection pass it on.
    """

    by: AnsweredBy = "unknown"
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Declined:
    """The far end of a leg that this exchange rang did not take the call."""

    outcome: Literal["busy", "no-answer", "failed"]


@dataclass(frozen=True, slots=True)
class Updated:
    """The account's owner changed a live call over the REST API: a new document, or its end.

    Exactly one of `url`, `twiml` and `status` is set; whatever the call was doing is interrupted.
    """

    url: str | None = None
    method: Method = "POST"
    twiml: str | None = None
    status: Literal["canceled", "completed"] | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    """The application answered the request numbered `request`; `url` is the one that finally answered."""

    request: int
    status: int
    content_type: str | None
    body: bytes
    url: str
    latency: float = 0.0
    too_large: bool = False
    trips: tuple[Trip, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No usable HTTP answer came for the request numbered `request`; `code` is Twilio's (11200 family)."""

    request: int
    code: int
    reason: str
    latency: float = 0.0
    trips: tuple[Trip, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A sound was asked for. `status` is None when it was left alone (a host this simulator does not contact)."""

    request: int
    url: str
    status: int | None
    content_type: str | None
    seconds: float | None
    latency: float = 0.0
    trips: tuple[Trip, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamOpened:
    """The application has accepted the WebSocket of a media stream."""

    stream: str


@dataclass(frozen=True, slots=True)
class StreamSaid:
    """The application sent a message on a media stream: `seconds` of sound, or the `name` of a mark.

    `malformed` is no text at all, `invalid` is none of the protocol's messages; `name` then says what was found.
    """

    stream: str
    message: Literal["media", "mark", "clear", "malformed", "invalid"]
    seconds: float = 0.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class StreamEnded:
    """The WebSocket of a media stream is closed, or never opened; `code` is Twilio's when that was an error."""

    stream: str
    code: int | None = None
    reason: str = ""


Event = (
    Pressed
    | Spoke
    | Talked
    | HungUp
    | Answered
    | Declined
    | Updated
    | Replied
    | Unreachable
    | Fetched
    | StreamOpened
    | StreamSaid
    | StreamEnded
)


@dataclass(frozen=True, slots=True)
class Told:
    """A status callback was delivered, or not; kept for the journal, no call ever hears of it.

    `code` is Twilio's when the answer was not as it should be; `reason` says why.
    """

    url: str
    trips: tuple[Trip, ...]
    code: int | None = None
    reason: str = ""


# ---------------------------------------------------------------- effects


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing played to the ear: words by a voice, a sound file, or DTMF tones. `seconds` is its whole length.

    `beep` is the tone before a recording; `Echo` gives the caller's own words and keys back.
    """

    verb: Literal["Say", "Play", "text/plain", "audio", "announcement", "beep", "Echo", "Stream"]
    seconds: float
    text: str | None = None
    url: str | None = None
    digits: str | None = None
    voice: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Rang:
    """The call reached the number; the application has not answered it yet."""

    sid: str
    caller: str
    called: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring somebody's phone; they answer with Answered or Declined on this leg. `parent` is the leg that dials."""

    sid: str
    caller: str
    called: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Dialling:
    """A call dials somebody on the leg `other`, which rings; `attributes` are those in force, by Twilio's names.

    Those of the noun (`url`, `sendDigits`) are among them; where both have one, such as `method`, it is the Dial's.
    """

    sid: str
    other: str
    noun: str
    called: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bridged:
    """Two legs hear each other from now on."""

    sid: str
    other: str


@dataclass(frozen=True, slots=True)
class Parted:
    """Two legs hear each other no longer; `seconds` is how long they did."""

    sid: str
    other: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Joined:
    """A leg has come into a conference; `hears` is what it hears there for the time being.

    `attributes` are those in force, by Twilio's names: of the Conference, and of the Dial around it.
    """

    sid: str
    conference: str
    name: str
    hears: Hears
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Opened:
    """The conference the leg is in has started: it now hears the others, and they hear it unless it is muted."""

    sid: str
    conference: str
    name: str


@dataclass(frozen=True, slots=True)
class Beeped:
    """The leg hears the sound that somebody has come into its conference, or has left it."""

    sid: str
    conference: str


@dataclass(frozen=True, slots=True)
class Left:
    """A leg is out of a conference it had joined; `reason` is the ReasonParticipantLeft of the status callback."""

    sid: str
    conference: str
    name: str
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Queued:
    """A leg has come into a queue, at this position (1 is the next to be taken)."""

    sid: str
    queue: str
    name: str
    position: int
    hears: Hears
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dequeued:
    """A leg is out of a queue after so many seconds in it; `by` is the leg that took it out, if one did."""

    sid: str
    queue: str
    name: str
    seconds: float
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Connected:
    """The call was answered: from now on the caller is billed and hears what is played."""

    sid: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Fetch a document (or a sound) from the application and give the answer back under the number `request`."""

    sid: str
    request: int
    method: Method
    url: str
    params: Mapping[str, str]
    purpose: Purpose = "document"
    own: tuple[str, ...] = ()
    """Names of the parameters that belong to this request only (Digits and alike); a redirect loses them."""
    overrides: str = ""
    """The fragment that the URL had: connection overrides, which are never sent nor signed."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Send a status callback; whatever the application answers never touches the call."""

    sid: str
    method: Method
    url: str
    params: Mapping[str, str]
    overrides: str = ""


@dataclass(frozen=True, slots=True)
class Speaking:
    """A prompt has begun."""

    sid: str
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Heard:
    """A prompt is over: `text` is the part of its words that reached the ear before it ended or was cut off."""

    sid: str
    prompt: Prompt
    began: float
    seconds: float
    text: str | None
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Listening:
    """The call now takes input; how much, and what ends it, is what the application asked for.

    Record takes talking; `finish_on_key` then holds every key that ends it.
    """

    sid: str
    verb: Literal["Gather", "Record"]
    keys: bool
    speech: bool
    num_digits: int | None
    finish_on_key: str
    timeout: float
    barge_in: bool = True
    """Speech may interrupt the prompts; otherwise it counts only after them. Keys always may."""


@dataclass(frozen=True, slots=True)
class StoppedListening:
    """The input the call was taking is over: submitted to the application, or given up after silence."""

    sid: str
    outcome: Literal["submitted", "timeout", "empty"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording is complete; `recording` is its sid, `seconds` its length, `sid` the call that was recorded."""

    sid: str
    recording: str
    url: str
    seconds: float
    source: Literal["RecordVerb", "DialVerb"]
    channels: int = 1


@dataclass(frozen=True, slots=True)
class Transcribed:
    """The transcription of a recording is complete; `text` is None when it failed."""

    sid: str
    recording: str
    transcription: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A call sent a text message; `message` is its sid."""

    sid: str
    message: str
    sender: str
    to: str
    body: str


@dataclass(frozen=True, slots=True)
class StreamStarted:
    """Open a WebSocket for a media stream; `url` is the wss one that is signed, `is_plain` says to leave TLS out.

    `is_two_way`: the call is connected to it, and the application is heard.
    """

    sid: str
    stream: str
    url: str
    is_plain: bool
    is_two_way: bool
    account: str
    tracks: tuple[str, ...]
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StreamFed:
    """Send so many frames of 20 ms of every track on a media stream, or a key, or a mark that has been reached."""

    sid: str
    stream: str
    message: Literal["media", "dtmf", "mark"]
    frames: int = 0
    is_talking: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class StreamStopped:
    """Close the WebSocket of a media stream."""

    sid: str
    stream: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """The caller did something that nobody was waiting for (Twilio does not keep it for later)."""

    sid: str
    input: str


@dataclass(frozen=True, slots=True)
class Warned:
    """What Twilio's debugger would show: its code, message, the line of the document, and what to do about it.

    Level `policy` (code 0) marks what this simulator adds of its own accord; Twilio would say nothing.
    """

    sid: str
    code: int
    level: Level
    message: str
    line: int | None = None
    url: str | None = None
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over; nothing more will be emitted for it. `seconds` counts from the answer (0 when unanswered)."""

    sid: str
    status: Status
    ending: Ending
    seconds: float


Effect = (
    Rang
    | Ring
    | Dialling
    | Bridged
    | Parted
    | Joined
    | Opened
    | Beeped
    | Left
    | Queued
    | Dequeued
    | Connected
    | Ask
    | Tell
    | Speaking
    | Heard
    | Listening
    | StoppedListening
    | Recorded
    | Transcribed
    | Sent
    | StreamStarted
    | StreamFed
    | StreamStopped
    | Ignored
    | Warned
    | Ended
)
