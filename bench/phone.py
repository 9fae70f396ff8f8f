"""The terminal phone, driven as a person drives it: memory that further calls cost, and from a key to its webhook."""

import asyncio
import gc
import sys
import time
import tracemalloc

from textual import events

from bench.measure import Row
from simulator.phone.model.traffic import MOST
from tests.phone.visitor import Visitor, visiting

REQUESTS = 500
KEPT, CALLS, KEYS = 10, 30, 30
"""Calls remembered, further calls that are measured, keys that are timed."""


async def rows() -> list[Row]:
    return [await _memory(), await _key_to_webhook()]


async def _memory() -> Row:
    tracemalloc.start()  # from the beginning: what is forgotten later must have been counted when it came
    async with visiting(keep=KEPT) as visitor:
        await _fill(visitor, MOST)
        for _ in range(2 * KEPT):
            await _one_call(visitor)
        before = _allocated()
        for _ in range(CALLS):
            await _one_call(visitor)
        per_call = (_allocated() - before) / CALLS / 1024
    tracemalloc.stop()
    return Row("phone, memory per further call", f"{per_call:.1f} KB", "≤ 2 KB", per_call <= 2)


async def _key_to_webhook() -> Row:
    """Until the application has the request, with the inspector open and all those requests in it."""
    async with visiting(size=(160, 50)) as visitor:
        await _fill(visitor, REQUESTS)
        await visitor.press("i")
        seconds = sorted([await _press_in_a_call(visitor) for _ in range(KEYS)])
    p95 = seconds[int(KEYS * 0.95) - 1] * 1000
    what = f"phone, key to webhook, inspector with {REQUESTS} requests, p95"
    return Row(what, f"{p95:.1f} ms", "≤ 16 ms", p95 <= 16)


async def _fill(visitor: Visitor, requests: int) -> None:
    """Calls that are hung up at once, until the inspector holds so many requests."""
    while len(visitor.desk.traffic.requests) < requests:
        visitor.desk.dial()
        await _breathe()
        visitor.desk.hang_up()
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


async def _one_call(visitor: Visitor) -> None:
    await visitor.press("c", "1", "h")
    visitor.tick.at += 5
    _forget_at_the_bank(visitor)


async def _press_in_a_call(visitor: Visitor) -> float:
    await visitor.press("c")
    asked = len(visitor.bank.requests)
    key = events.Key("1", "1")
    key.set_sender(visitor.app)
    driver = visitor.app._driver
    assert driver is not None
    began = time.perf_counter()
    driver.send_message(key)
    while len(visitor.bank.requests) == asked:  # noqa: ASYNC110 - nothing may wait longer than it takes
        await asyncio.sleep(0)
    spent = time.perf_counter() - began
    await visitor.settle()
    await visitor.press("h")
    return spent


def _allocated() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


if __name__ == "__main__":
    sys.stdout.write("\n".join(f"{row.what}: {row.measured} ({row.budget})" for row in asyncio.run(rows())) + "\n")
