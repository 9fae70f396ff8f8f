"""What goes into a page and what comes out of it; no HTTP and no rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ivr.calls.stages import Call, Stage
from ivr.line import Line


@dataclass(frozen=True, slots=True)
class Heard:
    """What one webhook told us, checked for form. `digits` is None when no key was gathered.

    `dial_status` is how a dialled call ended, in the webhook that follows it. `delivery` is Twilio's name for this
    request, which a repetition of it bears too; '' when there is none. `verdict` is what the network thinks of the
    caller ID, `account` the Twilio account whose call it is.
    """

    call_sid: str
    phone: str
    place: str
    digits: str | None
    called: str = ""
    call_status: str = ""
    dial_status: str = ""
    delivery: str = ""
    verdict: str = ""
    account: str = ""


def belongs(heard: Heard, call: Call) -> bool:
    """Whether this webhook can be of that call: Twilio changes neither From nor the account within a call."""
    return heard.phone == call.phone and call.account in ("", heard.account)


@dataclass(frozen=True, slots=True)
class Turn:
    """The call after this webhook, and what it hears next (TwiML)."""

    call: Call
    twiml: str


Answer = Callable[[Line, Call, Heard], Awaitable[Turn]]


@dataclass(frozen=True, slots=True)
class Page:
    """A webhook address: who answers, and at which stages of a call it may be asked.

    A call that the line does not know, or no longer, starts over; unless the line itself made it.
    """

    path: str
    open_at: frozenset[Stage]
    answer: Answer
    starts_over: bool = True


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
STANDS_AT: dict[Stage, str] = {
    Stage.GREETED: WELCOME,
    Stage.OFFERED: MENU,
    Stage.CHOOSING: ANOTHER_WAY,
    Stage.CODE_ASKED: AUTHENTICATE,
    Stage.PUSH_SENT: VERIFY_PUSH,
    Stage.VERIFIED: ACCOUNT_WELCOME,
    Stage.CALL_BACK_DUE: CALL_BACK_ORDER,
    Stage.CALLING_BACK: CALL_BACK,
}
