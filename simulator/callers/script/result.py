"""What came of one scripted call: whether it went as the script says, where it failed, and everything that happened."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.callers.script.script import Placed, Script
from simulator.operator.journal import Journal
from simulator.operator.masking import Mask
from simulator.printable import one_line
from simulator.timeline.record import CallRecord


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call failed: the step (None: no step of its own), the reason, what came nearest, the transcript so far."""

    step: Placed | None
    reason: str
    nearest: str = ""
    transcript: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who was on the phone: a called party who answered, or another caller."""

    number: str
    record: CallRecord


@dataclass(frozen=True, slots=True)
class CallResult:
    """One call, over or given up. Its texts are as they were; whatever leaves goes through `mask`."""

    script: Script
    failure: Failure | None
    virtual_seconds: float
    wall_seconds: float
    caller: str = ""
    called: str = ""
    record: CallRecord | None = None
    others: tuple[Other, ...] = ()
    journal: Journal = field(default_factory=Journal)
    secrets: tuple[str, ...] = ()
    is_unmasked: bool = False
    is_interrupted: bool = False

    @property
    def ok(self) -> bool:
        return self.failure is None

    def mask(self) -> Mask | None:
        """A mask that knows the secrets given by value and learns typed ones; None when all is to be shown."""
        return None if self.is_unmasked else Mask(self.secrets)

    def primed_mask(self) -> Mask | None:
        """The same, having seen the whole journal: for texts that stand outside the order of events."""
        mask = self.mask()
        if mask is not None:
            for _ in self.journal.lines(mask):
                continue
        return mask

    def journal_lines(self) -> Iterator[str]:
        """The journal as JSON lines."""
        return self.journal.lines(self.mask())

    def message(self) -> str | None:
        """Step, reason and nearest thing in a few lines; None when all went well."""
        failure = self.failure
        if failure is None:
            return None
        lines = [failure.reason]
        if failure.step is not None:
            lines.insert(0, f"{self.script.file}:{failure.step.line}, step {failure.step.place}: {failure.step.shown}")
        if failure.nearest:
            lines.append(f"nearest: {failure.nearest}")
        mask = self.primed_mask()
        text = "\n".join(map(one_line, lines))
        return text if mask is None else mask.text(text)
