"""The one root of everything the simulator raises on purpose; each leaf says what came and what was expected."""

from collections.abc import Iterable
from difflib import get_close_matches


class SimulatorError(Exception):
    """Root of the simulator's own exceptions; its text is one sentence a user can act on."""


class TimeReversedError(SimulatorError):
    """Somebody told the exchange a time before one it had already been told."""

    def __init__(self, told: float, known: float) -> None:
        super().__init__(f"time runs forward only: told {told:.3f} s after {known:.3f} s")


class UnknownNumberError(SimulatorError):
    """A call was placed to a number that nobody configured on this exchange."""

    def __init__(self, called: str, known: Iterable[str]) -> None:
        known = sorted(known)
        near = get_close_matches(called, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; known numbers: {', '.join(known) or 'none'}"
        super().__init__(f"no number {called} on this exchange{hint}")


class WrongUseError(SimulatorError):
    """An option, script or argument that cannot mean anything; the text names it and the remedy."""
