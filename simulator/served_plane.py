"""The other screen of people whose identity provider is a fake Okta served over HTTP (`--okta URL`), with its clock.

Never talks to a real Okta: that has no such addresses.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

import aiohttp

from simulator.control_plane import OKTA, ControlAnswer, ControlPlane, ControlPlaneError, ControlTransport
from simulator.exchange.urls import without_user
from simulator.foreign import whole_json

_SECONDS = 10.0


class ServedTransport(ControlTransport, Protocol):
    """Reaches it over HTTP, until it is closed."""

    async def close(self) -> None:
        """Give back the connections."""


class ServedPlane(ControlPlane):
    """Use it as an async context manager. Its faults end with it: the fake may serve others after us."""

    def __init__(self, transport: ServedTransport) -> None:
        super().__init__({OKTA: transport})
        self._transport = transport
        self._owners: dict[str, str] = {}
        self._has_faults = False

    async def __aenter__(self) -> Self:
        """Raises ControlPlaneError when there is no fake Okta at that address."""
        try:
            await self._learn_owners()
            await self.calls_made()  # those of earlier calls are not this phone's
        except BaseException:
            await self._transport.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._has_faults:
                await self.clear_faults(OKTA)
        except ControlPlaneError:
            pass  # it is gone, and its faults with it
        finally:
            await self._transport.close()

    async def let_pass(self, seconds: float) -> None:
        """Move the fake's clock forward."""
        if seconds > 0:
            await self._ask(OKTA, "POST", "/_fake/clock", json={"advance": seconds})

    async def reset(self) -> None:
        """Have the fake forget everything since it was started."""
        await self._ask(OKTA, "POST", "/_fake/reset")

    async def order_fault(self, party: str, order: Mapping[str, object]) -> None:
        self._has_faults = True
        await super().order_fault(party, order)

    async def clear_faults(self, party: str) -> None:
        await super().clear_faults(party)
        self._has_faults = False

    async def _person(self, number: str) -> str:
        """Find the id of the user with this number; people may have come since the last look."""
        if number not in self._owners:
            await self._learn_owners()
        if number not in self._owners:
            raise ControlPlaneError(f"{self._name} knows nobody with the number {number}", 404)
        return self._owners[number]

    async def _learn_owners(self) -> None:
        state = await self._ask(OKTA, "GET", "/_fake/state")
        users = state.get("users") if isinstance(state, Mapping) else None
        if users is None:
            raise ControlPlaneError(f"{self._name} is not a fake Okta: its /_fake/state has no users")
        self._owners = self._read(users, lambda: _owners(users))


def _owners(users: Any) -> dict[str, str]:  # JSON's own types
    """Return the id of each user by their numbers."""
    return {str(number): str(user["id"]) for user in reversed(users) for number in user.get("phones", ())}


class HttpTransport:
    """With aiohttp, for everybody who runs an event loop."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self.name = without_user(self._url)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
    ) -> ControlAnswer:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=_SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._session.request(method, f"{self._url}{path}", params=params, json=json) as reply:
                if reply.status == 204 or (reply.status >= 400 and reply.content_type != "application/json"):
                    return ControlAnswer(reply.status, None)
                return ControlAnswer(reply.status, await reply.json(loads=whole_json))
        except aiohttp.ClientError as error:
            raise OSError(str(error) or type(error).__name__) from None
