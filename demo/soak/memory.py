"""Whether memory grows: sampled when the line is at rest, so that all that is left ought to have been there before."""

import gc
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from statistics import median

_CACHED = type(lru_cache(len))
LEAST_SAMPLES = 4
MOST_BLOCKS = 1.0
"""Memory blocks a call that may be left behind, on the median of the samples; the least leak leaves one."""


@dataclass(slots=True)
class Growth:
    """Blocks of Python's allocator at moments of rest, with the calls made between two of them.

    The first spell fills caches. A restart takes with it what only the process held, hence the median.
    """

    _last: int = 0
    per_call: list[float] = field(default_factory=list)

    def rest(self, calls: int) -> None:
        """The line is at rest after so many calls."""
        _empty_bounded_caches()
        gc.collect()
        now = sys.getallocatedblocks()
        if self._last and calls:
            self.per_call.append((now - self._last) / calls)
        self._last = sys.getallocatedblocks()

    @property
    def blocks_a_call(self) -> float | None:
        """None: too few samples to say."""
        return median(self.per_call) if len(self.per_call) >= LEAST_SAMPLES else None

    @property
    def is_leaking(self) -> bool:
        """Whether that is more than nothing."""
        return self.blocks_a_call is not None and self.blocks_a_call > MOST_BLOCKS


def _empty_bounded_caches() -> None:
    """They fill up for a while, and are no leak; one without a bound is."""
    for each in gc.get_objects():
        if type(each) is _CACHED and each.cache_parameters()["maxsize"] is not None:
            each.cache_clear()


def resident() -> float | None:
    """Megabytes of this process that are in memory; None where the system does not tell (it is asked as on Linux)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * 4096 / 1e6
