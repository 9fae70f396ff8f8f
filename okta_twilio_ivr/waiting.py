"""How a line waits in a simulated network: nobody does, and every second counts on the network's clock.

What a webhook would wait for (a slow service, a limit to that, an even pace) is added up, and its answer reaches the
network so much later on that clock, which may be moved by hand, run faster, or jump. What the line does meanwhile
happens in the moment the webhook came.
"""

from asyncio import CancelledError, sleep
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from simulator.wires.wire import Wire, WireReply, WireRequest

if TYPE_CHECKING:
    from ivr.line import Line


@dataclass(slots=True)
class _Webhook:
    """One webhook that is being answered: the seconds it has waited, and when it would lose patience."""

    seconds: float = 0.0
    limits: list[float] = field(default_factory=list)


_WEBHOOK: ContextVar[_Webhook | None] = ContextVar("webhook", default=None)


class Waiting:
    """The line's time. `now` is the network's clock, in Unix seconds; outside of webhooks no waiting counts."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def now(self) -> float:
        """Unix seconds, with what the present webhook has waited."""
        webhook = _WEBHOOK.get()
        return self._now() + (0.0 if webhook is None else webhook.seconds)

    async def sleep(self, seconds: float) -> None:
        """As `asyncio.sleep`; cancelled where a `limit` ends before."""
        webhook = _WEBHOOK.get()
        if webhook is None:
            return
        end = min(webhook.limits, default=float("inf"))
        if webhook.seconds + seconds > end:
            webhook.seconds = end
            raise CancelledError
        webhook.seconds += seconds

    @asynccontextmanager
    async def limit(self, seconds: float) -> AsyncIterator[None]:
        """As `asyncio.timeout`: raises TimeoutError where the block waits longer."""
        webhook = _WEBHOOK.get()
        if webhook is None:
            yield
            return
        end = webhook.seconds + seconds
        webhook.limits.append(end)
        try:
            yield
        except CancelledError:
            if webhook.seconds < end:
                raise
            raise TimeoutError from None
        finally:
            webhook.limits.remove(end)

    async def pause(self, seconds: float) -> None:
        """As `sleep`; what goes on after a webhook really waits, because nothing moves its clock."""
        await (self.sleep(seconds) if _WEBHOOK.get() is not None else sleep(seconds))

    def line(self, line: "Line") -> "Line":
        """The same line, which waits so; what counts by its own `now` was given this one's before."""
        from ivr.line import Background

        apart = Background(_no_webhook)
        now, pause, limit = self.now, self.pause, self.limit
        return replace(line, now=now, stopwatch=now, pause=pause, limit=limit, background=apart)

    def wire(self, wire: Wire) -> Wire:
        """The same wire; its replies are late by what their webhooks have waited."""
        return _CountingWire(wire)


def _no_webhook() -> Context:
    """What goes on after a webhook's answer does not make that answer late."""
    apart = copy_context()
    apart.run(_WEBHOOK.set, None)
    return apart


class _CountingWire:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def send(self, request: WireRequest) -> WireReply:
        webhook = _Webhook()
        before = _WEBHOOK.set(webhook)
        try:
            reply = await self._wire.send(request)
        finally:
            _WEBHOOK.reset(before)
        if not webhook.seconds:
            return reply
        return replace(reply, latency=reply.latency + webhook.seconds, ahead=reply.ahead + webhook.seconds)
