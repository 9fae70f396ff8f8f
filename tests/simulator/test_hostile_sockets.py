"""Applications that misbehave on the WebSocket of a stream: none fills the memory or keeps a call from its end.

The applications are in `hostile_application.py`, each in a process of its own. Limits are small here, so that they are
reached soon; `bench/hostile_sockets.py` measures the memory that the usual ones allow.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from simulator.applications import Endpoint
from simulator.callers.handset import Handset
from simulator.exchange.numbers import Policy
from simulator.limits import Allowance, SocketLimits
from simulator.network import build_network
from simulator.operator.clock import ManualClock, WallClock
from simulator.operator.operator import Operator
from simulator.vocabulary import Ended, StreamSaid, Warned
from simulator.wires.http import HttpWire
from simulator.wires.websocket import HttpSockets
from tests.simulator.feeding import CALLED, CALLER

LIMITS = SocketLimits(messages=1000, bytes=500_000, rounds=50, patience=0.3)
FLOODS = {
    "marks": "the application sent more than 1,000 messages",
    "sound": "the application sent more than 1,000 messages",
    "long_names": "the application sent more than 500,000 bytes",
    "nonsense": "the application sent more than 1,000 messages",
    "binary": "the application sent more than 500,000 bytes",
    "pings": "the application sent more than 1,000 messages",
    "pongs": "the application sent more than 1,000 messages",
    "echoes": "the application sent more than 50 answers to answers",
    "deaf_marks": "the application sent more than 1,000 messages",
    "giant": "the application sent a message of more than 8,388,608 bytes",
    "half_a_message": "the application sent a message of more than 8,388,608 bytes",
}
PATIENT = {
    "no_pong": ["the application has not answered a ping"],
    "deaf": ["the application has not answered a ping"],
}


@asynccontextmanager
async def application(name: str) -> AsyncIterator[str]:
    """One of the hostile ones; yields its address."""
    command = (sys.executable, "-m", "tests.simulator.hostile_application", name)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def operator_for(address: str, clock: ManualClock | WallClock) -> AsyncIterator[Operator]:
    async with HttpWire() as wire, HttpSockets() as sockets:
        endpoint, policy = Endpoint(f"{address}/voice", wire, sockets), Policy(sockets=LIMITS)
        yield build_network(endpoint, clock, policy=policy).operator


@asynccontextmanager
async def calling(name: str) -> AsyncIterator[tuple[Handset, Operator]]:
    clock = ManualClock()
    async with application(name) as address, operator_for(address, clock) as operator:
        phone = Handset(operator, clock, CALLER)
        await phone.dial(CALLED)
        yield phone, operator
        await phone.hang_up()


@pytest.mark.parametrize(("name", "too_much"), FLOODS.items())
async def test_a_flood_ends_the_call_by_name(name: str, too_much: str) -> None:
    async with asyncio.timeout(60), calling(name) as (phone, _):
        await phone.wait(5.0)

        assert phone.record.ended is not None
        assert phone.record.ended.ending == "socket-limit"
        said = phone.record.warnings[-1]
        assert (said.level, said.message.startswith(too_much)) == ("policy", True)


@pytest.mark.parametrize(("name", "remarks"), PATIENT.items())
async def test_nobody_waits_twice_for_an_application_that_does_not_answer(name: str, remarks: list[str]) -> None:
    async with asyncio.timeout(60), calling(name) as (phone, _):
        await phone.wait(60.0)  # 300 times the patience is more than the time that this test has

        assert phone.is_up
        assert [warned.message[: len(remarks[0])] for warned in phone.record.warnings] == remarks


async def test_half_characters_and_nulls_are_made_whole() -> None:
    async with asyncio.timeout(60), calling("surrogates") as (phone, operator):
        await phone.wait(1.0)

        assert phone.is_up
        assert [warned.code for warned in phone.record.warnings] == [31951]
        said = [entry.item for entry in operator.journal.entries if isinstance(entry.item, StreamSaid)]
        assert [each.name for each in said if each.message == "mark"] == [
            "\ufffd",
            "\ufffd\ufffd",
            "a\ufffdb",
            "\U0001f600",
        ]


async def test_a_message_that_is_no_utf_8_breaks_the_protocol() -> None:
    async with asyncio.timeout(60), calling("no_text") as (phone, _):
        await phone.wait(1.0)

        assert [warned.code for warned in phone.record.warnings] == [31924]


async def test_what_an_application_does_not_read_is_dropped_and_noted_once() -> None:
    async with asyncio.timeout(60), calling("deaf") as (phone, _):
        await phone.wait(900.0)

        assert phone.is_up
        assert [warned.code for warned in phone.record.warnings] == [0, 31930]


async def test_on_a_running_clock_a_flood_leaves_everybody_their_turn() -> None:
    clock = WallClock(asyncio.get_running_loop().time, start=1_767_600_000.0)
    async with asyncio.timeout(60), application("marks") as address, operator_for(address, clock) as operator:
        over, turns = asyncio.Event(), 0
        operator.journal.listen(lambda entry: over.set() if isinstance(entry.item, Ended) else None)
        running = asyncio.create_task(operator.run(clock))
        operator.place(caller=CALLER, called=CALLED)
        while not over.is_set():
            turns += 1
            await asyncio.sleep(0.001)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert [entry.item.ending for entry in operator.journal.entries if isinstance(entry.item, Ended)] == [
        "socket-limit"
    ]
    assert len([entry for entry in operator.journal.entries if isinstance(entry.item, Warned)]) >= 1
    assert turns >= LIMITS.messages / 100 / 2


def test_what_was_used_comes_back_as_time_passes() -> None:
    now = 0.0
    limits = SocketLimits(messages=10, bytes=1000, refill=10.0)
    allowance = Allowance(limits, lambda: now)
    assert [allowance.spend(1) for _ in range(10)] == [None] * 10
    assert allowance.spend(1) == "more than 10 messages with hardly any time passing"

    now = 3.0

    assert [allowance.spend(1) for _ in range(2)] == [None] * 2
    assert allowance.spend(1) is not None
    now = 30.0
    assert allowance.spend(1000) is None
    assert allowance.spend(1) == "more than 1,000 bytes with hardly any time passing"


def test_ten_minutes_of_sound_at_once_are_no_flood() -> None:
    """The most that Twilio buffers (31931), in frames of 20 ms with a mark after each second."""
    allowance = Allowance(SocketLimits(), lambda: 0.0)
    frame = len('{"event":"media","streamSid":"MZ","media":{"payload":""}}') + 32 + 216

    spent = [allowance.spend(frame) for _ in range(600 * 50)] + [allowance.spend(120) for _ in range(600)]

    assert set(spent) == {None}
