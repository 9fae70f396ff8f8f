"""An orderly end: what is waited for, for how long, and that a second signal is obeyed at once."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from ivr.calls.stages import Call, Stage, move
from ivr.calls.store import LONGEST_SILENCE, MemoryCalls
from ivr.running.server import Drain
from tests.ivr.handset import Clock


class Calls:
    """So many calls at stake at each look."""

    def __init__(self, *counts: int) -> None:
        self._counts = list(counts)
        self.looks = 0

    async def __call__(self) -> int:
        self.looks += 1
        return self._counts.pop(0) if len(self._counts) > 1 else self._counts[0]


async def test_nothing_ends_before_it_has_begun() -> None:
    closing = Drain(Calls(0), patience=5)
    over = asyncio.create_task(closing.over())
    done, _ = await asyncio.wait([over], timeout=0.05)

    assert not done
    assert not closing()
    closing.begin()
    await over
    assert closing()


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_it_begins_at_a_signal(name: signal.Signals) -> None:
    closing = Drain(Calls(0), patience=5)
    closing.on_signals()
    try:
        os.kill(os.getpid(), name)
        async with asyncio.timeout(5):
            await closing.over()
    finally:
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(each)

    assert closing()


async def test_calls_that_would_be_lost_are_waited_for() -> None:
    calls = Calls(2, 1, 0)
    closing = Drain(calls, patience=30)

    closing.begin()
    await closing.over()

    assert calls.looks == 3


async def test_patience_has_an_end() -> None:
    closing = Drain(Calls(1), patience=0.05)

    closing.begin()
    async with asyncio.timeout(5):
        await closing.over()


async def test_a_second_signal_ends_at_once() -> None:
    closing = Drain(Calls(1), patience=600)

    closing.begin()
    closing.begin()
    async with asyncio.timeout(5):
        await closing.over()


async def test_at_stake_are_calls_in_memory_that_are_neither_over_nor_silent() -> None:
    clock = Clock()
    calls = MemoryCalls(clock)
    await calls.put(Call(sid="gone silent", phone="+1"))
    clock.at += LONGEST_SILENCE
    await calls.put(Call(sid="going on", phone="+1"))
    over = await calls.put(Call(sid="over", phone="+1"))
    await calls.put(move(over, Stage.ENDED))

    assert await calls.at_stake() == 1
