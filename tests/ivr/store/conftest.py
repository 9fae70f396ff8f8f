"""Stores for the tests: memory, and a real Redis where there is one, under one clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing

import pytest
import redis

from ivr.backends import open_stores
from ivr.calls.store import CallStore
from ivr.limits import Limits
from ivr.settings import load_settings
from tests.ivr.handset import Clock
from tests.ivr.store.redis_server import PROGRAM, redis_server


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One Redis for all tests of this process."""
    if PROGRAM is None:
        pytest.skip("redis-server is not installed")
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def empty_redis(redis_url: str) -> str:
    """The address of a Redis with nothing in it."""
    with closing(redis.Redis.from_url(redis_url)) as server:
        server.flushall()
    return redis_url


@pytest.fixture(params=["memory", "redis"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Where calls and limits are kept: '' is memory. What is true of one must be true of the other."""
    return str(request.getfixturevalue("empty_redis")) if request.param == "redis" else ""


@asynccontextmanager
async def store_at(url: str, clock: Clock) -> AsyncIterator[tuple[CallStore, Limits]]:
    """A store as a worker opens it."""
    calls, limits = open_stores(load_settings({"IVR_STORE_URL": url}), clock)
    try:
        yield calls, limits
    finally:
        await calls.close()


@pytest.fixture
async def store(store_url: str, clock: Clock) -> AsyncIterator[tuple[CallStore, Limits]]:
    """A store with nothing in it."""
    async with store_at(store_url, clock) as opened:
        yield opened


@pytest.fixture
def calls(store: tuple[CallStore, Limits]) -> CallStore:
    """Its calls."""
    return store[0]


@pytest.fixture
def limits(store: tuple[CallStore, Limits]) -> Limits:
    """Its limits."""
    return store[1]


@pytest.fixture
def clock() -> Clock:
    """The line's clock."""
    return Clock()
