"""Calls in a Redis: a turn that is leased, and writes that are refused when the call has moved on; see `CallStore`."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from pydantic import TypeAdapter

from ivr.calls.stages import Call
from ivr.calls.store import KEEP, Reply, StaleCallError, StoreDownError
from ivr.shared.link import PREFIX, Link

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

    def __init__(self, link: Link, now: Callable[[], float], *, keep: float = KEEP, lease: float = LEASE) -> None:
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
        version, at, call = await self._link.do("HMGET", _key(sid), "version", "at", "call")
        if call is None or float(at) <= self._now() - self._keep:
            return None
        return replace(_CALL.validate_json(call), version=int(version))

    async def put(self, call: Call, reply: Reply | None = None) -> Call:
        """One step: compare, write, and remember the reply."""
        keys = [_key(call.sid), *([_reply_key(call.sid, reply.delivery)] if reply else [])]
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


def _key(sid: str) -> str:
    return f"{PREFIX}:call:{sid}"


def _reply_key(sid: str, delivery: str) -> str:
    return f"{PREFIX}:reply:{sid}:{delivery}"
