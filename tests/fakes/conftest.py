"""Every test of the fake org runs twice: in process, and served over loopback to a real HTTP client."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from fakes.doors import InProcessSession, served
from fakes.okta.app import create_app
from fakes.okta.state import Okta
from fakes.people import seed_people
from tests.fakes.door import Clock, Door

OpenDoor = Callable[..., Awaitable[Door]]


@pytest.fixture(params=["in process", "served"])
async def open_door(request: pytest.FixtureRequest) -> AsyncIterator[OpenDoor]:
    """Opens a door to a new org with the four people in it; options are those of `Okta`."""
    async with AsyncExitStack() as stack:

        async def open_one(**options: Any) -> Door:
            clock = Clock()
            okta = Okta(now=clock, **options)
            seed_people(okta)
            app = create_app(okta)
            token = okta.org.api_token
            if request.param == "in process":
                base = okta.org.url
                return Door("in process", okta, clock, base, InProcessSession({base: app}), token)
            base = await stack.enter_async_context(served(app))
            session = await stack.enter_async_context(aiohttp.ClientSession())
            return Door("served", okta, clock, base, session, token)

        yield open_one


@pytest.fixture
async def door(open_door: OpenDoor) -> Door:
    """A Classic org."""
    return await open_door()


@pytest.fixture
async def idx_door(open_door: OpenDoor) -> Door:
    """An Identity Engine org."""
    return await open_door(pipeline="idx")


@pytest.fixture(scope="session")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
