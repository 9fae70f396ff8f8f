"""The words of the exchange: events (what happened outside) and effects (what the world should do or notice).

Events are past tense and go in through `Exchange.receive`; effects come out of every call of the exchange. Both are
closed unions of frozen dataclasses, so that a `match` over them can be checked for completeness. Times are seconds.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from simulator.numbers import Stir
from simulator.values import frozen

Method = Literal["GET", "POST"]
Level = Literal["error", "warning", "policy"]
Purpose = Literal["document", "fallback", "media"]
Status = Literal["queued", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled"]
Ending = Literal[
    "completed", "hangup", "rejected", "unanswered", "updated", "dropped",
    "application-error", "loop", "time-limit", "socket-limit", "not-simulated",
]  # fmt: skip

AnsweredBy = Literal[
    "human", "machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other", "fax", "unknown",
]  # fmt: skip
Refusal = Literal["busy", "declined", "no-answer", "failed"]
"""How a far end does not take a call; what Twilio makes of each is in verbs/dial/sip.py."""
Hears = Literal["music", "silence", "document", "others"]
"""Of a leg that waits: `music` is Twilio's own, which is never fetched here and sounds like silence; or the others."""


# ---------------------------------------------------------------- what a request to the application was


@frozen
class Trip:
    """One HTTP request that really went out for an `Ask` or `Tell`, and what came back (redirects are trips too).

    `error` says why nothing came back; `raised` is the traceback of what an application in this process raised.
    """

    method: Method
    url: str
    params: Mapping[str, str]
    headers: tuple[tuple[str, str], ...]
    status: int | None
    reply_headers: tuple[tuple[str, str], ...]
    latency: float
    error: str | None = None
    raised: str = ""


# ---------------------------------------------------------------- events


@frozen
class Pressed:
    """The person on the leg pressed one key of `0-9 * #`."""

    key: str


@frozen
class Spoke:
    """The person on the leg said something that a speech recogniser would understand as `words`."""

    words: str
    confidence: float = 0.9


@frozen
class Talked:
    """The person on the leg began to talk, and goes on for `seconds`; nobody needs to know the words."""

    seconds: float


@frozen
class HungUp:
    """The person on the leg hung up."""


@frozen
class Answered:
    """The far end of a leg that this exchange rang picked up.

    `by` is what Twilio's machine detection would say after `seconds`; only legs rung with detection pass it on.
    `sip_headers` stand in the answer of a SIP address; those that begin with X- are told to the action of its Dial.
    """

    by: AnsweredBy = "unknown"
    seconds: float = 0.0
    sip_headers: Mapping[str, str] = field(default_factory=dict)


@frozen
class Declined:
    """The far end of a leg that this exchange rang did not take the call."""

    outcome: Refusal


@frozen
class Updated:
    """The account's owner changed a live call over the REST API: a new document, or its end.

    Exactly one of `url`, `twiml` and `status` is set; whatever the call was doing is interrupted.
    """

    url: str | None = None
    method: Method = "POST"
    twiml: str | None = None
    status: Literal["canceled", "completed"] | None = None


@frozen
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


@frozen
class Unreachable:
    """No usable HTTP answer came for the request numbered `request`; `code` is Twilio's (11200 family)."""

    request: int
    code: int
    reason: str
    latency: float = 0.0
    trips: tuple[Trip, ...] = ()


@frozen
class Fetched:
    """A sound was asked for. `status` is None when it was left alone (a host this simulator does not contact).

    The documents of a room's music are answered so, too, where they are left alone.
    """

    request: int
    url: str
    status: int | None
    content_type: str | None
    seconds: float | None
    latency: float = 0.0
    trips: tuple[Trip, ...] = ()


@frozen
class StreamOpened:
    """The application has accepted the WebSocket of a media stream, or of a ConversationRelay session."""

    stream: str


@frozen
class StreamSaid:
    """The application sent a message on a media stream: `seconds` of sound, or the `name` of a mark.

    `malformed` is not text at all, `invalid` is none of the protocol's messages; `name` then says what was found.
    """

    stream: str
    message: Literal["media", "mark", "clear", "malformed", "invalid"]
    seconds: float = 0.0
    name: str = ""


@frozen
class StreamEnded:
    """The WebSocket of a media stream or session is closed, or never opened; `code` is Twilio's when that was an error.

    `is_over_limit`: the application has sent more than this simulator takes, and is not heard any more.
    """

    stream: str
    code: int | None = None
    reason: str = ""
    is_over_limit: bool = False


@frozen
class RelaySaid:
    """The application sent a frame on a ConversationRelay session; `text` is the frame, `is_text` False if binary.

    `latency`: the real seconds since the prompt or key that it still owed an answer to.
    """

    stream: str
    text: str
    latency: float = 0.0
    is_text: bool = True


@frozen
class RelayOverdue:
    """The application of a ConversationRelay session has not answered a prompt or key for so many real seconds."""

    stream: str
    seconds: float


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
    | RelaySaid
    | RelayOverdue
)


@frozen
class Told:
    """A status callback was delivered, or not; kept for the journal, no call ever hears of it.

    `code` is Twilio's when the answer was not as it should be; `reason` says why.
    """

    url: str
    trips: tuple[Trip, ...]
    code: int | None = None
    reason: str = ""


# ---------------------------------------------------------------- effects


@frozen
class Prompt:
    """One thing played to the ear: words by a voice, a sound file, or DTMF tones. `seconds` is its whole length.

    `beep` is the tone before a recording; `Echo` gives the caller's own words and keys back; `ConversationRelay` says
    the words of an agent.
    """

    verb: Literal["Say", "Play", "text/plain", "audio", "announcement", "beep", "Echo", "Stream", "ConversationRelay"]
    seconds: float
    text: str | None = None
    url: str | None = None
    digits: str | None = None
    voice: str | None = None
    language: str | None = None


@frozen
class CallerId:
    """What the network says about a calling number. `stir` None: what is usual for it; the others None: nothing.

    `forwarded_from` is the number that was dialled and diverts its calls here.
    """

    stir: Stir | None = None
    caller_name: str | None = None
    forwarded_from: str | None = None


UNREMARKABLE = CallerId()


@frozen
class Rang:
    """The call reached the number; the application has not answered it yet."""

    sid: str
    caller: str
    called: str
    caller_id: CallerId = UNREMARKABLE


@frozen
class Ring:
    """Ring somebody's phone; they answer with Answered or Declined on this leg. `parent` is the leg that dials.

    `given` reaches the far end beside the call: the parameters of a Client, the headers of a Sip.
    """

    sid: str
    caller: str
    called: str
    parent: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)


@frozen
class Dialling:
    """A call dials somebody on the leg `other`, which rings; `attributes` are those in force, by Twilio's names.

    Those of the noun (`url`, `sendDigits`) are among them; where both have one, such as `method`, it is the Dial's.
    `given` is what reaches the far end beside the call.
    """

    sid: str
    other: str
    noun: str
    called: str
    attributes: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)


@frozen
class Bridged:
    """Two legs hear each other from now on."""

    sid: str
    other: str


@frozen
class Parted:
    """Two legs hear each other no longer; `seconds` is how long they did."""

    sid: str
    other: str
    seconds: float


@frozen
class Joined:
    """A leg has come into a conference; `hears` is what it hears there for the time being.

    `attributes` are those in force, by Twilio's names: of the Conference, and of the Dial around it.
    """

    sid: str
    conference: str
    name: str
    hears: Hears
    attributes: Mapping[str, str]


@frozen
class Opened:
    """The conference the leg is in has started: it now hears the others, and they hear it unless it is muted."""

    sid: str
    conference: str
    name: str


@frozen
class Beeped:
    """The leg hears the sound that somebody has come into its conference, or has left it."""

    sid: str
    conference: str


@frozen
class Left:
    """A leg is out of a conference it had joined; `reason` is the ReasonParticipantLeft of the status callback."""

    sid: str
    conference: str
    name: str
    reason: str
    seconds: float


@frozen
class Queued:
    """A leg has come into a queue, at this position (1 is the next to be taken)."""

    sid: str
    queue: str
    name: str
    position: int
    hears: Hears
    attributes: Mapping[str, str]


@frozen
class Dequeued:
    """A leg is out of a queue after so many seconds in it; `by` is the leg that took it out, if one did."""

    sid: str
    queue: str
    name: str
    seconds: float
    by: str | None = None


@frozen
class Connected:
    """The call was answered: from now on the caller is billed and hears what is played."""

    sid: str


@frozen
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
    is_optional: bool = False
    """A sound, or the music of a room: left alone at hosts that are not contacted, and then answered with Fetched."""


@frozen
class Tell:
    """Send a status callback; whatever the application answers never touches the call."""

    sid: str
    method: Method
    url: str
    params: Mapping[str, str]
    overrides: str = ""


@frozen
class Speaking:
    """A prompt has begun."""

    sid: str
    prompt: Prompt


@frozen
class Prolonged:
    """The prompt that has begun last becomes longer: more words of it have come while it is spoken."""

    sid: str
    prompt: Prompt


@frozen
class Heard:
    """A prompt is over: `text` is the part of its words that reached the ear before it ended or was cut off."""

    sid: str
    prompt: Prompt
    began: float
    seconds: float
    text: str | None
    is_cut: bool = False


@frozen
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


@frozen
class StoppedListening:
    """The input the call was taking is over: submitted to the application, or given up after silence."""

    sid: str
    outcome: Literal["submitted", "timeout", "empty"]


@frozen
class Recorded:
    """A recording is complete; `recording` is its sid, `seconds` its length, `sid` the call that was recorded.

    `began` is when it was started: silence that was trimmed away is between that and its length.
    """

    sid: str
    recording: str
    url: str
    began: float
    seconds: float
    source: Literal["RecordVerb", "DialVerb"]
    channels: int = 1
    track: str = ""
    untranscribed: str = ""
    """Why no words of it are awaited; empty when they are."""


@frozen
class Transcribed:
    """The transcription of a recording is complete; `text` is None when it failed."""

    sid: str
    recording: str
    transcription: str
    text: str | None


@frozen
class Sent:
    """A call sent a text message; `message` is its sid."""

    sid: str
    message: str
    sender: str
    to: str
    body: str


@frozen
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


@frozen
class StreamFed:
    """Send so many frames of 20 ms of every track on a media stream, or a key, or a mark that has been reached."""

    sid: str
    stream: str
    message: Literal["media", "dtmf", "mark"]
    frames: int = 0
    is_talking: bool = False
    text: str = ""


@frozen
class StreamStopped:
    """Close the WebSocket of a media stream."""

    sid: str
    stream: str


@frozen
class RelayStarted:
    """Open the WebSocket of a ConversationRelay session; `url` is the wss one that is signed, `is_plain`: no TLS."""

    sid: str
    stream: str
    url: str
    is_plain: bool


@frozen
class RelaySent:
    """Send a message on a ConversationRelay session; `text` is its JSON. `is_owed`: the application owes an answer."""

    sid: str
    stream: str
    type: Literal["setup", "prompt", "dtmf", "interrupt", "info", "error"]
    text: str
    is_owed: bool = False


@frozen
class RelayStopped:
    """Close the WebSocket of a ConversationRelay session with this code and reason."""

    sid: str
    stream: str
    code: int
    reason: str


@frozen
class Ignored:
    """The caller did something that nobody was waiting for (Twilio does not keep it for later)."""

    sid: str
    input: str


@frozen
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


@frozen
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
    | Prolonged
    | Heard
    | Listening
    | StoppedListening
    | Recorded
    | Transcribed
    | Sent
    | StreamStarted
    | StreamFed
    | StreamStopped
    | RelayStarted
    | RelaySent
    | RelayStopped
    | Ignored
    | Warned
    | Ended
)
