"""A program that is told to end does so, whatever its work does; here with work of the worst kinds."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, sys, time
from simulator.stopping import Stopped, is_held_up, leave, run

async def polite():
    print("at work", flush=True)
    try:
        await asyncio.sleep(3600)
    finally:
        print("cleaned up", flush=True)

async def stubborn():
    print("at work", flush=True)
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            print("never", flush=True)

async def busy():
    print("at work", flush=True)
    while True:
        pass

async def in_a_thread():
    print("at work", flush=True)
    await asyncio.to_thread(time.sleep, 3600)

try:
    run(globals()[sys.argv[1]](), restore=lambda: print("put back", flush=True))
except Stopped as stopped:
    print("written", flush=True)
    if is_held_up():
        leave(stopped.code)
    sys.exit(stopped.code)
"""


BRIEF = """
import signal
from simulator.stopping import run

async def brief():
    signal.raise_signal(signal.SIGHUP)
    return "done"

signal.signal(signal.SIGHUP, signal.SIG_IGN)
print(run(brief()))
"""


async def test_a_signal_that_is_ignored_stays_ignored() -> None:
    """As `nohup` has it for SIGHUP."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BRIEF, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )

    said, _ = await process.communicate()
    assert (said, process.returncode) == (b"done\n", 0)


async def told(kind: str, *signals: signal.Signals) -> tuple[int | None, list[str]]:
    """The exit code of such a program after these signals, each after the last one was answered; what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, kind, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    said = []
    for each in signals:
        said.append((await process.stdout.readline()).decode().strip())
        process.send_signal(each)
    async with asyncio.timeout(30):
        rest, _ = await process.communicate()
    return process.returncode, [*said, *rest.decode().split("\n")[:-1]]


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
async def test_the_first_signal_lets_the_work_end_by_itself(sent: signal.Signals, code: int) -> None:
    assert await told("polite", sent) == (code, ["at work", "cleaned up", "written"])


async def test_the_second_signal_ends_the_process_at_once() -> None:
    assert await told("stubborn", signal.SIGINT, signal.SIGTERM) == (130, ["at work", "never", "put back"])


@pytest.mark.parametrize("kind", ["stubborn", "busy"])
async def test_work_that_does_not_end_is_ended(kind: str) -> None:
    code, said = await told(kind, signal.SIGTERM)

    assert (code, said[-1]) == (143, "put back")


async def test_a_thread_that_hangs_is_not_waited_for() -> None:
    assert await told("in_a_thread", signal.SIGINT) == (130, ["at work", "written"])
