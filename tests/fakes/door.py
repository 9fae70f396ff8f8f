"""What the fakes' tests hold in their hands: a clock, an open door, and the person's account behind it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from fakes.doors import InProcessSession
from fakes.okta.state import Okta

START = 1_795_528_800.0  # 2026-11-24 14:00:00 UTC


@dataclass
class Clock:
    """Time that stands still until a test moves it."""

    at: float = START

    def __call__(self) -> float:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += seconds


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Any  # a multidict of either door
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def error(self) -> str:
        """The error code; fails for a body that is not one of Okta's errors."""
        body = self.body
        assert set(body) == {"errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"}
        assert body["errorLink"] == body["errorCode"]
        return str(body["errorCode"])

    @property
    def causes(self) -> list[str]:
        return [cause["errorSummary"] for cause in self.body["errorCauses"]]


@dataclass
class Door:
    """One fake org behind one of its two doors."""

    name: str
    okta: Okta
    clock: Clock
    base: str
    session: "aiohttp.ClientSession | InProcessSession"
    token: str | None
    extra: dict[str, str] = field(default_factory=dict)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | str | None = None,
    ) -> Reply:
        """One request; `path` may be an absolute link. `body` goes as JSON, `raw` as it is."""
        url = path if path.startswith("http") else self.base + path
        if query:
            url += "?" + urlencode(query)
        sent = dict(self.extra)
        if self.token is not None:
            sent["Authorization"] = f"SSWS {self.token}"
        options: dict[str, Any] = {"headers": {**sent, **(headers or {})}}
        if raw is not None:
            options["data"] = BytesIO(raw) if isinstance(raw, bytes) and raw else raw
        elif body is not None:
            options["json"] = body
        async with self.session.request(method, url_of(url), **options) as response:
            return Reply(response.status, response.headers, await response.text())

    async def get(self, path: str, **options: Any) -> Reply:
        return await self.call("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Reply:
        return await self.call("POST", path, body, **options)

    async def search(self, expression: str, **query: str) -> Reply:
        return await self.get("/api/v1/users", query={"search": expression, **query})

    async def factor_path(self, user_id: str, kind: str) -> str:
        """The path of the user's first factor of that type."""
        reply = await self.get(f"/api/v1/users/{user_id}/factors")
        found = next(each for each in reply.body if each["factorType"] == kind)
        return f"/api/v1/users/{user_id}/factors/{found['id']}"


def url_of(text: str) -> URL:
    """As a yarl URL that is taken as encoded already, so that both doors send exactly these characters."""
    return URL(text, encoded=True)
