"""What only a store outside the process can do or suffer: other workers, restarts, leases, and not being there."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
import redis

from ivr.calls.stages import Call
from ivr.calls.store import StoreDownError
from ivr.limits import Limit
from ivr.redis_store import PREFIX, RedisCalls, RedisConnection
from tests.ivr.conftest import build_world
from tests.ivr.handset import JANE, STRANGER, Clock, sid
from tests.ivr.store.conftest import store_at
from tests.ivr.store.redis_server import needs_redis, redis_server

PAIR = Limit("pair", 2, 60.0)


async def test_another_worker_goes_on_with_the_call_and_counts_with_the_same_limits(
    empty_redis: str, clock: Clock
) -> None:
    async with store_at(empty_redis, clock) as (calls, limits), store_at(empty_redis, clock) as (others, their_limits):
        put = await calls.put(Call(sid=sid(1), phone="+1"))
        await limits.take((PAIR, "jane"))

        assert await others.get(sid(1)) == put
        assert await their_limits.left(PAIR, "jane") == 1


async def test_a_dead_workers_turn_is_over_when_its_lease_is(empty_redis: str, clock: Clock) -> None:
    with closing(redis.Redis.from_url(empty_redis)) as server:
        server.set(f"{PREFIX}:turn:a", "a worker that was killed", px=150)

    async with store_at(empty_redis, clock) as (calls, _), asyncio.timeout(5), calls.hold("a"):
        pass


async def test_a_slow_webhook_keeps_its_turn_beyond_the_lease(empty_redis: str, clock: Clock) -> None:
    link = RedisConnection(empty_redis)
    calls = RedisCalls(link, clock, lease=0.15)
    async with calls.hold("a"):
        second = asyncio.create_task(_held(calls, "a"))
        done, _ = await asyncio.wait([second], timeout=0.5)
        assert not done
    await second
    await calls.close()


async def _held(calls: RedisCalls, name: str) -> None:
    async with calls.hold(name):
        pass


async def test_everything_in_redis_expires(empty_redis: str, clock: Clock) -> None:
    async with store_at(empty_redis, clock) as (calls, limits):
        async with calls.hold(sid(1)):
            await calls.put(Call(sid=sid(1), phone="+1"))
        await limits.take((PAIR, "jane"))

    with closing(redis.Redis.from_url(empty_redis)) as server:
        assert [server.ttl(key) > 0 for key in server.scan_iter()] == [True, True]


@needs_redis
async def test_limits_and_calls_survive_a_restart(tmp_path: Path, clock: Clock) -> None:
    keeping = ("--appendonly", "yes", "--appendfsync", "always")
    with redis_server(tmp_path, *keeping) as url:
        async with store_at(url, clock) as (calls, limits):
            call = await calls.put(Call(sid=sid(1), phone="+1"))
            assert await limits.take((PAIR, "jane")) is None

    with redis_server(tmp_path, *keeping) as url:
        async with store_at(url, clock) as (calls, limits):
            assert await calls.get(sid(1)) == call
            assert await limits.left(PAIR, "jane") == 1


@needs_redis
async def test_a_redis_that_is_gone_is_an_error_for_everything_and_one_that_is_back_is_used(
    tmp_path: Path, clock: Clock
) -> None:
    with redis_server(tmp_path) as url:
        first = await _opened(url, clock)
        assert await first.health() is None

    for asked in (first.get("a"), first.put(Call(sid="a", phone="+1")), first.replied("a", "d"), _held(first, "a")):
        with pytest.raises(StoreDownError, match="IVR_STORE_URL cannot be asked"):
            await asked
    assert await first.health() == "The Redis of IVR_STORE_URL cannot be asked (ConnectionError)."

    with redis_server(tmp_path):
        assert (await first.put(Call(sid="a", phone="+1"))).version == 1
        await first.close()


async def _opened(url: str, clock: Clock) -> RedisCalls:
    return RedisCalls(RedisConnection(url), clock)


async def test_no_error_tells_the_password(clock: Clock) -> None:
    calls = RedisCalls(RedisConnection("redis://:hunter2@127.0.0.1:1/0"), clock)

    told = str(await calls.health())
    await calls.close()

    assert "hunter2" not in told
    assert "ConnectionError" in told


@needs_redis
async def test_a_redis_that_goes_away_in_a_call_is_a_sentence_and_never_a_way_in(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        world = build_world(IVR_STORE_URL=url)
        phone = world.handset()
        await phone.reach("1", "1")

    lost = await phone.post("/ivr/verify_sms", Digits=world.code())
    account = await phone.post("/ivr/account_menu", Digits="1")
    stranger = await world.handset(STRANGER, number=2).dial()
    await world.line.calls.close()

    for reply in (lost, account, stranger):
        assert "something went wrong on our side" in reply.said
        assert reply.is_over
    assert world.okta.texts(JANE)[-1].code == world.code(), "Okta was not asked about the code"


async def test_more_webhooks_at_once_than_connections_wait_for_one(empty_redis: str) -> None:
    link = RedisConnection(empty_redis)

    answers = await asyncio.gather(*(link.do("PING") for _ in range(300)))

    await link.close()
    assert len(answers) == 300
