"""The part of an aiohttp session the line uses, and the line's own session; it adds no retries and follows nothing."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol


class Session(Protocol):
    """What is needed of an `aiohttp.ClientSession`; `Any` because aiohttp is imported only when used."""

    def request(self, method: str, url: str, **options: Any) -> AbstractAsyncContextManager[Any]:
        """As in aiohttp."""
        ...

    async def close(self) -> None:
        """As in aiohttp."""
        ...


class OwnSession:
    """An aiohttp session that minds HTTPS_PROXY and NO_PROXY alike.

    The okta SDK passes a `proxy` of its own making, without NO_PROXY, so even loopback requests would go there.
    Must be made while an event loop runs.
    """

    def __init__(self) -> None:
        import aiohttp  # a quarter of a second, so only when a request is due

        self._session = aiohttp.ClientSession(trust_env=True)

    def request(self, method: str, url: str, **options: Any) -> AbstractAsyncContextManager[Any]:
        """As in aiohttp, without `proxy`."""
        options.pop("proxy", None)
        return self._session.request(method, url, **options)

    async def close(self) -> None:
        """As in aiohttp."""
        await self._session.close()


class Connection:
    """A session given from outside, never closed here, or our own, made at first use."""

    def __init__(self, given: Session | None) -> None:
        self._given = given
        self._own: Session | None = None

    def session(self) -> Session:
        """The session to use now."""
        if self._given is not None:
            return self._given
        if self._own is None:
            self._own = OwnSession()
        return self._own

    async def close(self) -> None:
        """Close what was made here."""
        if self._own is not None:
            await self._own.close()
            self._own = None
