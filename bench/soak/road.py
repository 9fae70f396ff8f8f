"""The road from Twilio to the application: late, lossy, repeating itself; the application is replaced meanwhile.

A lost or cut webhook is delivered again with the same idempotency token, as a proxy or Twilio's own retry does it.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from bench.soak.processes import DELIVERY, LIFE, Build, Delivery, Process, Twice, started
from ivr.line import Line
from simulator.wires.wire import WireError, WireReply, WireRequest

GIVES_UP = 15.0
"""Seconds that Twilio waits (Twilio docs: webhooks)."""
_CALL_SID = re.compile(rb"CallSid=(CA[0-9a-f]{32})")
# kind: how often among a thousand webhooks, in good weather and in bad
FATES = {
    "plain": (950, 550),
    "twice": (20, 150),  # the second delivery begins before, or soon after, the first has ended
    "reply lost": (15, 150),  # after the application has acted
    "late": (13, 120),
    "too late": (2, 30),  # Twilio has given up by then: the caller hears its apology, and that is not our doing
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a webhook. `delay` before it arrives, `gap` before it comes again; seconds."""

    kind: str
    delay: float
    gap: float
    takes_second: bool


def fate_of(draw: Random, *, bad: bool) -> Fate:
    kind = draw.choices(list(FATES), [odds[bad] for odds in FATES.values()])[0]
    delay = {"late": draw.uniform(0.3, 2.5), "too late": draw.uniform(8.0, 40.0)}.get(kind, draw.uniform(0.005, 0.15))
    gap = 0.0 if draw.random() < 0.3 else draw.uniform(0.0, 1.5)
    return Fate(kind, delay, gap, draw.random() < 0.5)


class Road:
    """A wire to the present process. `dice_of` gives a call's own dice."""

    def __init__(self, build: Build, *, dice_of: Callable[[str], Random], twice: Twice, tally: Counter[str]) -> None:
        self.is_bad = False
        self.excused: set[str] = set()
        """Calls that Twilio gave up because of the road, not of the application."""
        self._build = build
        self._dice_of = dice_of
        self._twice = twice
        self._tally = tally
        self._process: Process | None = None
        self._gone: list[Process] = []
        self._up = asyncio.Event()
        self._under_way: set[asyncio.Task[Any]] = set()

    async def open(self, line: Line) -> None:
        """The first process begins to serve."""
        self._process = await started(self._build, line)
        self._up.set()

    async def replace(self, line: Line, *, down: float, kills: bool) -> None:
        """The present process goes, killed or in peace, and a new one takes over."""
        old = self._process
        assert old is not None
        self._up.clear()
        self._gone.append(old)
        if kills:
            old.kill()
        await asyncio.sleep(down)
        await self.open(line)

    async def quiet(self) -> None:
        """Nothing is under way any more, and processes that were replaced have stopped."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        while self._gone:
            await self._gone.pop().wire.__aexit__()

    async def close(self) -> None:
        """The present process stops, too."""
        if self._process is not None:
            self._gone.append(self._process)
        await self.quiet()

    async def send(self, request: WireRequest) -> WireReply:
        loop = asyncio.get_running_loop()
        found = _CALL_SID.search(request.body) or _CALL_SID.search(request.url.encode())
        sid = found[1].decode() if found else ""
        fate = fate_of(self._dice_of(sid), bad=self.is_bad)
        self._tally[f"webhooks {fate.kind}"] += 1
        delivery = Delivery(sid, self._twice, is_disturbed=fate.kind != "plain")
        DELIVERY.set(delivery)
        began = loop.time()
        carrying = self._begin(self._carry(request, fate, delivery))
        done, _ = await asyncio.wait({carrying}, timeout=GIVES_UP)
        if not done:
            if delivery.is_disturbed:
                self.excused.add(sid)
            raise WireError(11205, f"no answer within {GIVES_UP:g} s", GIVES_UP, stage="rt")
        return replace(carrying.result(), latency=loop.time() - began)

    async def _carry(self, request: WireRequest, fate: Fate, delivery: Delivery) -> WireReply:
        await asyncio.sleep(fate.delay)
        if fate.kind == "reply lost":
            await self._deliver(request, delivery)
            await asyncio.sleep(fate.gap)
        if fate.kind != "twice":
            return await self._deliver(request, delivery)
        first = self._begin(self._deliver(request, delivery))
        await asyncio.sleep(fate.gap)
        second = self._begin(self._deliver(request, delivery))
        return await (second if fate.takes_second else first)

    async def _deliver(self, request: WireRequest, delivery: Delivery) -> WireReply:
        """The reply of the process that was asked, or, if that is killed meanwhile, of the next."""
        while True:
            if not self._up.is_set():
                delivery.is_disturbed = True
                await self._up.wait()
            process = self._process
            assert process is not None
            LIFE.set(process.life)
            asking = self._begin(process.wire.send(request))
            either: set[asyncio.Future[Any]] = {asking, process.death}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not process.life.is_over:
                return asking.result()
            delivery.is_disturbed = delivery.is_begun_again = True

    def _begin(self, work: Coroutine[Any, Any, WireReply]) -> "asyncio.Task[WireReply]":
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task
