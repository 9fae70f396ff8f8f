"""Addresses on loopback that stay the same for a whole run; behind each is the fake of the test that runs just now.

So an application that reads an address once, when it is imported or started, finds every test's own fake there. Served
from a thread of its own, because an application under test may block the test's thread while it asks.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from threading import Thread

from fakes.doors import served
from fakes.skin import Skin
from fakes.web import Answering, Request, Response, json_response

NAMES = ("okta", "twilio", "accounts")


class Door:
    """Answers by whoever is behind it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.behind: Answering | None = None

    def answer(self, request: Request) -> Response:
        if self.behind is None:
            return json_response({"error": f"no test that uses the fake {self._name} is running"}, 503)
        return self.behind.answer(request)


class Doors:
    """Open until `close`. A slow answer (`Faults.slow_by`) really takes that long here."""

    def __init__(self) -> None:
        self._doors = {name: Door(name) for name in NAMES}
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()
        self._thread = Thread(target=self._loop.run_forever, name="fakes", daemon=True)
        self._thread.start()
        self.urls: Mapping[str, str] = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    def lead_to(self, fakes: Mapping[str, Answering]) -> None:
        """From now on these answer; none of those that are not named."""
        for name, door in self._doors.items():
            door.behind = fakes.get(name)

    def close(self) -> None:
        """Nothing is served any more."""
        asyncio.run_coroutine_threadsafe(self._stack.aclose(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> dict[str, str]:
        return {
            name: await self._stack.enter_async_context(served(Skin(f"fakes.{name}", door, asyncio.sleep)))
            for name, door in self._doors.items()
        }
