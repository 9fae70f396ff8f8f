"""The things a Twilio account holds, as frozen records; times are Unix seconds. How they change is elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

from fakes.twilio.network import CallStatus, Direction, Method

MessageStatus: TypeAlias = Literal["queued", "sending", "sent", "delivered", "undelivered", "failed", "received"]
MessageDirection: TypeAlias = Literal["inbound", "outbound-api", "outbound-reply", "outbound-call"]
LIVE = frozenset(("queued", "ringing", "in-progress"))
MOST_KEPT = 5000
"""Records of each kind, so that a long load test does not fill the memory."""
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an owner could switch, and where Twilio's policy would get in the way of a test."""

    friendly_name: str = "Atko Mobile"
    local_urls: bool = False
    """Take `localhost` and private addresses as the Url of a call, which Twilio refuses with 21205."""
    verified_callers: frozenset[str] = frozenset()
    """Numbers of other carriers that may be the From of a call (OutgoingCallerIds)."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A standard key may do everything but look at accounts and keys (Twilio docs: API keys); a main key that, too."""

    sid: str
    secret: str = field(repr=False)
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    sid: str
    to: str
    caller: str
    direction: Direction
    status: CallStatus
    created: float
    updated: float
    parent_sid: str | None = None
    started: float | None = None
    answered: float | None = None
    ended: float | None = None
    seconds: int | None = None

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


@dataclass(frozen=True, slots=True)
class Message:
    sid: str
    to: str
    sender: str
    body: str
    direction: MessageDirection
    status: MessageStatus
    created: float
    updated: float
    sent: float | None = None
    media: tuple[str, ...] = ()
    error_code: int | None = None
    status_callback: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A message on a handset."""

    to: str
    sender: str
    body: str
    at: float
    sid: str
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """A TwiML App: URLs under a name, for numbers and calls that refer to it."""

    sid: str
    created: float
    updated: float
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: Method = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: Method = "POST"
    voice_caller_id_lookup: bool = False
    status_callback: str = ""
    status_callback_method: Method = "POST"
    sms_url: str = ""
    sms_method: Method = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: Method = "POST"
    sms_status_callback: str = ""
    message_status_callback: str = ""
    public_application_connect_enabled: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """An IncomingPhoneNumber."""

    sid: str
    phone_number: str
    created: float
    updated: float
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: Method = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: Method = "POST"
    voice_caller_id_lookup: bool = False
    voice_application_sid: str = ""
    voice_receive_mode: str = "voice"
    status_callback: str = ""
    status_callback_method: Method = "POST"
    sms_url: str = ""
    sms_method: Method = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: Method = "POST"
    sms_application_sid: str = ""


def keep(records: dict[str, Record], sid: str, record: Record, is_over: Callable[[Record], bool]) -> None:
    """Put a record into its table. Beyond `MOST_KEPT` the older half is forgotten, but for calls that still go on.

    Twilio keeps its records for months, however many; one that is forgotten here is a 404, as after a deletion.
    """
    is_new = sid not in records
    records[sid] = record
    if is_new and len(records) > MOST_KEPT and len(records) % (MOST_KEPT // 2) == 0:
        for old in list(records)[: MOST_KEPT // 2]:
            if is_over(records[old]):
                del records[old]


GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = frozenset("^{}\\[~]|€")


def segments(body: str) -> int:
    """Count the SMS that a text takes, at least one: 160 or 153 GSM characters each, 70 or 67 UTF-16 units otherwise.

    Source: GSM 03.38, and Twilio's page on the SMS character limit.
    """
    if GSM.issuperset(set(body) - GSM_DOUBLE):
        length, single, joined = len(body) + sum(each in GSM_DOUBLE for each in body), 160, 153
    else:
        length, single, joined = len(body.encode("utf-16-le", "surrogatepass")) // 2, 70, 67
    return 1 if length <= single else -(-length // joined)
