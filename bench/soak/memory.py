"""Whether memory grows: sampled when the line is at rest, so that all that is left ought to have been there before."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import _lru_cache_wrapper
from pathlib import Path
from statistics import median
from typing import Any

WARM_UP = 3
"""Samples that are not judged: tables and buffers are still finding their sizes."""
LEAST_SAMPLES = 4
ENOUGH = WARM_UP + LEAST_SAMPLES + 1
"""Moments of rest it takes to judge; the first only begins the count."""
MOST_BLOCKS = 250.0
"""Memory blocks that may be left behind between two samples, on the median. Clean runs of 1,000 calls leave up to 180,
as the limits of thirty people still fill; after some 1,500 calls it is nothing. One object a call is 300."""


@dataclass(slots=True)
class Growth:
    """Blocks of Python's allocator at moments of rest, with the calls made between two of them.

    A restart takes with it what only the process held, hence the median.
    """

    _caches: "list[_lru_cache_wrapper[Any]]" = field(default_factory=list)
    _last: int = 0
    _grown: list[int] = field(default_factory=list)
    _calls: list[int] = field(default_factory=list)

    def rest(self, calls: int) -> None:
        """The line is at rest after so many calls."""
        for cache in self._caches:
            cache.cache_clear()
        gc.collect()
        now = sys.getallocatedblocks()
        if self._last:
            self._grown.append(now - self._last)
            self._calls.append(calls)
        self._last = sys.getallocatedblocks()

    @property
    def blocks_a_call(self) -> float | None:
        """None: too few samples to say."""
        grown = [blocks / calls for blocks, calls in zip(self._grown, self._calls, strict=True)][WARM_UP:]
        return round(median(grown), 2) if len(grown) >= LEAST_SAMPLES else None

    @property
    def is_leaking(self) -> bool:
        """Whether more is left behind than a clean run ever leaves."""
        grown = self._grown[WARM_UP:]
        return len(grown) >= LEAST_SAMPLES and median(grown) > MOST_BLOCKS


@contextmanager
def growing() -> Iterator[Growth]:
    """Sampled while the block runs. Everything that is there before is left out of garbage collection meanwhile."""
    gc.collect()
    growth = Growth(_bounded_caches())
    gc.freeze()
    try:
        yield growth
    finally:
        gc.unfreeze()


def _bounded_caches() -> "list[_lru_cache_wrapper[Any]]":
    """They fill up for a while, and are no leak; those without a bound are."""
    caches = [each for each in gc.get_objects() if isinstance(each, _lru_cache_wrapper)]
    return [each for each in caches if each.cache_parameters()["maxsize"] is not None]


def resident() -> float | None:
    """Megabytes of this process that are in memory; None where the system does not tell (it is asked as on Linux)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * 4096 / 1e6
