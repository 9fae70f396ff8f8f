"""Two clocks: one that a test or script moves by hand, and one that follows the wall at a chosen rate.

Both give Unix seconds. The exchange and the fakes are told these and ask no other clock.
"""

from collections.abc import Callable
from typing import Protocol

START = 1_767_600_000.0
"""2026-01-05 08:00 UTC: where a hand-moved clock begins, so that runs can be compared."""


class Clock(Protocol):
    """Tells the time, nothing else."""

    def now(self) -> float:
        """Unix seconds."""


class ManualClock:
    """Stands still until it is moved; an hour on hold costs nothing."""

    def __init__(self, start: float = START) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def move_to(self, moment: float) -> None:
        """Set the time; earlier moments are ignored."""
        self._now = max(self._now, moment)


class WallClock:
    """Runs `rate` times as fast as the given tick source; 0 stands still. Can be pushed forward ("jump to next")."""

    def __init__(self, tick: Callable[[], float], start: float, rate: float = 1.0) -> None:
        self._tick = tick
        self._at = tick()
        self._then = start
        self._rate = rate

    def now(self) -> float:
        return self._then + (self._tick() - self._at) * self._rate

    @property
    def rate(self) -> float:
        """Simulated seconds per second."""
        return self._rate

    def set_rate(self, rate: float) -> None:
        """From now on run at this rate; time stays continuous."""
        self._then, self._at, self._rate = self.now(), self._tick(), rate

    def move_to(self, moment: float) -> None:
        """Jump forward; earlier moments are ignored."""
        self._then, self._at = max(self.now(), moment), self._tick()
