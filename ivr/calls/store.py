"""Where calls are kept between webhooks: the protocol, and memory for a single worker."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from ivr.calls.stages import Call, Stage

LONGEST_SILENCE = 120.0  # seconds; the line itself leaves less than that between two webhooks of a call
KEEP = 600.0  # seconds without a webhook
MOST_REPLIES = 4  # of one call; a repeated delivery follows the first within seconds


class StoreDownError(Exception):
    """The store cannot be asked. Whoever meets this allows nothing: the call ends with a sentence."""


class StaleCallError(Exception):
    """A webhook was overtaken by another one of its call, and what it knew of the call is no longer so."""

    def __init__(self, sid: str) -> None:
        super().__init__(f"{sid} has changed since it was looked up; nothing was written")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a delivery was answered: `delivery` names it, a repetition of it has the same name."""

    delivery: str
    twiml: str


class CallStore(Protocol):
    """Calls by CallSid. A webhook works on a call only while it holds it. Every method may raise StoreDownError."""

    def hold(self, sid: str) -> AbstractAsyncContextManager[None]:
        """Keep other webhooks of this call waiting, on all workers, so that a repetition finds the first one's reply.

        Whatever else must be done by one webhook at a time is held by a name of its own, after the call.

        A worker that dies lets go within seconds; what it still writes after that is refused by `put`.
        """
        ...

    async def get(self, sid: str) -> Call | None:
        """The call, or None when it never was, is too old, or had to make room."""
        ...

    async def put(self, call: Call, reply: Reply | None = None) -> Call:
        """Remember the call as it is now, and in the same step what was replied; the call that `get` would give.

        Raises StaleCallError when somebody else has put it since: nothing takes a call back to where it was.
        """
        ...

    async def replied(self, sid: str, delivery: str) -> str | None:
        """The TwiML with which this delivery was answered, for at least a minute."""
        ...

    async def at_stake(self) -> int:
        """How many calls are still going on that would be lost if this process ended."""
        ...

    async def health(self) -> str | None:
        """None when the store answers, else one sentence saying what is wrong."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


@dataclass(slots=True)
class _Kept:
    call: Call
    touched: float
    replies: tuple[Reply, ...] = ()


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class MemoryCalls:
    """Calls in this process: forgotten after `keep` seconds without a webhook; the oldest go when `room` is full."""

    def __init__(self, now: Callable[[], float], *, keep: float = KEEP, room: int = 20_000) -> None:
        self._now = now
        self._keep = keep
        self._room = room
        self._calls: OrderedDict[str, _Kept] = OrderedDict()
        self._turns: dict[str, _Turn] = {}

    @asynccontextmanager
    async def hold(self, sid: str) -> AsyncIterator[None]:
        """One webhook of a call at a time; the lock lives only as long as someone wants it."""
        turn = self._turns.setdefault(sid, _Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                del self._turns[sid]

    async def get(self, sid: str) -> Call | None:
        """The call, if it is fresh."""
        kept = self._fresh(sid)
        return kept.call if kept else None

    async def put(self, call: Call, reply: Reply | None = None) -> Call:
        """Remember the call as the newest one, if it is still the one that was got."""
        kept = self._fresh(call.sid)
        if call.version != (kept.call.version if kept else 0):
            raise StaleCallError(call.sid)
        call = replace(call, version=call.version + 1)
        replies = (*(kept.replies if kept else ()), *((reply,) if reply else ()))[-MOST_REPLIES:]
        self._calls[call.sid] = _Kept(call, self._now(), replies)
        self._calls.move_to_end(call.sid)
        while len(self._calls) > self._room:
            self._calls.popitem(last=False)
        return call

    async def replied(self, sid: str, delivery: str) -> str | None:
        """Kept with the call."""
        kept = self._fresh(sid)
        return next((reply.twiml for reply in kept.replies if reply.delivery == delivery), None) if kept else None

    async def at_stake(self) -> int:
        """All but those that are over, or silent for longer than the line ever leaves anybody waiting."""
        silent = self._now() - LONGEST_SILENCE
        kept = self._calls.values()
        return sum(each.touched > silent and each.call.stage is not Stage.ENDED for each in kept)

    async def health(self) -> str | None:
        """Memory is always there."""
        return None

    async def close(self) -> None:
        """Nothing is open."""

    def __len__(self) -> int:
        return len(self._calls)

    def _fresh(self, sid: str) -> _Kept | None:
        stale = self._now() - self._keep
        while self._calls:
            oldest = next(iter(self._calls.values()))
            if oldest.touched > stale:
                break
            self._calls.popitem(last=False)
        return self._calls.get(sid)
