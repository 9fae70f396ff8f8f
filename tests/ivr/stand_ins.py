"""Stand-ins for what the fakes do not do: networks that fail, answers that are no JSON, identities that err."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from multidict import CIMultiDict


@dataclass(frozen=True)
class Canned:
    """An HTTP answer as an aiohttp response shows it."""

    status: int
    body: str
    content_type: str = "application/json"
    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)
    request_info: None = None

    async def text(self) -> str:
        return self.body


@dataclass
class CannedSession:
    """Answers every request alike; `asked` is what was requested."""

    answer: Canned | Exception | Callable[[str, str], Canned]
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    closed: bool = False

    @asynccontextmanager
    async def request(self, method: str, url: str, **options: Any) -> AsyncIterator[Canned]:
        self.asked.append((method, url, options))
        if isinstance(self.answer, Exception):
            raise self.answer
        yield self.answer if isinstance(self.answer, Canned) else self.answer(method, url)

    async def close(self) -> None:
        self.closed = True
