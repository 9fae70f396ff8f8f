"""Every test of the fake account runs twice: in process, and served over loopback to a real HTTP client."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from fakes.doors import InProcessSession, served
from fakes.twilio.app import create_app
from fakes.twilio.state import API_URL, Twilio
from tests.fakes.door import Clock
from tests.fakes.twilio.account_door import OURS, AccountDoor

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The official SDK still uses aiohttp's BasicAuth and auth, which aiohttp 3.14 calls deprecated."""
    for item in items:
        if HERE in item.path.parents:
            for words in ("BasicAuth is deprecated", "The 'auth' parameter is deprecated"):
                item.add_marker(pytest.mark.filterwarnings(f"ignore:{words}:DeprecationWarning"))


@pytest.fixture(params=["in process", "served"])
async def account(request: pytest.FixtureRequest) -> AsyncIterator[AccountDoor]:
    """An account with one number and no network."""
    clock = Clock()
    twilio = Twilio(now=clock)
    twilio.add_number(OURS, voice_url="https://app.example/voice", sms_url="https://app.example/sms")
    app = create_app(twilio)
    if request.param == "in process":
        yield AccountDoor(twilio, clock, API_URL, InProcessSession({API_URL: app}))
        return
    async with served(app) as base, aiohttp.ClientSession() as session:
        yield AccountDoor(twilio, clock, base, session)
