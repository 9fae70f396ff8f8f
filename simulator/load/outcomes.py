"""How a call of a load came out, in four words, and what is kept of one that failed. Counts nothing."""

import re
from dataclasses import dataclass
from typing import Literal

from simulator.callers.script.result import CallResult

Outcome = Literal["as the script says", "step failed", "application error", "interrupted"]
OUTCOMES: tuple[Outcome, ...] = ("as the script says", "step failed", "application error", "interrupted")
CALL = "CALL"
"""The kind of request under which Locust counts calls, beside GET and POST."""


def outcome_of(result: CallResult) -> Outcome:
    """A script that expects an application error gets what it says."""
    if result.is_interrupted:
        return "interrupted"
    if result.ok:
        return "as the script says"
    ended = None if result.record is None else result.record.ended
    return "application error" if ended is not None and ended.ending == "application-error" else "step failed"


class CallFailedError(Exception):
    """What Locust lists among its failures: the outcome and the step, but nothing that differs from call to call."""

    def __init__(self, outcome: Outcome, what: str) -> None:
        super().__init__(f"{outcome}: {what}" if what else outcome)

    def __repr__(self) -> str:
        return str(self)


def outcome_in(text: str) -> Outcome:
    """The outcome that such an error told of."""
    return next((each for each in OUTCOMES if text.startswith(each)), "step failed")


@dataclass(frozen=True, slots=True)
class FailedCall:
    """`at` is when it ended, Unix seconds; texts are masked."""

    at: float
    script: str
    outcome: str
    message: str
    transcript: tuple[str, ...]
    codes: tuple[int, ...]
    """What Twilio's debugger would show."""


def failed_call(result: CallResult, outcome: Outcome, at: float) -> FailedCall:
    """The result of a call that failed, as the report has it."""
    warnings = () if result.record is None else result.record.warnings
    transcript = () if result.failure is None else result.failure.transcript
    return FailedCall(
        at,
        result.script.name,
        outcome,
        result.message() or "",
        transcript,
        tuple(each.code for each in warnings),
    )


def step_of(message: str) -> str:
    """The first line of a failure's message, without the folder of its script."""
    return re.sub(r"^\S*/", "", message.partition("\n")[0])
