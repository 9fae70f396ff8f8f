"""A clock that can be put forward: somebody else's time plus what was added; it never reads the time itself."""

from collections.abc import Callable

LATEST = 221_845_392_000.0
"""The beginning of the year 9000: what expires a while later can still be written as a date."""


class AdjustableClock:
    """`now()` of another clock (Unix epoch seconds), plus every `advance`."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.ahead = 0.0

    def __call__(self) -> float:
        return self._now() + self.ahead

    def advance(self, seconds: float) -> float:
        """Put the clock forward; returns the new time. Time never runs backwards."""
        if not seconds >= 0:
            raise ValueError(f"a clock only goes forward, got {seconds!r} seconds")
        if not self() + seconds <= LATEST:
            raise ValueError(f"a clock goes on until the year 9000, got {seconds!r} seconds")
        self.ahead += seconds
        return self()
