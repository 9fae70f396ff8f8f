"""What the fake account needs of a telephone network, and what the network tells it; nothing here rings or sends.

The account works without a network, too: its calls then stay `queued` until the control plane moves them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

Method: TypeAlias = Literal["GET", "POST"]
Direction: TypeAlias = Literal["inbound", "outbound-api", "outbound-dial"]
CallStatus: TypeAlias = Literal[
    "queued", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled"
]  # fmt: skip
Outcome: TypeAlias = Literal["busy", "declined", "no-answer", "failed"]
"""How a handset does not take a call; `declined` ends it as `busy`, too."""


# ---------------------------------------------------------------- what the account asks of the network


@dataclass(frozen=True, slots=True)
class StatusCallback:
    """Where to report a call's progress, and which of initiated, ringing, answered, completed."""

    url: str
    method: Method = "POST"
    events: frozenset[str] = frozenset(("completed",))


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """Ring `called`, showing `caller`; when somebody answers, run the document at `url`, or `twiml`."""

    called: str
    caller: str
    timeout: int
    url: str | None = None
    method: Method = "POST"
    twiml: str | None = None
    fallback_url: str | None = None
    fallback_method: Method = "POST"
    status_callback: StatusCallback | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    """Webhook parameters that only this call carries, such as ApplicationSid."""


@dataclass(frozen=True, slots=True)
class CallChange:
    """What to do with a live call: exactly one of a new document (`url` or `twiml`) and its end (`status`)."""

    url: str | None = None
    method: Method = "POST"
    twiml: str | None = None
    status: Literal["canceled", "completed"] | None = None


@dataclass(frozen=True, slots=True)
class VoiceRoute:
    """Where a call to one of the account's numbers goes."""

    number: str
    url: str
    method: Method = "POST"
    fallback_url: str | None = None
    fallback_method: Method = "POST"
    status_callback: str | None = None
    status_callback_method: Method = "POST"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request to the application about a message; signing and sending it is the sender's part.

    `answer` says whether the reply matters: then it is given back with `Twilio.take_reply(id, reply)`.
    """

    id: int
    sid: str
    method: Method
    url: str
    params: Mapping[str, str]
    answer: bool = False
    hop: int = 1
    """How many documents the conversation has asked for, with this one."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that the network keeps. Times are Unix seconds; silence that was trimmed away does not count."""

    sid: str
    call_sid: str
    started: float
    ended: float
    seconds: int
    channels: int = 1
    source: str = "RecordVerb"
    status: str = "completed"
    conference_sid: str | None = None
    track: str | None = None


class PhoneNetwork(Protocol):
    """A telephone network in the same process. What comes of an order is reported with `Twilio.report`."""

    def place(self, call: OutgoingCall) -> str:
        """Ring somebody; returns the call's sid."""

    def change(self, sid: str, change: CallChange) -> None:
        """Interrupt a live call."""

    def answer(self, sid: str) -> None:
        """The handset that this call rings picks up."""

    def decline(self, sid: str, outcome: Outcome) -> None:
        """The handset that this call rings does not take the call."""

    def hang_up(self, sid: str) -> None:
        """The person on this call hangs up."""

    def configure(self, route: VoiceRoute) -> None:
        """From the next call on, this is where calls to the number go."""

    def whereabouts(self, number: str) -> Mapping[str, str]:
        """City, State, Zip and Country of a number, as far as anybody knows."""

    def recordings(self) -> Sequence[Recording]:
        """Oldest first."""

    def sound(self, recording_sid: str) -> bytes | None:
        """A recording as a WAV file."""


Send: TypeAlias = Callable[[Webhook], None]


# ---------------------------------------------------------------- what the network tells the account


@dataclass(frozen=True, slots=True)
class CallNews:
    """A call has got this far. `seconds` counts from the answer and is there when the call has ended."""

    sid: str
    status: CallStatus
    caller: str = ""
    called: str = ""
    direction: Direction = "inbound"
    parent_sid: str | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the application answered to a webhook; status 0 is no answer at all."""

    status: int
    content_type: str = ""
    body: bytes = b""
