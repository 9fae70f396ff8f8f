"""What a page answers: the call as it is now, and what happens next on it, at which address.

`ivr.script` makes TwiML of it. The union `Next` is closed, so whoever renders it can match every kind: TwiML today, a
session over a socket later.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from ivr.calls.stages import Call, Stage


@dataclass(frozen=True, slots=True)
class Ask:
    """A menu: speak `first` once and then the prompt; any one key, `#` and `*` included, goes to the page `to`."""

    prompt: str
    to: str
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskForCode:
    """A code: complete at `length` keys, if that is known, or at `#`; it goes to the page `to`."""

    prompt: str
    to: str
    length: int | None
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Speak, let `seconds` pass, go to the page `to`. Meanwhile one key is taken there, if it `listens`."""

    sentences: tuple[str, ...]
    to: str
    seconds: int
    listens: bool = False


@dataclass(frozen=True, slots=True)
class Go:
    """Speak, then go to the page `to`."""

    to: str
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Connect:
    """Speak, then ring `number`, which sees `caller_id`; the page `to` hears how that went."""

    number: str
    caller_id: str
    to: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Speak, say goodbye, hang up."""

    sentences: tuple[str, ...] = ()


Next = Ask | AskForCode | Wait | Go | Connect | Goodbye
Work = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class PageResult:
    """The call after this webhook, and what happens next on it.

    `afterwards` is done when the call is remembered and the answer is on its way: nobody hears how long it takes.
    """

    call: Call
    next: Next
    afterwards: Work | None = None


WELCOME = "/ivr/welcome"
MENU = "/ivr/menu"
AUTHENTICATE = "/ivr/authenticate"
ANOTHER_WAY = "/ivr/another_way"
VERIFY_SMS = "/ivr/verify_sms"
VERIFY_CODE = "/ivr/verify_code"  # codes that came by no text message
VERIFY_PUSH = "/ivr/verify_okta_push"
ACCOUNT_WELCOME = "/ivr/account_welcome"
ACCOUNT_MENU = "/ivr/account_menu"
CALL_BACK_ORDER = "/ivr/call_back_order"
CALL_BACK = "/ivr/call_back"
CALL_BACK_JOIN = "/ivr/call_back_join"
CALL_BACK_OVER = "/ivr/call_back_over"
CALL_STATUS = "/ivr/call_status"

# Where a call is sent back to when a webhook comes at the wrong time.
RESUMES_AT: dict[Stage, str] = {
    Stage.GREETED: WELCOME,
    Stage.OFFERED: MENU,
    Stage.CHOOSING: ANOTHER_WAY,
    Stage.CODE_ASKED: AUTHENTICATE,
    Stage.PUSH_SENT: VERIFY_PUSH,
    Stage.VERIFIED: ACCOUNT_WELCOME,
    Stage.CALL_BACK_DUE: CALL_BACK_ORDER,
    Stage.CALLING_BACK: CALL_BACK,
}
