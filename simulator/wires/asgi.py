"""The wire to an ASGI application in this process: no sockets, and time that only the caller decides about."""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Any, Self

from simulator.wires.asgi_exchange import AsgiApplication, Exchange
from simulator.wires.at_once import Starter, running_loop
from simulator.wires.raised import Report, log, traceback_of
from simulator.wires.wire import Limits, WireError, WireReply, WireRequest, limit_of, too_late

SECONDS = 30.0
"""How long a start or a stop may take, in real time."""


class Lifespan:
    """Runs in a task of its own; `state` is what every later scope gets a copy of, None without a lifespan."""

    def __init__(self, application: Any, report: Report, *, seconds: float = SECONDS) -> None:  # any ASGI application
        self._application = application
        self._report = report
        self._seconds = seconds
        self._to_application: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_application: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._has_begun = False
        self._raised = ""
        self.state: dict[str, Any] | None = None

    async def start(self) -> None:
        """Raises WireError (11205) when the application fails to start, or is still at it when the time is up."""
        self._task = running_loop().create_task(self._run())
        answer = await self._say("startup")
        if answer["type"] == "lifespan.startup.complete":
            return
        if answer["type"] == "lifespan.startup.failed":
            raise self._failed("start", answer)
        self.state = None  # ASGI: whoever raises has no lifespan
        if self._raised and self._has_begun:
            self._report(self._raised)

    async def stop(self) -> None:
        """Raises WireError (11205) when the application fails to stop, or is still at it when the time is up."""
        if self._task is None:
            return
        if not self._task.done():
            answer = await self._say("shutdown")
            await asyncio.wait({self._task}, timeout=self._seconds)
            self._task.cancel()
            if answer["type"] == "lifespan.shutdown.failed" or self._raised:
                raise self._failed("stop", answer)
        elif self.state is not None and self._raised:
            raise self._failed("stop", {})

    async def _say(self, what: str) -> dict[str, Any]:
        self._to_application.put_nowait({"type": f"lifespan.{what}"})
        try:
            async with asyncio.timeout(self._seconds):
                return await self._from_application.get()
        except TimeoutError:
            assert self._task is not None
            self._task.cancel()
            reason = f"the application did not finish its lifespan.{what} within {self._seconds:g} s"
            raise WireError(11205, reason) from None

    def _failed(self, what: str, answer: dict[str, Any]) -> WireError:
        told = self._raised or str(answer.get("message", "")) or "it gave no reason"
        return WireError(11205, f"the application failed to {what}: {told}")

    async def _run(self) -> None:
        self.state = {}
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._application(scope, self._receive, self._from_application.put)
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody has to be told
            self._raised = traceback_of(error)
        finally:
            self._from_application.put_nowait({"type": "lifespan.finished"})  # also when it was cancelled

    async def _receive(self) -> dict[str, Any]:
        self._has_begun = True
        return await self._to_application.get()


PATIENCE = 2.0
"""Real seconds that are given to what goes on behind an answer, before time passes or the wire is closed."""


class AsgiWire:
    """Calls the application directly, each request in a task of its own.

    `stopwatch` (such as time.perf_counter) measures latencies; without one every reply takes no time, which keeps
    journals equal. `limit` ends an application that never answers, in real seconds (`clock` tells them); so do the
    limits of a request, where it has its own. `patience`: so many real seconds does `rest` wait. As an async context
    manager it runs the application's lifespan.
    """

    def __init__(
        self,
        application: AsgiApplication,
        *,
        stopwatch: Callable[[], float] | None = None,
        limit: float | None = 15.0,
        patience: float = PATIENCE,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self.application = application
        self.report: Report = log
        """Takes what the application raises when there is no reply (any more) that could tell it."""
        self._stopwatch = stopwatch or (lambda: 0.0)
        self._limit = limit
        self._patience = patience
        self._clock = clock
        self._starter = Starter()
        self._lifespan: Lifespan | None = None
        self._behind: set[asyncio.Task[None]] = set()
        self._given_up: set[asyncio.Task[None]] = set()

    @property
    def state(self) -> dict[str, Any] | None:
        """What the application's lifespan has put into its state; None: there is no lifespan."""
        return None if self._lifespan is None else self._lifespan.state

    async def send(self, request: WireRequest) -> WireReply:
        exchange = Exchange(request, self.state, self._tell)
        limit = limit_of(request.limits, self._limit)
        began, started = self._stopwatch(), self._clock()
        task = self._starter.start(exchange.run(self.application))
        if task is not None:
            await self._wait(exchange, task, limit, request.limits)
        if limit is not None and self._clock() - started > limit:  # it blocked the event loop, or nearly
            raise too_late(limit, request.limits)
        return exchange.reply(self._stopwatch() - began)

    async def rest(self) -> None:
        """Wait until nothing goes on behind the answers; what takes long is waited for once, and not to its end."""
        waiting = self._behind - self._given_up
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=self._patience)
            self._given_up |= late

    async def _wait(self, exchange: Exchange, task: "asyncio.Task[None]", limit: float | None, limits: Limits) -> None:
        """Until the answer is there; what the application does then goes on behind it."""
        try:
            async with asyncio.timeout(limit):
                await exchange.over()
        except TimeoutError:
            task.cancel()
            self._leave_behind(task)
            raise too_late(limit or 0.0, limits) from None
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task})
            raise
        if not task.done():
            self._leave_behind(task)
        elif not task.cancelled():
            task.result()

    def _leave_behind(self, task: "asyncio.Task[None]") -> None:
        self._behind.add(task)
        task.add_done_callback(self._behind.discard)
        task.add_done_callback(self._given_up.discard)

    def _tell(self, text: str) -> None:
        self.report(text)

    async def __aenter__(self) -> Self:
        self._lifespan = Lifespan(self.application, self._tell)
        await self._lifespan.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        try:
            await self.rest()
            for task in self._behind:
                task.cancel()
            if self._behind:
                await asyncio.wait(self._behind, timeout=self._patience)
            if self._lifespan is not None:
                await self._lifespan.stop()
        finally:
            self._starter.close()
