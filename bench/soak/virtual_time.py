"""An event loop whose time jumps to whatever is due next: an hour of waiting costs nothing.

Nothing real can be waited for in it: no sockets, no threads. That is what makes a run repeat itself exactly.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class StandstillError(RuntimeError):
    """Everybody waits for somebody, and nothing is due."""

    def __init__(self) -> None:
        super().__init__("everybody waits, and nothing is due: something was waited for that time does not bring")


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time()` begins at 0 and counts virtual seconds."""

    def __init__(self) -> None:
        self._seconds = 0.0
        super().__init__(_Leaping(self._leap))

    def time(self) -> float:
        return self._seconds

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """At once and here, as a thread would come back whenever it likes."""
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits for it gets it
            done.set_exception(error)
        return done

    def _leap(self, seconds: float) -> None:
        self._seconds += seconds


class _Leaping(selectors.SelectSelector):
    """Asked to wait for sockets, it says that the time is over and none of them has stirred."""

    def __init__(self, leap: Callable[[float], None]) -> None:
        super().__init__()
        self._leap = leap

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise StandstillError
        if timeout > 0:
            self._leap(timeout)
        return []


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`, in virtual time. Raises StandstillError when it can never end."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
