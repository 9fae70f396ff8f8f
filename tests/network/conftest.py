"""A served network with an application behind one of its numbers."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest

from fakes.doors import served
from okta_twilio_ivr.network import Served, served_network
from simulator.callers.script.people import Person
from simulator.operator.clock import START, WallClock
from tests.network.lines import Line

OURS, JANE, AGENT = "+12075551234", "+17735551234", "+12075550100"


class Door:
    """The network over HTTP, as a program in any language sees it."""

    def __init__(self, served: Served, line: Line, base: str, session: aiohttp.ClientSession) -> None:
        self.served, self.line, self.base, self._session = served, line, base, session

    async def ask(self, method: str, path: str, status: int = 200, **document: Any) -> Any:  # JSON
        """What the control plane answers; the status is checked."""
        url, json = f"{self.served.url}/_network/{path}", document if method == "POST" else None
        async with self._session.request(method, url, json=json) as answer:
            body = await answer.json()
            assert answer.status == status, body
            return body

    async def rest(self, method: str, path: str, status: int = 200, **form: str) -> Any:  # JSON
        """What Twilio's REST API answers."""
        account = self.served.twilio.account
        url = f"{self.served.url}/2010-04-01/Accounts/{account.sid}/{path}"
        credentials = aiohttp.encode_basic_auth(account.sid, account.auth_token)
        headers = {"Authorization": credentials}
        async with self._session.request(method, url, data=form or None, headers=headers) as answer:
            body = await answer.json() if answer.content_length or answer.status != 204 else None
            assert answer.status == status, body
            return body


@pytest.fixture
def people() -> tuple[Person, ...]:
    """Who answers by themselves; a test may have others."""
    return ()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
async def door(people: tuple[Person, ...], line: Line) -> AsyncIterator[Door]:
    """A network whose time is moved by orders."""
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(served(line))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        clock = WallClock(lambda: 0.0, START, rate=0)
        network = await stack.enter_async_context(served_network(clock, {OURS: f"{base}/voice"}, people))
        yield Door(network, line, base, session)
