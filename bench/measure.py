"""Rows of the table and the way they are measured: best of a few rounds, collector as in real use."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was measured, the result, the budget of the design, and whether it is met (None: no budget).

    `value` is the number of the result, to be compared with that of another release; with a budget of "≥" more is
    better, else less. `beside` is what the same work costs without the simulator: the bare application or client.
    """

    what: str
    measured: str
    budget: str
    is_met: bool | None
    value: float
    beside: str = ""


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
