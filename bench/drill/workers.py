"""Looks at the workers of a running line, and kills one. Memory is what the kernel counts as resident, in bytes."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

import psutil


@dataclass
class Workers:
    """The children of a supervisor; `memory` has (seconds since the start, bytes) for each that was ever seen."""

    supervisor: int
    began: float = field(default_factory=time.monotonic)
    memory: dict[int, list[tuple[float, int]]] = field(default_factory=dict)

    def alive(self) -> Sequence[psutil.Process]:
        """Those that answer webhooks; Python's own tracker of resources is not one."""
        return [each for each in psutil.Process(self.supervisor).children() if "spawn_main" in " ".join(_words(each))]

    def look(self) -> None:
        """Note how much memory each has now."""
        for each in self.alive():
            try:
                size = int(each.memory_info().rss)
            except psutil.Error:
                continue  # it has just died
            self.memory.setdefault(each.pid, []).append((time.monotonic() - self.began, size))

    def kill_one(self) -> int:
        """kill -9; returns whom."""
        victim = self.alive()[0]
        victim.kill()
        return int(victim.pid)

    def growth(self, after: float) -> dict[int, float | None]:
        """How much more each has at the end than once it was warm, as a share; None for too few looks to tell.

        Warm is what lies `after` seconds behind its first look. Medians of a fifth of the rest are compared.
        """
        return {
            pid: _growth([size for at, size in looks if at >= looks[0][0] + after])
            for pid, looks in self.memory.items()
        }

    @contextmanager
    def watched(self, every: float = 1.0) -> Iterator[None]:
        """Looks at them all the while."""
        is_over = threading.Event()

        def go_on() -> None:
            while not is_over.wait(every):
                self.look()

        thread = threading.Thread(target=go_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def _growth(sizes: Sequence[int]) -> float | None:
    fifth = len(sizes) // 5
    if fifth < 10:
        return None
    return median(sizes[-fifth:]) / median(sizes[:fifth]) - 1
