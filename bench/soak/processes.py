"""Processes of the application, one after the other, over the same calls and limits; a dead one reaches nothing.

What a killed process was doing goes on in this one, as Python has no kill; but its store, limits and services are gone.
Every webhook knows what was done for it, as whoever repeats a webhook must not repeat the deed.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ivr.calls.stages import Call
    from ivr.calls.store import CallStore, Reply
    from ivr.external import Session
    from ivr.limits import Count, Limit, Limits
    from ivr.line import Line
    from simulator.wires.asgi import AsgiWire
    from simulator.wires.asgi_exchange import AsgiApplication

DELIVERY: ContextVar["Delivery | None"] = ContextVar("DELIVERY", default=None)
"""The webhook that whatever runs now belongs to."""

Twice = Callable[[str, str], None]


@dataclass(slots=True)
class Delivery:
    """`twice` is told the call and the deed when something was done a second time.

    A webhook that a killed process had begun, or that failed, may be begun again: nobody knows how far it came.
    """

    sid: str
    twice: Twice
    is_disturbed: bool = False
    is_begun_again: bool = False
    done: Counter[str] = field(default_factory=Counter)

    def count(self, deed: str) -> None:
        self.done[deed] += 1
        if self.done[deed] > 1 and not self.is_begun_again:
            self.twice(self.sid, deed)


Build = Callable[["Line"], "AsgiApplication"]
"""Makes the application out of a line; `ivr.app.create_app` does."""
Travel = Callable[[], float]


class KilledError(ConnectionError):
    """The process that does this is dead."""


@dataclass(slots=True)
class Life:
    is_over: bool = False

    def check(self) -> None:
        if self.is_over:
            raise KilledError("this process was killed")


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `death` is done when it is killed, and not before."""

    wire: "AsgiWire"
    life: Life
    death: "asyncio.Future[None]"

    def kill(self) -> None:
        self.life.is_over = True
        self.death.set_result(None)


async def started(build: Build, line: "Line") -> Process:
    """A process that serves this line."""
    from simulator.wires.asgi import AsgiWire

    life = Life()
    loop = asyncio.get_running_loop()
    mortal = replace(line, calls=_Calls(line.calls, life), limits=_Limits(line.limits, life), stopwatch=loop.time)
    wire = AsgiWire(build(mortal), limit=None)
    await wire.__aenter__()
    return Process(wire, life, loop.create_future())


class _Calls:
    """The calls, as long as the process lives."""

    def __init__(self, calls: "CallStore", life: Life) -> None:
        self._calls = calls
        self._life = life

    @asynccontextmanager
    async def hold(self, sid: str) -> AsyncIterator[None]:
        self._life.check()
        async with self._calls.hold(sid):
            self._life.check()
            yield

    async def get(self, sid: str) -> "Call | None":
        self._life.check()
        return await self._calls.get(sid)

    async def put(self, call: "Call", reply: "Reply | None" = None) -> "Call":
        self._life.check()
        return await self._calls.put(call, reply)

    async def replied(self, sid: str, delivery: str) -> str | None:
        self._life.check()
        return await self._calls.replied(sid, delivery)

    async def at_stake(self) -> int:
        return await self._calls.at_stake()

    async def health(self) -> str | None:
        return await self._calls.health()

    async def close(self) -> None:
        """The next process goes on with them."""


class _Limits:
    """The limits, as long as the process lives; what is spent is put down to the webhook."""

    def __init__(self, limits: "Limits", life: Life) -> None:
        self._limits = limits
        self._life = life

    async def take(self, *counts: "Count") -> "Limit | None":
        self._life.check()
        hit = await self._limits.take(*counts)
        delivery = DELIVERY.get()
        if hit is None and delivery is not None:
            for limit, _ in counts:
                delivery.count(f"{limit.name} counted")
        return hit

    async def left(self, limit: "Limit", whose: str) -> int:
        self._life.check()
        return await self._limits.left(limit, whose)

    async def give_back(self, *counts: "Count") -> None:
        self._life.check()
        await self._limits.give_back(*counts)

    async def clear(self, *counts: "Count") -> None:
        self._life.check()
        await self._limits.clear(*counts)


LIFE: ContextVar[Life | None] = ContextVar("LIFE", default=None)
"""Of the process that whatever runs now belongs to."""


class FarSession:
    """The way to Okta and the accounts API, which takes a while, and which a dead process has not."""

    def __init__(self, session: "Session", travel: Travel) -> None:
        self._session = session
        self._travel = travel

    def request(self, method: str, url: str, **options: Any) -> AbstractAsyncContextManager[Any]:  # as aiohttp's
        return self._request(method, url, **options)

    @asynccontextmanager
    async def _request(self, method: str, url: str, **options: Any) -> AsyncIterator[Any]:
        life = LIFE.get() or Life()
        await asyncio.sleep(self._travel())
        life.check()
        async with self._session.request(method, url, **options) as response:
            await asyncio.sleep(self._travel())
            life.check()
            yield response

    async def close(self) -> None:
        await self._session.close()
