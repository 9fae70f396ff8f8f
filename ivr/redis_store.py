"""Calls and limits in a Redis: turns that are leased, writes that are refused when the call has moved on."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from ivr.calls.stages import Call
from ivr.calls.store import KEEP, Reply, StaleCallError, StoreDownError
from ivr.limits import Count, Limit

PREFIX = "ivr:1"  # of limits and turns, which stay when calls take another form
PATIENCE = 1.5  # seconds for an answer, and for a connection; a webhook has 12
AT_ONCE = 50  # connections of a worker; further questions wait for one, where redis-py's usual pool would refuse them


class RedisConnection:
    """A Redis by its address. It connects at first use, and is used in the event loop of that moment only.

    A lost connection is made again once: then either the Redis answers, or StoreDownError is raised. A script may so
    run twice, which counts one too many or is refused as stale: never the other way round.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        from redis import asyncio as redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as LostError
        from redis.exceptions import RedisError

        self._troubles = (RedisError, OSError)
        self._redis = redis.Redis.from_pool(
            redis.BlockingConnectionPool.from_url(
                url,
                max_connections=AT_ONCE,
                timeout=patience,
                decode_responses=True,
                socket_timeout=patience,
                socket_connect_timeout=patience,
                retry=Retry(NoBackoff(), 1, supported_errors=(LostError,)),
            )
        )
        self._scripts: dict[str, Any] = {}

    async def run(self, script: str, keys: Sequence[str], *arguments: str | float) -> Any:
        """The answer to a Lua script, one step for everybody. Raises StoreDownError."""
        known = self._scripts.get(script)
        if known is None:
            known = self._scripts[script] = self._redis.register_script(script)
        try:
            return await known(keys=list(keys), args=list(arguments))
        except self._troubles as error:
            raise _down(error) from None

    async def do(self, command: str, *arguments: str | float) -> Any:
        """The answer to one command. Raises StoreDownError."""
        try:
            return await self._redis.execute_command(command, *arguments)  # type: ignore[no-untyped-call]  # theirs
        except self._troubles as error:
            raise _down(error) from None

    async def info(self, section: str) -> dict[str, Any]:
        """What the Redis says about itself. Raises StoreDownError."""
        try:
            return dict(await self._redis.info(section))
        except self._troubles as error:
            raise _down(error) from None

    async def health(self) -> str | None:
        """None when the Redis answers, else one sentence."""
        try:
            await self.do("PING")
        except StoreDownError as error:
            return str(error)
        return None

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


def _down(error: Exception) -> StoreDownError:
    """By type alone: some messages name the address, which may hold a password."""
    return StoreDownError(f"The Redis of IVR_STORE_URL cannot be asked ({type(error).__name__}).")


FORM = "ivr:3"  # of calls; the number changes with it, so that old and new workers never mix
LEASE = 3.0  # seconds after which a dead worker's turn is over; a living one renews it
LOOK_AGAIN = 0.02  # seconds between two looks whether a turn is free: rare, as calls send one webhook at a time
REPLY_KEPT = 120  # seconds

_CALL: TypeAdapter[Call] = TypeAdapter(Call)

# KEYS: turn. ARGV: whose, milliseconds. A second run of the same request finds its own turn.
TAKE_TURN = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0
"""
# KEYS: turn. ARGV: whose, milliseconds; 0 ends it.
KEEP_TURN = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
# KEYS: call, and reply if there is one. ARGV: version that was got, now, keep, call, TwiML, seconds.
PUT = """
local at = tonumber(redis.call('HGET', KEYS[1], 'at') or '-1')
local version = at > ARGV[2] - ARGV[3] and tonumber(redis.call('HGET', KEYS[1], 'version')) or 0
if version ~= tonumber(ARGV[1]) then return -1 end
redis.call('HSET', KEYS[1], 'version', version + 1, 'at', ARGV[2], 'call', ARGV[4])
redis.call('EXPIRE', KEYS[1], math.ceil(ARGV[3]))
if KEYS[2] then redis.call('SET', KEYS[2], ARGV[5], 'EX', ARGV[6]) end
return version + 1
"""


class RedisCalls:
    """Calls that any worker can go on with. `keep` is judged by the line's own clock; Redis' clears up."""

    def __init__(
        self, link: RedisConnection, now: Callable[[], float], *, keep: float = KEEP, lease: float = LEASE
    ) -> None:
        self._link = link
        self._now = now
        self._keep = keep
        self._lease = lease

    @asynccontextmanager
    async def hold(self, sid: str) -> AsyncIterator[None]:
        """One webhook of a call at a time, whichever worker it came to."""
        turn, mine = f"{PREFIX}:turn:{sid}", secrets.token_hex(8)
        lease = int(self._lease * 1000)
        while not await self._link.run(TAKE_TURN, [turn], mine, lease):  # noqa: ASYNC110 - the event is elsewhere
            await asyncio.sleep(LOOK_AGAIN)
        renewing = asyncio.create_task(self._renewed(turn, mine))
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(StoreDownError):  # then the lease ends it
                await self._link.run(KEEP_TURN, [turn], mine, 0)

    async def get(self, sid: str) -> Call | None:
        """The call, if it is fresh."""
        version, at, call = await self._link.do("HMGET", _call_key(sid), "version", "at", "call")
        if call is None or float(at) <= self._now() - self._keep:
            return None
        return replace(_CALL.validate_json(call), version=int(version))

    async def put(self, call: Call, reply: Reply | None = None) -> Call:
        """One step: compare, write, and remember the reply."""
        keys = [_call_key(call.sid), *([_reply_key(call.sid, reply.delivery)] if reply else [])]
        body = _CALL.dump_json(call).decode()
        rest = (body, reply.twiml if reply else "", REPLY_KEPT)
        version = await self._link.run(PUT, keys, call.version, repr(self._now()), self._keep, *rest)
        if version < 0:
            raise StaleCallError(call.sid)
        return replace(call, version=version)

    async def replied(self, sid: str, delivery: str) -> str | None:
        """Kept by itself, for two minutes."""
        twiml = await self._link.do("GET", _reply_key(sid, delivery))
        return None if twiml is None else str(twiml)

    async def at_stake(self) -> int:
        """None: any other worker goes on with them."""
        return 0

    async def health(self) -> str | None:
        """How the Redis is."""
        return await self._link.health()

    async def close(self) -> None:
        """Close the connections, those of the limits, too."""
        await self._link.close()

    async def _renewed(self, turn: str, mine: str) -> None:
        """For as long as the webhook lasts. A renewal that fails is no matter: `put` is what protects a call."""
        while True:
            await asyncio.sleep(self._lease / 3)
            with suppress(StoreDownError):
                await self._link.run(KEEP_TURN, [turn], mine, int(self._lease * 1000))


def _call_key(sid: str) -> str:
    return f"{FORM}:call:{sid}"


def _reply_key(sid: str, delivery: str) -> str:
    return f"{FORM}:reply:{sid}:{delivery}"


_LEFT = """
local function left(key, now, most, per)
  local oldest = redis.call('LINDEX', key, 0)
  while oldest and tonumber(oldest) <= now - per do
    redis.call('LPOP', key)
    oldest = redis.call('LINDEX', key, 0)
  end
  return math.max(0, most - redis.call('LLEN', key))
end
"""
# KEYS: a list a count. ARGV: now, then most and seconds of each. The place of the first that has nothing left, or 0.
TAKE = (
    _LEFT
    + """
local now = tonumber(ARGV[1])
for place, key in ipairs(KEYS) do
  if left(key, now, tonumber(ARGV[2 * place]), tonumber(ARGV[2 * place + 1])) <= 0 then return place end
end
for place, key in ipairs(KEYS) do
  redis.call('RPUSH', key, ARGV[1])
  redis.call('EXPIRE', key, math.ceil(ARGV[2 * place + 1]))
end
return 0
"""
)
# KEYS: a mark that a second run of the same request finds, then a list a count.
GIVE_BACK = """
if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', 60) then return 0 end
for place = 2, #KEYS do redis.call('RPOP', KEYS[place]) end
return 1
"""
LEFT = _LEFT + "return left(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))"


class RedisLimits:
    """Counts of all workers, which outlive them all."""

    def __init__(self, link: RedisConnection, now: Callable[[], float]) -> None:
        self._link = link
        self._now = now

    async def take(self, *counts: Count) -> Limit | None:
        """Spend one of each, if one of each is left."""
        rules = [number for limit, _ in counts for number in (limit.most, limit.per)]
        full = await self._link.run(TAKE, [_limit_key(*count) for count in counts], repr(self._now()), *rules)
        return counts[full - 1][0] if full else None

    async def left(self, limit: Limit, whose: str) -> int:
        """What remains in the window that ends now."""
        return int(await self._link.run(LEFT, [_limit_key(limit, whose)], repr(self._now()), limit.most, limit.per))

    async def give_back(self, *counts: Count) -> None:
        """The newest one of each goes; counts are alike."""
        once = f"{PREFIX}:given back:{secrets.token_hex(8)}"
        await self._link.run(GIVE_BACK, [once, *(_limit_key(*count) for count in counts)])

    async def clear(self, *counts: Count) -> None:
        """Forget what was spent."""
        await self._link.do("DEL", *(_limit_key(*count) for count in counts))


def _limit_key(limit: Limit, whose: str) -> str:
    return f"{PREFIX}:limit:{limit.name}:{whose}"
