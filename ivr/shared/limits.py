"""Limits in a Redis: lists of moments, counted over a sliding window; see `Limits`."""

from __future__ import annotations

from collections.abc import Callable

from ivr.limits import Count, Limit
from ivr.shared.link import PREFIX, Link

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
LEFT = _LEFT + "return left(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))"


class RedisLimits:
    """Counts of all workers, which outlive them all."""

    def __init__(self, link: Link, now: Callable[[], float]) -> None:
        self._link = link
        self._now = now

    async def take(self, *counts: Count) -> Limit | None:
        """Spend one of each, if one of each is left."""
        rules = [number for limit, _ in counts for number in (limit.most, limit.per)]
        full = await self._link.run(TAKE, [_key(*count) for count in counts], repr(self._now()), *rules)
        return counts[full - 1][0] if full else None

    async def left(self, limit: Limit, whose: str) -> int:
        """What remains in the window that ends now."""
        return int(await self._link.run(LEFT, [_key(limit, whose)], repr(self._now()), limit.most, limit.per))

    async def clear(self, *counts: Count) -> None:
        """Forget what was spent."""
        await self._link.do("DEL", *(_key(*count) for count in counts))


def _key(limit: Limit, whose: str) -> str:
    return f"{PREFIX}:limit:{limit.name}:{whose}"
