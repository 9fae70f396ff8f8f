"""Ctrl-C while a served fake is being stopped ends whoever served it."""

import asyncio

import aiohttp
import pytest

from fakes.accounts.app import create_app
from fakes.accounts.state import Accounts
from fakes.doors import served


@pytest.mark.parametrize("turns", range(5))
async def test_a_task_that_is_cancelled_while_its_server_stops_does_not_go_on(turns: int) -> None:
    is_asked = asyncio.Event()

    async def serve() -> None:
        async with served(create_app(Accounts(now=lambda: 0.0))) as url:
            async with aiohttp.ClientSession() as session, session.get(f"{url}/v1/accounts/x") as answer:
                assert answer.status == 401
            is_asked.set()

    serving = asyncio.create_task(serve())
    await is_asked.wait()
    for _ in range(turns):  # of the event loop, in which the server gets on with its end
        await asyncio.sleep(0)
    serving.cancel()

    with pytest.raises(asyncio.CancelledError):
        await serving
