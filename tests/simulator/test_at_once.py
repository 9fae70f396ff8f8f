"""Work that starts at once behaves as if the event loop had started it: its task, its context, its limits."""

import asyncio
from contextvars import ContextVar

import anyio
import pytest

from simulator.errors import WrongUseError
from simulator.wires.at_once import Starter, Work

PLACE: ContextVar[str] = ContextVar("place", default="outside")


async def run(work: Work) -> None:
    task = Starter().start(work)
    if task is not None:
        await task


async def test_work_that_does_not_wait_is_over_at_once() -> None:
    done: list[str] = []

    async def work() -> None:
        done.append("done")

    assert Starter().start(work()) is None
    assert done == ["done"]


async def test_work_that_waits_goes_on_in_its_task() -> None:
    seen: list[object] = []

    async def work() -> None:
        seen.append(asyncio.current_task())
        await asyncio.sleep(0)
        await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0.001))
        seen.append(asyncio.current_task())

    task = Starter().start(work())
    assert task is not None
    await task

    assert seen == [task, task]
    assert asyncio.current_task() is not task


@pytest.mark.parametrize("waits", [True, False])
async def test_what_the_work_raises_comes_out(waits: bool) -> None:
    async def work() -> None:
        if waits:
            await asyncio.sleep(0)
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        await run(work())
    await asyncio.sleep(0)  # the caller is itself again


async def test_the_work_has_a_context_of_its_own_that_lasts() -> None:
    seen: list[str] = []

    async def work() -> None:
        seen.append(PLACE.get())
        token = PLACE.set("within")
        await asyncio.sleep(0)
        seen.append(PLACE.get())
        PLACE.reset(token)
        seen.append(PLACE.get())

    PLACE.set("here")
    await run(work())

    assert seen == ["here", "within", "here"]
    assert PLACE.get() == "here"


async def test_cancelling_the_task_cancels_the_work_which_may_clean_up() -> None:
    cleaned: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append("cleaned")

    task = Starter().start(work())
    assert task is not None
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert cleaned == ["cleaned"]


async def test_work_that_cancels_itself_in_its_first_step() -> None:
    async def work() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(60)

    with pytest.raises(asyncio.CancelledError):
        await run(work())


async def test_limits_that_begin_in_the_first_step_hold_in_the_others() -> None:
    passed: list[str] = []

    async def work() -> None:
        with anyio.move_on_after(0.001):
            async with anyio.create_task_group() as group:
                group.start_soon(anyio.sleep, 60)
        passed.append("anyio")
        try:
            async with asyncio.timeout(0.001):
                await asyncio.sleep(60)
        except TimeoutError:
            passed.append("asyncio")

    await run(work())

    assert passed == ["anyio", "asyncio"]


async def test_work_may_start_work_and_a_reserve_is_used_again() -> None:
    starter, seen = Starter(), []

    async def inner() -> None:
        seen.append(asyncio.current_task())

    async def outer() -> None:
        assert starter.start(inner()) is None
        seen.append(asyncio.current_task())
        assert starter.start(inner()) is None

    before = asyncio.all_tasks()
    assert starter.start(outer()) is None
    assert starter.start(outer()) is None

    assert len(set(seen[:2])) == 2
    starter.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert {task for task in asyncio.all_tasks() - before if not task.done()} <= set(seen)


def test_a_reserve_does_not_outlive_its_event_loop() -> None:
    starter, done = Starter(), []

    async def work() -> None:
        done.append(asyncio.get_running_loop())

    async def once() -> None:
        assert starter.start(work()) is None

    asyncio.run(once())
    asyncio.run(once())

    assert len(set(done)) == 2


def test_without_asyncio_it_says_so() -> None:
    async def work() -> None:
        raise AssertionError

    started = work()
    with pytest.raises(WrongUseError, match="runs on asyncio's event loop"):
        Starter().start(started)
    started.close()
