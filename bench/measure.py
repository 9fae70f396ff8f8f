"""Rows of the table and the way they are measured: rounds by turns, their median, collector as in real use."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was measured, the result, the budget of the design, and whether it is met (None: no budget).

    `value` is the number of the result, to be compared with that of another release; with a budget of "≥" more is
    better, else less. `beside` is the stated floor: what the same work costs without the simulator (the bare
    application, or a minimal client over a socket). `is_noisy`: the rounds disagreed by more than NOISE, so that a
    missed budget says nothing.
    """

    what: str
    measured: str
    budget: str
    is_met: bool | None
    value: float
    beside: str = ""
    is_noisy: bool = False


NOISE = 0.1
"""A tenth more or less says nothing: so much do runs on one machine differ."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """The seconds of each round of one work."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def is_noisy(self) -> bool:
        """Whether the middle half of the rounds lies further apart than the noise that is usual."""
        first, _, third = quantiles(self.seconds, n=4)
        return third - first > NOISE * self.median


async def by_turns(
    works: Mapping[str, Callable[[], Awaitable[object]]],
    rounds: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, Rounds]:
    """Each work once a round, one after the other, so that all have the same luck with the machine."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        await work()  # caches and connections
    for _ in range(rounds):
        for name, work in works.items():
            began = clock()
            await work()
            times[name].append(clock() - began)
    return {name: Rounds(tuple(seconds)) for name, seconds in times.items()}


async def best_seconds(
    work: Callable[[], Awaitable[object]], rounds: int = 3, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Time of the fastest of several rounds; the first one also warms caches.

    With `time.process_time` it is the time of this process alone, which other programs on the machine do not lengthen.
    """
    times = []
    for _ in range(rounds):
        began = clock()
        await work()
        times.append(clock() - began)
    return min(times)
