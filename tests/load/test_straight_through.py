"""Coroutines without an event loop, and what a load costs those who do not run one."""

import asyncio
import subprocess
import sys

import pytest

from simulator.load.greenlets import straight_through


async def nested(words: list[str]) -> str:
    async def inner() -> str:
        return "".join(words)

    return await inner()


def test_a_coroutine_that_never_waits_gives_its_result() -> None:
    assert straight_through(nested(["a", "b"])) == "ab"


def test_its_exceptions_are_raised() -> None:
    with pytest.raises(TypeError):
        straight_through(nested([1]))  # type: ignore[list-item]  # on purpose


def test_one_that_waits_is_refused_and_ended() -> None:
    async def waiting() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            ended.append(True)

    ended: list[bool] = []

    with pytest.raises(RuntimeError, match="event loop"):
        straight_through(waiting())
    assert ended == [True]


def test_nobody_gets_locust_who_does_not_ask_for_it() -> None:
    modules = "simulator.cli.phone, simulator.cli.load, simulator.load.plan, simulator.load.plan, simulator.load.report"
    code = f"import sys, {modules}; print([name for name in ('locust', 'gevent') if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
