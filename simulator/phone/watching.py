"""Watches an application that is being worked on: is its port open, have its files changed. Decides and dials nothing.

Only connects and closes; a question in HTTP would be a request that the application has to answer and log.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from simulator.phone.model.restarts import News, Restarts

LOOK = 0.2
"""Seconds between two attempts to connect."""
PATIENCE = 2.0
"""Seconds after which an attempt has failed."""
Tell = Callable[[News, bool], None]
"""Told the news, and whether the application is waited for from now on."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Where the application listens, and the file or folder it is made of, if changes there matter too."""

    host: str
    port: int
    path: Path | None = None
    every: float = LOOK
    now: Callable[[], float] = time.monotonic

    async def run(self, tell: Tell) -> None:
        """Watch until cancelled. An application that is not there at first is waited for as well."""
        restarts = Restarts(f"{self.host}:{self.port}")

        def take(seen: "tuple[Restarts, News | None]") -> None:
            nonlocal restarts
            restarts, news = seen
            if news is not None:
                tell(news, restarts.is_waiting)

        async def look_at_files() -> None:
            async for name in changes(self.path):
                take(restarts.saw_change(name, at=self.now()))

        async def look_at_port() -> None:
            while True:
                is_up = await answers(self.host, self.port)
                take(restarts.saw(is_up=is_up, at=self.now()))  # what is known by now, not what was when it was asked
                await asyncio.sleep(self.every)

        async with asyncio.TaskGroup() as both:
            both.create_task(look_at_port())
            both.create_task(look_at_files())


def watch_of(url: str, path: Path | None = None) -> Watch:
    """What to watch of the application behind an absolute http or https URL."""
    parts = urlsplit(url)
    return Watch(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80), path)


async def answers(host: str, port: int) -> bool:
    """Somebody takes connections there. Plain sockets, because a stream that is cancelled as it opens is left open."""
    loop = asyncio.get_running_loop()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                with socket.socket(family, kind, protocol) as way, suppress(OSError):
                    way.setblocking(False)
                    await loop.sock_connect(way, address)
                    return True
    return False


async def changes(path: Path | None) -> AsyncIterator[str]:
    """Names of files that change there, a batch at a time one of them; needs watchfiles when there is a path.

    Caches, virtual environments, node_modules and hidden tools' folders are left out, as watchfiles does by default.
    """
    if path is None:
        return
    from watchfiles import awatch

    async for batch in awatch(path, debounce=400, step=50):
        yield Path(min(name for _, name in batch)).name
