"""Work that goes on while its owner does something else: requests that are out. Knows nothing of requests."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

Work = Coroutine[Any, Any, None]  # what it yields and takes is between it and whoever runs it


class Tasks(Protocol):
    """Runs coroutines beside each other. Not everybody who moves time by hand has an event loop."""

    @property
    def are_running(self) -> bool:
        """Something that was started is not over."""

    def start(self, work: Work) -> None:
        """Have it go on by itself."""

    async def wait(self, seconds: float | None = None) -> bool:
        """Until everything is over, or for so long in real time; returns whether everything is.

        Raises what one of them raises. If the wait is cancelled, so is everything that was started.
        """


class LoopTasks:
    """With the event loop that is running."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    @property
    def are_running(self) -> bool:
        return bool(self._running)

    def start(self, work: Work) -> None:
        self._running.add(asyncio.create_task(work))

    async def wait(self, seconds: float | None = None) -> bool:
        if not self._running:
            return True
        try:
            done, self._running = await asyncio.wait(
                self._running, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION
            )
            for task in done:
                task.result()
        except BaseException:
            await self._cancel()
            raise
        return not self._running

    async def _cancel(self) -> None:
        cancelled, self._running = self._running, set()
        for task in cancelled:
            task.cancel()
        await asyncio.gather(*cancelled, return_exceptions=True)
