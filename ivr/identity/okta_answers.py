"""What Okta's answers mean to the line: status and error code in, the closed results of the protocol out.

Only error codes steer (Okta: summaries may change). Codes and statuses are those of Okta's error code list.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ivr.identity.okta_wire import Answer
from ivr.identity.protocol import (
    Expired,
    Kind,
    Locked,
    Polled,
    Push,
    Rejected,
    TooSoon,
    Trouble,
    Unavailable,
    Unusable,
    Verified,
    Waiting,
    WrongCode,
)

WRONG_CODES = {"E0000068", "E0000082", "E0000083"}  # wrong answer; used before; outside its time window
LOCKING_CODES = {"E0000069", "E0000038", "E0000085", "E0000119"}
RECENTLY_SENT_CODES = {"E0000109", "E0000133"}  # a text, a call: one in 30 seconds
# Delivery limits (org or user, text or call), telephony switched off, factor inactive or suspended.
UNUSABLE_CODES = {
    "E0000146", "E0000147", "E0000186", "E0000150", "E0000151", "E0000247", "E0000138", "E0000139",
    "E0000154", "E0000180",
}  # fmt: skip


def failed(answer: Answer) -> Unavailable:
    """Explain an answer that was not what was asked for, and says nothing about the person or the factor."""
    detail = f"{answer.status} {answer.code}".strip()
    match answer.status:
        case 401 | 403:
            return Unavailable(Trouble.REFUSED, detail)
        case 429:
            return Unavailable(Trouble.BUSY, detail)
        case status if status >= 500:
            return Unavailable(Trouble.OUT_OF_REACH, detail)
        case _:
            return Unavailable(Trouble.GARBLED, detail)


def refused(answer: Answer) -> WrongCode | Locked | TooSoon | Unusable | Unavailable:
    """Tell what a refused verify request says about the code, the person or the factor."""
    if answer.code in WRONG_CODES:
        return WrongCode()
    if answer.code in LOCKING_CODES:
        return Locked()
    if answer.code in RECENTLY_SENT_CODES:
        return TooSoon()
    if answer.code in UNUSABLE_CODES or answer.status in (400, 404, 410, 423):
        return Unusable(f"{answer.status} {answer.code}".strip())
    return failed(answer)


def polled(answer: Answer) -> Polled:
    """Tell what a poll of a push transaction says. Anything unheard of is a failure, never an approval."""
    if answer.code == "E0000073":  # a refusal may surface as an error too
        return Rejected()
    if answer.status == 404:  # E0000007 or E0000191: the transaction is gone
        return Expired()
    if answer.status != 200:
        return failed(answer)
    match field(answer.body, "factorResult"):
        case "SUCCESS":
            return Verified()
        case "WAITING":
            return Waiting(number(answer.body))
        case "REJECTED":
            return Rejected()
        case "TIMEOUT" | "EXPIRED" | "CANCELLED":
            return Expired()
        case result:
            return Unavailable(Trouble.GARBLED, f"factorResult {result!r}")


def started(answer: Answer) -> Push | Unavailable:
    """Take the transaction of a push that went out (201 WAITING with a poll link)."""
    poll = link(answer.body, "poll")
    if field(answer.body, "factorResult") != "WAITING" or poll is None:
        return Unavailable(Trouble.GARBLED, "a push without a transaction")
    return Push(poll=poll, cancel=link(answer.body, "cancel"), number=number(answer.body))


TOTP = "token:software:totp"
# A mobile app's own push (`provider: CUSTOM`) is not Okta Verify, and other vendors' tokens were never tried.
KINDS = {
    ("sms", "OKTA"): Kind.SMS,
    ("call", "OKTA"): Kind.CALL,
    ("push", "OKTA"): Kind.PUSH,
    (TOTP, "OKTA"): Kind.TOTP,
    (TOTP, "GOOGLE"): Kind.GOOGLE,
}


def kind_of(row: Any) -> Kind | None:
    """Tell which kind a factor's row is, None when it does not work on the phone."""
    kind, provider = field(row, "factorType"), field(row, "provider")
    return KINDS.get((kind, provider)) if isinstance(kind, str) and isinstance(provider, str) else None


def number(body: Any) -> int | None:
    """Take the number of a number challenge. It may be 0, so presence is what counts."""
    answer = field(field(field(body, "_embedded"), "challenge"), "correctAnswer")
    return answer if isinstance(answer, int) and not isinstance(answer, bool) else None


def link(body: Any, relation: str) -> str | None:
    """Take path and query of a link; the host is dropped, so that no answer can send our token elsewhere."""
    href = field(field(field(body, "_links"), relation), "href")
    if not isinstance(href, str):
        return None
    parts = urlsplit(href)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def field(body: Any, name: str) -> Any:
    """Take a member of a JSON object; None when it is absent or this is not an object."""
    return body.get(name) if isinstance(body, dict) else None
