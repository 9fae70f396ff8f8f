"""Phones with a screen on a served network: they ring, answer and talk to each other; each sees its own calls."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from simulator.errors import UnknownNumberError
from simulator.network import Network
from simulator.operator.clock import START, WallClock
from simulator.remote import RemoteNetworkError, attached
from simulator.vocabulary import Answered, Bridged, Connected, Ended, Heard, HungUp, Pressed, Rang, Ring
from tests.network.conftest import AGENT, JANE, OURS, Door
from tests.network.lines import Line


@pytest.fixture
def line() -> Line:
    return Line(voice=f"<Response><Say>One moment.</Say><Dial>{AGENT}</Dial></Response>")


@asynccontextmanager
async def phone(url: str, number: str) -> AsyncIterator[Network]:
    clock = WallClock(lambda: 0.0, START, rate=0)
    async with attached(url, number)(clock) as network:
        running = asyncio.create_task(network.operator.run(clock))
        try:
            yield network
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def until(network: Network, holds: Callable[[], bool]) -> None:
    """Wait until what has come to this phone makes it true."""
    changed = asyncio.Event()
    unlisten = network.operator.journal.listen(lambda _: changed.set())
    async with asyncio.timeout(10):
        while not holds():
            await changed.wait()
            changed.clear()
    unlisten()


def kinds(network: Network) -> list[type]:
    return [type(entry.item) for entry in network.operator.journal.entries]


async def test_two_phones_are_joined_by_the_application_and_each_sees_its_own_side(door: Door) -> None:
    async with phone(door.served.url, JANE) as jane, phone(door.served.url, AGENT) as agent:
        sid = jane.operator.place(caller=JANE, called=OURS)
        await until(jane, lambda: Rang in kinds(jane))
        await door.ask("POST", "clock", advance=5)
        await until(agent, lambda: Ring in kinds(agent))
        ringing = next(entry.item for entry in agent.operator.journal.entries if isinstance(entry.item, Ring))
        agent.operator.receive(ringing.sid, Answered())
        await until(jane, lambda: Bridged in kinds(jane))
        await until(agent, lambda: Connected in kinds(agent))
        agent.operator.receive(ringing.sid, HungUp())
        await until(agent, lambda: Ended in kinds(agent))
        jane.operator.receive(sid, Pressed("1"))
        jane.operator.receive(sid, HungUp())
        await until(jane, lambda: Ended in kinds(jane))

        assert (ringing.caller, ringing.called, ringing.parent) == (JANE, AGENT, None)
        assert {entry.sid for entry in jane.operator.journal.entries} == {sid}
        assert [e.item.text for e in jane.operator.journal.entries if isinstance(e.item, Heard)] == ["One moment."]
        assert Rang not in kinds(agent)


async def test_a_number_that_is_not_in_service_is_refused_as_everywhere(door: Door) -> None:
    async with phone(door.served.url, JANE) as jane:
        with pytest.raises(UnknownNumberError):
            jane.operator.place(caller=JANE, called="+12075559999")


async def test_what_is_no_network_is_said_in_a_sentence(door: Door) -> None:
    clock = WallClock(lambda: 0.0, START, rate=0)
    for url in (door.base, "http://127.0.0.1:9"):
        with pytest.raises(RemoteNetworkError, match="no phone network"):
            async with attached(url, JANE)(clock):
                pass
