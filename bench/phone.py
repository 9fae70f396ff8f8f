"""The terminal phone, driven as a person drives it: memory that further calls cost, and from a key to its webhook."""

import asyncio
import gc
import sys
import time
import tracemalloc

from textual import events

from bench.measure import Row
from tests.phone.visitor import Visitor, visiting

REQUESTS = 500
WARM, CALLS, KEYS = 60, 60, 40
KEPT = 10
"""Calls remembered; few, so that what is remembered has been replaced several times before memory is measured."""


async def rows() -> list[Row]:
    return [await _memory(), await _key_to_webhook()]


async def _memory() -> Row:
    async with visiting(keep=KEPT) as visitor:
        for _ in range(WARM):
            await _one_call(visitor)
        tracemalloc.start()
        for _ in range(2 * KEPT):  # so that what is forgotten later was counted when it came
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
        while len(visitor.desk.traffic.requests) < REQUESTS:
            visitor.desk.dial()
            visitor.desk.hang_up()
            await visitor.settle()
        await visitor.press("i")
        seconds = sorted([await _press_in_a_call(visitor) for _ in range(KEYS)])
    p95 = seconds[int(KEYS * 0.95) - 1] * 1000
    what = f"phone, key to webhook, inspector with {REQUESTS} requests, p95"
    return Row(what, f"{p95:.1f} ms", "≤ 16 ms", p95 <= 16)


async def _one_call(visitor: Visitor) -> None:
    await visitor.press("c", "1", "h")
    visitor.tick.at += 5
    visitor.bank.requests.clear()  # what the application keeps is not the phone's
    visitor.bank.pocket.texts_by_number.clear()


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
