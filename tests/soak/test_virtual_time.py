"""Virtual time: it jumps, keeps its order, and says so when nothing can happen any more."""

import asyncio

import pytest

from bench.soak.virtual_time import StandstillError, run_virtually


def test_hours_pass_at_once_and_in_order() -> None:
    done: list[tuple[str, float]] = []

    async def waiting(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        done.append((name, asyncio.get_running_loop().time()))

    async def all_of_them() -> None:
        await asyncio.gather(waiting("late", 7200.0), waiting("early", 0.5), waiting("between", 3600.0))

    run_virtually(all_of_them())

    assert done == [("early", 0.5), ("between", 3600.0), ("late", 7200.0)]


def test_a_timeout_is_one_of_virtual_seconds() -> None:
    async def impatient() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(900.0):
                await asyncio.sleep(901.0)
        return asyncio.get_running_loop().time()

    assert run_virtually(impatient()) == 900.0


def test_a_thread_is_done_with_before_anything_else_happens() -> None:
    assert run_virtually(asyncio.to_thread(lambda: 42)) == 42


def test_waiting_for_what_time_does_not_bring_is_refused() -> None:
    async def for_ever() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(StandstillError, match="nothing is due"):
        run_virtually(for_ever())
