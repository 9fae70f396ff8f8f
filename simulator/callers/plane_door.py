"""How a control plane is reached: one question, one answer, whatever its status. Understands neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class PlaneAnswer:
    """`document` is the JSON of the body; None where there is none."""

    status: int
    document: Any  # JSON


class PlaneDoor(Protocol):
    """Asks over HTTP."""

    async def open(self) -> None:
        """Before the first question."""

    async def close(self) -> None:
        """After the last one."""

    async def ask(
        self, method: str, url: str, *, params: Mapping[str, str] | None, json: Mapping[str, object] | None
    ) -> PlaneAnswer:
        """Raises OSError or ValueError with the reason when no answer comes, or a good one that is no JSON."""


class AsyncPlaneDoor:
    """With aiohttp, for everybody who runs an event loop."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_SECONDS), cookie_jar=aiohttp.DummyCookieJar()
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(
        self, method: str, url: str, *, params: Mapping[str, str] | None, json: Mapping[str, object] | None
    ) -> PlaneAnswer:
        if self._session is None:
            raise RuntimeError("open the control plane first: async with ControlPlane(url) as plane")
        try:
            async with self._session.request(method, url, params=params, json=json) as reply:
                if reply.status == 204 or (reply.status >= 400 and reply.content_type != "application/json"):
                    return PlaneAnswer(reply.status, None)
                return PlaneAnswer(reply.status, await reply.json())
        except aiohttp.ClientError as error:
            raise OSError(str(error) or type(error).__name__) from None
