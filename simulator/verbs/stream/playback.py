"""What the application has sent to be heard on one stream, in the order it is played, with its marks. Emits nothing.

Times are exchange time. Source: Twilio docs, Media Streams: sound is buffered and played in order; a mark comes back
when what was sent before it has been played, or at once when the buffer is cleared.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

A_BIT = 1e-6
"""Seconds; Unix time as a float is exact to a quarter of that."""


class Played(NamedTuple):
    """A run of sound without a gap: when it began, how long it was meant to be, and how much of it was heard."""

    began: float
    whole: float
    heard: float

    @property
    def is_cut(self) -> bool:
        return self.heard < self.whole - A_BIT


@dataclass(slots=True)
class Playback:
    """`until` is when the last of it will have been heard; None when nothing plays."""

    since: float = 0.0
    until: float | None = None
    _marks: deque[tuple[float, str]] = field(default_factory=deque)

    def add(self, seconds: float, now: float) -> bool:
        """Sound has come; True when it is the first after silence."""
        is_first = self.until is None
        if self.until is None:
            self.since = self.until = now
        self.until += seconds
        return is_first

    def mark(self, name: str, now: float) -> None:
        """A mark has come: it is reached after everything before it."""
        self._marks.append((now if self.until is None else self.until, name))

    @property
    def due(self) -> float | None:
        """When something of it will have been reached next."""
        return self._marks[0][0] if self._marks else self.until

    def reach(self, now: float) -> tuple[Played | None, list[str]]:
        """Time has passed: what is over, and the marks that have been reached."""
        played = self._end(self.until) if self.until is not None and self.until <= now + A_BIT else None
        names = []
        while self._marks and self._marks[0][0] <= now + A_BIT:
            names.append(self._marks.popleft()[1])
        return played, names

    def clear(self, now: float) -> tuple[Played | None, list[str]]:
        """Drop what has not been played: what was heard of it, and all the marks that were left."""
        played = None if self.until is None else self._end(min(now, self.until))
        names = [name for _, name in self._marks]
        self._marks.clear()
        return played, names

    def _end(self, end: float) -> Played:
        assert self.until is not None
        played = Played(self.since, self.until - self.since, end - self.since)
        self.until = None
        return played
