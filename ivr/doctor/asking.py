"""One HTTP request without credentials or SDK: what anybody gets from an address; nothing is followed or retried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.session import Connection

PATIENCE = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, text and the Date header, '' when there is none."""

    status: int
    text: str
    date: str


async def ask(connection: Connection, method: str, url: str, headers: Mapping[str, str] | None = None) -> Reply | str:
    """The reply, or in a word why there is none."""
    import aiohttp  # a quarter of a second, so only when used

    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with connection.session().request(
            method, url, headers=dict(headers or {}), timeout=timeout, allow_redirects=False
        ) as response:
            return Reply(int(response.status), str(await response.text()), response.headers.get("Date") or "")
    except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
        return type(error).__name__
