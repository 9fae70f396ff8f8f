"""Handsets on a network whose clock somebody else moves, or that runs by itself: several people share it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from simulator.callers.handset import Handset
from simulator.network import Network, open_network
from simulator.operator.clock import START, WallClock

MENU = b'<Response><Gather numDigits="1" timeout="5"><Say>Press one.</Say></Gather><Say>Nothing.</Say></Response>'
PRESSED = b"<Response><Say>Thank you.</Say></Response>"


async def line(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        return
    body = (await receive())["body"]
    headers = [(b"content-type", b"text/xml")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": PRESSED if b"Digits=1" in body else MENU})


@asynccontextmanager
async def followed(clock: WallClock) -> AsyncIterator[Network]:
    async with open_network(line, clock) as network:
        running = asyncio.create_task(network.operator.run(clock))
        try:
            yield network
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_a_clock_that_stands_still_is_moved_from_deadline_to_deadline() -> None:
    clock = WallClock(lambda: 0.0, START, rate=0)
    async with followed(clock) as network:
        phone = Handset(network.operator, clock, network.caller)
        await phone.dial(network.called)
        assert clock.now() == START

        await network.operator.let_pass(clock, 60)

        assert phone.has_heard("nothing")
        assert clock.now() == START + 60
        ended = phone.record.ended
        assert ended is not None
        # "Press one.", the timeout and "Nothing.", whatever jump they are part of
        assert (ended.status, 5 < ended.seconds < 15) == ("completed", True)


async def test_two_people_wait_for_the_same_time() -> None:
    clock = WallClock(lambda: 0.0, START, rate=0)
    async with followed(clock) as network:
        phones = [Handset(network.operator, clock, f"+1773555000{number}") for number in (1, 2)]
        for phone in phones:
            await phone.dial(network.called)
        pressing = [asyncio.create_task(phone.press("1")) for phone in phones]

        await network.operator.let_pass(clock, 60)

        assert await asyncio.gather(*pressing) == [True, True]
        assert [phone.has_heard("thank you") for phone in phones] == [True, True]
        assert not any(phone.has_heard("nothing") for phone in phones)


async def test_a_running_clock_needs_nobody() -> None:
    clock = WallClock(time.monotonic, START, rate=50)
    async with followed(clock) as network:
        phone = Handset(network.operator, clock, network.caller)
        await phone.dial(network.called)

        assert await phone.until(lambda: phone.has_heard("press one"))
        assert await phone.press("1")
        assert await phone.until(lambda: phone.has_heard("thank you"))
        await phone.wait(1)
        await phone.hang_up()

        assert not phone.is_up
