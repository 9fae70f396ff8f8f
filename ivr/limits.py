"""How often a person may be challenged or may guess, counted over all their calls; it decides nothing else."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` within `per` seconds, counted per person."""

    name: str
    most: int
    per: float


class Limits(Protocol):
    """Counts that outlive a call."""

    async def take(self, limit: Limit, whose: str) -> bool:
        """Spend one; False when none is left. Spending comes before the deed, so that a race cannot win a try."""
        ...

    async def left(self, limit: Limit, whose: str) -> int:
        """How many remain now."""
        ...

    async def clear(self, limit: Limit, whose: str) -> None:
        """Start counting afresh, after a success."""
        ...


class MemoryLimits:
    """Counts in this process, over a sliding window; the longest untouched ones go when `room` is full."""

    def __init__(self, now: Callable[[], float], *, room: int = 50_000) -> None:
        self._now = now
        self._room = room
        self._spent: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    async def take(self, limit: Limit, whose: str) -> bool:
        """Spend one, if one is left."""
        if not await self.left(limit, whose):
            return False
        key = (limit.name, whose)
        self._spent.setdefault(key, deque()).append(self._now())
        self._spent.move_to_end(key)
        while len(self._spent) > self._room:
            self._spent.popitem(last=False)
        return True

    async def left(self, limit: Limit, whose: str) -> int:
        """What remains in the window that ends now."""
        spent = self._spent.get((limit.name, whose))
        while spent and spent[0] <= self._now() - limit.per:
            spent.popleft()
        return limit.most - len(spent or ())

    async def clear(self, limit: Limit, whose: str) -> None:
        """Forget what was spent."""
        self._spent.pop((limit.name, whose), None)
