"""A limit in real seconds whose timer starts only when the work waits; it must behave as asyncio.timeout does."""

import asyncio

import pytest

from simulator.wires.patience import Patience


async def test_work_that_does_not_wait_is_done_without_a_timer() -> None:
    done: list[str] = []

    async def work() -> None:
        done.append("done")

    await Patience(work(), 0.0)

    assert done == ["done"]


async def test_work_that_waits_and_goes_on_is_done() -> None:
    done: list[str] = []

    async def work() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0))
        done.append("done")

    await Patience(work(), 5.0)

    assert done == ["done"]


@pytest.mark.parametrize("waits", [True, False])
async def test_what_the_work_raises_comes_out(waits: bool) -> None:
    async def work() -> None:
        if waits:
            await asyncio.sleep(0)
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        await Patience(work(), 5.0)


async def test_work_that_waits_too_long_is_given_up_and_may_clean_up() -> None:
    cleaned: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append("cleaned")

    with pytest.raises(TimeoutError):
        await Patience(work(), 0.001)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    assert cleaned == ["cleaned"]
    await asyncio.sleep(0)  # the task goes on, uncancelled


async def test_a_cancellation_from_outside_is_no_timeout() -> None:
    async def waits() -> None:
        await Patience(asyncio.sleep(60), 60)

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_outer_timeout_stays_the_outer_one() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await Patience(asyncio.sleep(60), 60)


async def test_work_that_swallows_the_cancellation_is_over_when_it_returns() -> None:
    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return

    await Patience(work(), 0.001)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
