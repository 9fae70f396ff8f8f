"""Requests that are out while something else is done: they end, fail and are cancelled as if they were waited for."""

import asyncio

import pytest

from simulator.operator.tasks import LoopTasks


async def test_what_is_started_goes_on_until_it_is_over() -> None:
    tasks, go = LoopTasks(), asyncio.Event()
    done: list[str] = []

    async def work() -> None:
        await go.wait()
        done.append("work")

    assert await tasks.wait()
    tasks.start(work())
    assert not await tasks.wait(0.001)
    assert tasks.are_running
    go.set()

    assert await tasks.wait()
    assert done == ["work"]
    assert not tasks.are_running


async def test_what_one_of_them_raises_ends_the_others() -> None:
    tasks, ended = LoopTasks(), list[str]()

    async def fail() -> None:
        raise ZeroDivisionError

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    tasks.start(wait())
    tasks.start(fail())

    with pytest.raises(ZeroDivisionError):
        await tasks.wait()
    assert ended == ["cancelled"]
    assert not tasks.are_running


async def test_whoever_is_cancelled_while_waiting_cancels_them() -> None:
    tasks, begun, ended = LoopTasks(), asyncio.Event(), list[str]()

    async def wait() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    tasks.start(wait())
    waiting = asyncio.create_task(tasks.wait())
    await begun.wait()
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended == ["cancelled"]
    assert not tasks.are_running
