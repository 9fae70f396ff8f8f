"""The terminal phone, driven as a person drives it: memory that further calls cost, and from a key to its webhook."""

import asyncio
import gc
import sys
import time

from textual import events

from bench.measure import Row
from tests.phone.visitor import Visitor, visiting

REQUESTS = 500
CALLS, KEYS = 1000, 30
"""Calls that are made, keys that are timed."""
FLAT = 20
"""Blocks of memory, some sixty bytes each; a call that is remembered costs hundreds."""


async def rows() -> list[Row]:
    return [await _memory(), await _key_to_webhook()]


async def _memory() -> Row:
    """Everything that is remembered is full after a third of the calls; the second half may add nothing."""
    async with visiting() as visitor:
        await _calls(visitor, CALLS // 2)
        before = _allocated()
        await _calls(visitor, CALLS // 2)
        per_call = (_allocated() - before) / (CALLS // 2)
    return Row(
        f"phone, {CALLS:,} calls: memory that each of the second half leaves",
        f"{per_call:+.0f} blocks",
        f"≤ {FLAT} blocks (flat)",
        per_call <= FLAT,
        per_call,
    )


async def _key_to_webhook() -> Row:
    """Until the application has the request, with the inspector open and all those requests in it."""
    async with visiting(size=(160, 50)) as visitor:
        await _fill(visitor, REQUESTS)
        await visitor.press("i")
        spent = [await _press_in_a_call(visitor) for _ in range(KEYS)]
    waited, worked = (sorted(each)[int(KEYS * 0.95) - 1] * 1000 for each in zip(*spent, strict=True))
    what = f"phone, key to webhook, inspector with {REQUESTS} requests, p95"
    return Row(what, f"{waited:.1f} ms, {worked:.1f} of processor", "≤ 16 ms", waited <= 16, waited)


async def _fill(visitor: Visitor, requests: int) -> None:
    """Calls that are hung up at once, until the inspector holds so many requests."""
    while len(visitor.session.traffic.requests) < requests:
        visitor.session.dial()
        await _breathe()
        visitor.session.hang_up()
        await _breathe()
    _forget_at_the_bank(visitor)
    await visitor.settle()


async def _breathe() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def _forget_at_the_bank(visitor: Visitor) -> None:
    """What the application keeps is not the phone's."""
    visitor.bank.requests.clear()
    visitor.bank.pocket.texts_by_number.clear()


async def _calls(visitor: Visitor, count: int) -> None:
    """A key is pressed in each, and now and then the screen is drawn."""
    for number in range(count):
        visitor.session.dial()
        await _breathe()
        visitor.session.press("1")
        await _breathe()
        visitor.session.hang_up()
        await _breathe()
        visitor.tick.at += 5
        _forget_at_the_bank(visitor)
        if number % 25 == 0:
            visitor.app.phone.look()
            visitor.app.phone.draw()
            await visitor.settle()


async def _press_in_a_call(visitor: Visitor) -> tuple[float, float]:
    """Seconds, and those that other programs do not lengthen."""
    await visitor.press("c")
    asked = len(visitor.bank.requests)
    key = events.Key("1", "1")
    key.set_sender(visitor.app)
    driver = visitor.app._driver
    assert driver is not None
    began, worked = time.perf_counter(), time.process_time()
    driver.send_message(key)
    while len(visitor.bank.requests) == asked:  # noqa: ASYNC110 - nothing may wait longer than it takes
        await asyncio.sleep(0)
    spent = time.perf_counter() - began, time.process_time() - worked
    await visitor.settle()
    await visitor.press("h")
    return spent


def _allocated() -> int:
    gc.collect()
    return sys.getallocatedblocks()


if __name__ == "__main__":
    sys.stdout.write("\n".join(f"{row.what}: {row.measured} ({row.budget})" for row in asyncio.run(rows())) + "\n")
