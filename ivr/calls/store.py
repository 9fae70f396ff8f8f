"""Where calls are kept between webhooks: the protocol, and memory for a single worker."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from ivr.calls.stages import Call


class CallStore(Protocol):
    """Calls by CallSid. A webhook works on a call only while it holds it."""

    def hold(self, sid: str) -> AbstractAsyncContextManager[None]:
        """Keep other webhooks of this call waiting, so that two cannot both spend its last try."""
        ...

    async def get(self, sid: str) -> Call | None:
        """The call, or None when it never was, is too old, or had to make room."""
        ...

    async def put(self, call: Call) -> None:
        """Remember the call as it is now."""
        ...


@dataclass(slots=True)
class _Kept:
    call: Call
    touched: float


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class MemoryCalls:
    """Calls in this process: forgotten after `keep` seconds without a webhook; the oldest go when `room` is full.

    Ten minutes are plenty: the longest silence the line itself leaves between two webhooks is under two.
    """

    def __init__(self, now: Callable[[], float], *, keep: float = 600.0, room: int = 20_000) -> None:
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
        self._forget_old()
        kept = self._calls.get(sid)
        return kept.call if kept else None

    async def put(self, call: Call) -> None:
        """Remember the call as the newest one."""
        self._forget_old()
        self._calls[call.sid] = _Kept(call, self._now())
        self._calls.move_to_end(call.sid)
        while len(self._calls) > self._room:
            self._calls.popitem(last=False)

    def __len__(self) -> int:
        return len(self._calls)

    def _forget_old(self) -> None:
        stale = self._now() - self._keep
        while self._calls:
            oldest = next(iter(self._calls.values()))
            if oldest.touched > stale:
                return
            self._calls.popitem(last=False)
