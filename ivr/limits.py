"""How often somebody may be challenged or may guess, counted over all calls; it decides nothing else."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
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

    async def give_back(self, *counts: Count) -> None:
        """Undo a `take` whose deed was not done, as is known for sure."""
        ...

    async def clear(self, *counts: Count) -> None:
        """Start counting afresh, after a success."""
        ...


class MemoryLimits:
    """Counts in this process, over a sliding window. What is over is forgotten; `room` people at most a limit."""

    def __init__(self, now: Callable[[], float], *, room: int = 50_000) -> None:
        self._now = now
        self._room = room
        self._spent: dict[str, OrderedDict[str, deque[float]]] = {}  # by limit; whoever spent last stands last

    def __len__(self) -> int:
        """How many counts are remembered."""
        return sum(map(len, self._spent.values()))

    async def take(self, *counts: Count) -> Limit | None:
        """Spend one of each, if one of each is left."""
        for limit, whose in counts:
            if await self.left(limit, whose) <= 0:
                return limit
        for limit, whose in counts:
            people = self._spent.setdefault(limit.name, OrderedDict())
            people.setdefault(whose, deque()).append(self._now())
            people.move_to_end(whose)
            self._tidy(people, self._now() - limit.per)
        return None

    async def left(self, limit: Limit, whose: str) -> int:
        """What remains in the window that ends now."""
        people = self._spent.get(limit.name)
        spent = people.get(whose) if people else None
        while spent and spent[0] <= self._now() - limit.per:
            spent.popleft()
        return max(0, limit.most - len(spent or ()))

    async def give_back(self, *counts: Count) -> None:
        """The newest one of each goes; counts are alike."""
        for limit, whose in counts:
            people = self._spent.get(limit.name)
            if people and people.get(whose):
                people[whose].pop()

    async def clear(self, *counts: Count) -> None:
        """Forget what was spent."""
        for limit, whose in counts:
            if people := self._spent.get(limit.name):
                people.pop(whose, None)

    def _tidy(self, people: OrderedDict[str, deque[float]], over: float) -> None:
        """Those who spent last before `over` have everything left again; they stand first."""
        for whose, spent in list(islice(people.items(), 2)):  # two for one that came: it never takes long
            if len(people) > self._room or not spent or spent[-1] <= over:
                del people[whose]
