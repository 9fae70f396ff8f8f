"""What a check found, as one line of a table; no check is done here."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """`skipped` is neither good nor bad: it could not be looked at, or nobody asked."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check; `remedy` says what to do and is empty when there is nothing to do."""

    check: str
    state: State
    found: str
    remedy: str = ""

    def as_row(self) -> tuple[str, str, str]:
        """For the table."""
        return self.state, self.check, f"{self.found} {self.remedy}".strip()

    def as_json(self) -> dict[str, str]:
        """For `--json`."""
        return {name: str(value) for name, value in asdict(self).items()}


def ok(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check, State.OK, found)


def warning(check: str, found: str, remedy: str) -> Finding:
    """The line works, but not as it might be expected to."""
    return Finding(check, State.WARNING, found, remedy)


def failed(check: str, found: str, remedy: str) -> Finding:
    """The line does not work, or not safely."""
    return Finding(check, State.FAILED, found, remedy)


def skipped(check: str, why: str, remedy: str = "") -> Finding:
    """Not looked at."""
    return Finding(check, State.SKIPPED, why, remedy)
