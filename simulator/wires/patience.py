"""A limit in real seconds for work that mostly finishes without waiting: the timer starts only when it does wait.

`asyncio.timeout` starts its timer at once, which costs a tenth of a simulated webhook; an application in the same
process usually answers before anybody could have waited.
"""

import asyncio
from collections.abc import Awaitable, Generator
from typing import Any


class Patience:
    """`await Patience(work, seconds)`: the work's end, or TimeoutError after so many seconds (None: no limit)."""

    __slots__ = ("_is_over", "_seconds", "_work")

    def __init__(self, work: Awaitable[None], seconds: float | None) -> None:
        self._work = work
        self._seconds = seconds
        self._is_over = False

    def __await__(self) -> Generator[Any, None, None]:  # what it yields is between the work and the event loop
        steps = self._work.__await__()
        try:
            waits_for = next(steps)
        except StopIteration:
            return
        task = asyncio.current_task()
        assert task is not None
        before = task.cancelling()
        timer = None
        if self._seconds is not None:
            timer = asyncio.get_running_loop().call_later(self._seconds, self._give_up, task)
        try:
            while True:
                try:
                    answer = yield waits_for
                except BaseException as error:  # noqa: BLE001 - whatever the loop throws is thrown into the work
                    waits_for = steps.throw(error)
                else:
                    waits_for = steps.send(answer)
        except StopIteration:
            return
        except asyncio.CancelledError:
            if self._is_over and task.cancelling() <= before + 1:  # nobody but the timer has cancelled
                raise TimeoutError from None
            raise
        finally:
            if timer is not None:
                timer.cancel()
            if self._is_over:
                task.uncancel()

    def _give_up(self, task: "asyncio.Task[Any]") -> None:
        self._is_over = True
        task.cancel()
