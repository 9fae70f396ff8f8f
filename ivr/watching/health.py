"""How the services a line stands on are, asked seldom however often one asks; it starts and stops nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from ivr.line import Line

PATIENCE = 3.0  # seconds
FRESH = 10.0  # seconds: whoever asks all day does not ask Okta all day


@dataclass(frozen=True, slots=True)
class Condition:
    """None where a service answers, else one sentence without secrets. `store` is where calls are kept."""

    store: str | None = None
    identity: str | None = None
    accounts: str | None = None


class Health:
    """The services of one line; it remembers how they were for a few seconds, and asks for all who wait at once."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._asked_at = float("-inf")
        self._condition = Condition()
        self._asking = asyncio.Lock()

    async def condition(self) -> Condition:
        """How they are, not older than ten seconds."""
        async with self._asking:
            now = self._line.now()
            if now - self._asked_at >= FRESH:
                line = self._line
                checks = line.calls.health(), line.identity.health(), line.accounts.health()
                self._condition = Condition(*await asyncio.gather(*map(_patiently, checks)))
                self._asked_at = now
            return self._condition

    async def report(self) -> tuple[bool, dict[str, object]]:
        """Whether this line should be given calls, and why not, in words that anybody may read."""
        how = await self.condition()
        settings = self._line.settings
        has_accounts = settings.backend != "live" or settings.accounts_api_url is not None
        words = {
            "store": _word(how.store),
            "okta": _word(how.identity),
            "accounts": _word(how.accounts) if has_accounts else "not configured",
        }
        closing = self._line.closing()
        ready = not closing and "down" not in words.values()
        return ready, {"ready": ready, "closing": closing, **words}


def _word(trouble: str | None) -> str:
    return "down" if trouble else "ok"


async def _patiently(check: Awaitable[str | None]) -> str | None:
    try:
        return await asyncio.wait_for(check, PATIENCE)
    except TimeoutError:
        return "No answer in time."
