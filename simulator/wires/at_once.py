"""Starts work at once in a task of its own: it has run up to its first wait when `start` returns.

A task of the event loop begins in the loop's next turn, which would cost a simulated webhook a fifth of its time; an
application in this process is mostly done before it has waited once. (From Python 3.12 on eager tasks do this.)
"""

import asyncio
from collections.abc import Coroutine, Generator
from contextvars import Context, copy_context
from types import coroutine
from typing import Any

from simulator.errors import WrongUseError

Work = Coroutine[Any, Any, None]  # what it yields and takes is between it and the event loop


def running_loop() -> asyncio.AbstractEventLoop:
    """The event loop of asyncio; raises WrongUseError where there is none, such as under trio."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        remedy = "use pytest.mark.asyncio, or anyio's asyncio backend"
        raise WrongUseError(f"the telephone network runs on asyncio's event loop, not on trio's: {remedy}") from None


class Starter:
    """Has one task in reserve, whose identity the work already has in its first step."""

    def __init__(self) -> None:
        self._reserve: _Reserve | None = None

    def start(self, work: Work) -> "asyncio.Task[None] | None":
        """The task in which the work goes on; None when it is over. Raises what the work raises in its first step."""
        loop, reserve = running_loop(), self._reserve
        if reserve is None or reserve.loop is not loop or reserve.called.done():
            reserve = _Reserve(loop)
        self._reserve = None  # the work may start some more
        caller, task, context = asyncio.current_task(loop), reserve.task, copy_context()
        if caller is not None:
            asyncio._leave_task(loop, caller)
        asyncio._enter_task(loop, task)
        try:
            waits_for = context.run(work.send, None)
        except StopIteration:
            self._keep(reserve)
            return None
        except BaseException:
            self._keep(reserve)
            raise
        finally:
            asyncio._leave_task(loop, task)
            if caller is not None:
                asyncio._enter_task(loop, caller)
        reserve.take_over(context, work, waits_for)
        return task

    def close(self) -> None:
        """The task in reserve is not needed any more."""
        if self._reserve is not None:
            self._reserve.task.cancel()
            self._reserve = None

    def _keep(self, reserve: "_Reserve") -> None:
        if self._reserve is None:
            self._reserve = reserve
        else:
            reserve.task.cancel()


class _Reserve:
    """A task that waits for work of which the first step is done."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.called = loop.create_future()
        self._begun: tuple[Context, Work, Any] | None = None
        self.task = loop.create_task(self._run())
        # a loop may be closed while it waits: nothing is lost then, and nothing need be logged
        self.task._log_destroy_pending = False  # type: ignore[attr-defined] # as asyncio itself does

    def take_over(self, context: Context, work: Work, waits_for: Any) -> None:  # whatever the event loop waits for
        self._begun = context, work, waits_for
        if not self.called.done():  # the work may have cancelled its task already
            self.called.set_result(None)

    async def _run(self) -> None:
        cancelled: asyncio.CancelledError | None = None
        try:
            await self.called
        except asyncio.CancelledError as error:
            if self._begun is None:
                raise
            cancelled = error
        assert self._begun is not None
        await _go_on(*self._begun, cancelled)


@coroutine
def _go_on(
    context: Context, work: Work, waits_for: Any, error: BaseException | None
) -> Generator[Any, Any, None]:  # what goes in and out is between the work and the event loop
    """Let the work take its other steps, in the context of its first one."""
    try:
        while True:
            if error is not None:
                waits_for, error = context.run(work.throw, error), None
            try:
                answer = yield waits_for
            except BaseException as thrown:  # noqa: BLE001 - whatever is thrown at the task is thrown into the work
                error = thrown
            else:
                waits_for = context.run(work.send, answer)
    except StopIteration:
        return
