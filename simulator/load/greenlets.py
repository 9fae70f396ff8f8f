"""Several requests of one caller at once, without an event loop: each in a greenlet of its own."""

from collections.abc import Coroutine
from typing import Any, TypeVar

import gevent

Result = TypeVar("Result")


def straight_through(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of a coroutine that never waits. RuntimeError when it does: there is nobody to wake it."""
    try:
        work.send(None)
    except StopIteration as done:
        result: Result = done.value
        return result
    work.close()
    raise RuntimeError("this coroutine waits for an event loop, and here is none")


class GreenletTasks:
    """The `Tasks` of an operator: each coroutine in a greenlet of its own."""

    def __init__(self) -> None:
        self._running: list[gevent.Greenlet] = []

    @property
    def are_running(self) -> bool:
        return bool(self._running)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        self._running.append(gevent.spawn(straight_through, work))

    async def wait(self, seconds: float | None = None) -> bool:
        """The greenlet's own end (GreenletExit) ends them, too."""
        try:
            gevent.joinall(self._running, timeout=seconds, raise_error=True)
        except BaseException:
            cancelled, self._running = self._running, []
            gevent.killall(cancelled)
            raise
        self._running = [each for each in self._running if not each.dead]
        return not self._running
