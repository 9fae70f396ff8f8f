"""What can be seen of a webhook from outside, as one record for logs and counters; nothing in it may not be written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from ivr.calls.stages import Stage

log = logging.getLogger("ivr.webhooks")


class Outcome(StrEnum):
    """How a webhook was answered."""

    ANSWERED = "answered"
    LED_BACK = "led back"  # it came at the wrong time, and was sent to where the call stands
    AGAIN = "again"  # a repeated delivery: the answer of the first
    NO_CALL = "no such call"
    REFUSED = "refused"
    FAILED = "failed"  # the caller heard that something went wrong
    STORE_DOWN = "store down"  # the same, because calls cannot be looked up
    CLOSING = "closing"  # a new call while the line is about to stop
    NOT_ARRANGED = "not arranged"  # not a webhook: a call back was promised, and nobody will call


@dataclass(frozen=True, slots=True)
class WebhookRecord:
    """One webhook. `caller` is masked, `keys` is how many were pressed, `seconds` what it took.

    `before` and `after` are the call's stages, None when there is no such call.
    """

    page: str
    how: Outcome
    call: str = ""
    caller: str = ""
    keys: int = 0
    before: Stage | None = None
    after: Stage | None = None
    seconds: float = 0.0


Watch = Callable[[WebhookRecord], None]

CALL: ContextVar[str] = ContextVar("CALL", default="")
"""The CallSid of the webhook that is being answered, for everything that is logged meanwhile."""


def log_record(seen: WebhookRecord) -> None:
    """Log one line a webhook, with the record for whoever writes JSON. Why one was refused is logged elsewhere."""
    if seen.how is Outcome.REFUSED:
        return
    moves: str = seen.after or seen.how
    if seen.before is not None and seen.after is not None and seen.before is not seen.after:
        moves = f"{seen.before}>{seen.after}"
    log.info(
        "call=%s page=%s from=%s keys=%d stage=%s",
        seen.call,
        seen.page,
        seen.caller,
        seen.keys,
        moves,
        extra={"seen": seen},
    )
