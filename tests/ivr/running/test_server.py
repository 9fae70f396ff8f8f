"""One serving process: what it has loaded is left out of garbage collections, but only where the process is all its."""

import asyncio
import gc
import socket
import threading

import pytest

from ivr.running.server import Drain, answer_webhooks
from okta_twilio_ivr.ivr import FakeBackend
from okta_twilio_ivr.world import line_settings


async def frozen_by_serving(*, is_told_by_its_caller: bool) -> int:
    """How many objects serving has frozen, once the SDKs are loaded."""
    gc.unfreeze()
    done = asyncio.Event()
    closings: list[Drain] = []

    async def told() -> None:
        await done.wait()

    serving = asyncio.create_task(
        answer_webhooks(
            FakeBackend().line(line_settings()),
            socket.create_server(("127.0.0.1", 0)),
            until=told if is_told_by_its_caller else None,
            beside=closings.append,
        )
    )
    await asyncio.sleep(0)
    for warming in [each for each in threading.enumerate() if each.name == "warm"]:
        await asyncio.to_thread(warming.join)
    try:
        return gc.get_freeze_count()
    finally:
        gc.unfreeze()
        done.set()
        for closing in closings:
            closing.begin()
        await serving


@pytest.mark.parametrize("is_told_by_its_caller", [False, True])
async def test_only_a_process_of_its_own_is_frozen(is_told_by_its_caller: bool) -> None:
    assert (await frozen_by_serving(is_told_by_its_caller=is_told_by_its_caller) > 0) is not is_told_by_its_caller
