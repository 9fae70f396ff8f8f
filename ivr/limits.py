"""How often somebody may be challenged or may guess, counted over all calls; it decides nothing else."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` within `per` seconds, counted for each person, number, or for the line as a whole."""

    name: str
    most: int
    per: float


Count = tuple[Limit, str]
"""A limit, and whose count it is."""


class Limits(Protocol):
    """Counts that outlive a call. Every method may raise StoreDownError, and then nothing is allowed."""

    async def take(self, *counts: Count) -> Limit | None:
        """Spend one of each, or none at all: then it is the first limit with nothing left that is returned.

        Spending comes before the deed, and is one step for all workers, so that a race cannot win a try.
        """
        ...

    async def left(self, limit: Limit, whose: str) -> int:
        """How many remain now."""
        ...

    async def clear(self, *counts: Count) -> None:
        """Start counting afresh, after a success."""
        ...


class MemoryLimits:
    """Counts in this process, over a sliding window; the longest untouched ones go when `room` is full."""

    def __init__(self, now: Callable[[], float], *, room: int = 50_000) -> None:
        self._now = now
        self._room = room
        self._spent: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    async def take(self, *counts: Count) -> Limit | None:
        """Spend one of each, if one of each is left."""
        for limit, whose in counts:
            if await self.left(limit, whose) <= 0:
                return limit
        for limit, whose in counts:
            key = (limit.name, whose)
            self._spent.setdefault(key, deque()).append(self._now())
            self._spent.move_to_end(key)
        while len(self._spent) > self._room:
            self._spent.popitem(last=False)
        return None

    async def left(self, limit: Limit, whose: str) -> int:
        """What remains in the window that ends now."""
        spent = self._spent.get((limit.name, whose))
        while spent and spent[0] <= self._now() - limit.per:
            spent.popleft()
        return max(0, limit.most - len(spent or ()))

    async def clear(self, *counts: Count) -> None:
        """Forget what was spent."""
        for limit, whose in counts:
            self._spent.pop((limit.name, whose), None)
