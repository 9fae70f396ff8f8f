"""How a call of a load came out, in four words, and what is kept of one that failed. Counts nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from simulator.callers.script.result import CallResult
from simulator.timeline.failing import failed_calls
from simulator.vocabulary import Warned

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
    failed = failed_calls(result.journal.entries)
    return "application error" if result.record is not None and result.record.sid in failed else "step failed"


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
class Fault:
    """What Twilio's debugger would show, and when it happened, Unix seconds."""

    at: float
    code: int


@dataclass(frozen=True, slots=True)
class FailedCall:
    """`at` is when it ended, Unix seconds; texts are masked."""

    at: float
    script: str
    outcome: str
    message: str
    transcript: tuple[str, ...]
    faults: tuple[Fault, ...]


def failed_call(result: CallResult, outcome: Outcome, at: float) -> FailedCall:
    """The result of a call that failed, as the report has it."""
    transcript = () if result.failure is None else result.failure.transcript
    return FailedCall(
        at,
        result.script.name,
        outcome,
        result.message() or "",
        transcript,
        tuple(_faults(result, at)),
    )


def _faults(result: CallResult, ended_at: float) -> Iterator[Fault]:
    """A load's calls last as long as they say, so that the time in the call tells the time of day."""
    began_at = ended_at - result.virtual_seconds
    entries = result.journal.entries
    for entry in entries:
        if isinstance(entry.item, Warned):
            yield Fault(round(began_at + entry.at - entries[0].at, 3), entry.item.code)


def step_of(message: str) -> str:
    """The first line of a failure's message, without the folder of its script."""
    return re.sub(r"^\S*/", "", message.partition("\n")[0])
