"""One Redis and how it is asked: scripts, patience, and one error for whatever goes wrong; it knows no calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ivr.calls.store import StoreDownError

PREFIX = "ivr:1"  # the number changes with the form of what is kept, so that old and new workers never mix
PATIENCE = 1.5  # seconds for an answer, and for a connection; a webhook has 12
AT_ONCE = 50  # connections of a worker; further questions wait for one, where redis-py's usual pool would refuse them


class Link:
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
