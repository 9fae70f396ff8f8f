"""Watches an application that is being worked on, and tells when it has restarted. Dials nothing.

Only connects and closes; a question in HTTP would be a request that the application has to answer and log. Most servers
let go of their port when they restart. Those whose reloader keeps it open (Flask's, uvicorn's) are told by their files:
after a change they get some time to notice it, and then have to answer. Files are compared by name, size and time:
that works in mounted folders, too, and with editors that save by renaming.
"""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Literal
from urllib.parse import urlsplit

SUFFIXES = frozenset((
    ".py", ".pyi", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".rb", ".php", ".go", ".rs",
    ".java", ".kt", ".kts", ".scala", ".groovy", ".cs", ".fs", ".vb", ".ex", ".exs", ".pl", ".pm", ".lua", ".clj",
    ".swift", ".dart", ".html", ".htm", ".jinja", ".jinja2", ".j2", ".erb", ".hbs", ".ejs", ".pug", ".twig", ".liquid",
    ".xml", ".twiml", ".toml", ".ini", ".cfg",
))  # fmt: skip
"""Programs, templates and TwiML; not what programs write, such as logs, databases and JSON."""
_LEFT_OUT = frozenset(("__pycache__", "node_modules", "site-packages"))
_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"
Stamp = tuple[int, int, int]
Seen = Mapping[Path, Stamp]
NOTICE = 1.5
"""Seconds after the last change in which a reloader that looks at its files every second has begun to restart."""
LOOK = 0.2
"""Seconds between two attempts to connect."""
PATIENCE = 2.0
"""Seconds after which an attempt has failed."""
LOOK_AT_FILES = 0.4
"""Seconds between two looks at the files; somebody who saves several is done by the next."""


@dataclass(frozen=True, slots=True)
class AppStatus:
    """Something a person should know. `is_ready`: the application can be called anew."""

    kind: Literal["gone", "changed", "back"]
    words: str
    is_ready: bool = False


Tell = Callable[[AppStatus, bool], None]
"""Told the news, and whether the application is waited for from now on."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Where the application listens, and the file or folder it is made of, if changes there matter too.

    `written` are the files that the phone writes itself (absolute): changes there are none of the application.
    """

    host: str
    port: int
    path: Path | None = None
    every: float = LOOK
    every_file: float = LOOK_AT_FILES
    now: Callable[[], float] = time.monotonic
    written: set[Path] = field(default_factory=set, compare=False)

    async def run(self, tell: Tell) -> None:
        """Watch until cancelled. An application that is not there at first is waited for as well."""
        restarts = Restarts(f"{self.host}:{self.port}")

        def take(seen: "tuple[Restarts, AppStatus | None]") -> None:
            nonlocal restarts
            restarts, news = seen
            if news is not None:
                tell(news, restarts.is_waiting)

        async def look_at_files() -> None:
            async for name in changes(self.path, self.written, every=self.every_file):
                take(restarts.saw_change(name, at=self.now()))

        async def look_at_port() -> None:
            while True:
                is_up = await answers(self.host, self.port)
                take(restarts.saw(is_up=is_up, at=self.now()))  # what is known by now, not what was when it was asked
                await asyncio.sleep(self.every)

        async with asyncio.TaskGroup() as both:
            both.create_task(look_at_port())
            both.create_task(look_at_files())


def watch_of(url: str, path: Path | None = None, *, written: Iterable[Path] = ()) -> Watch:
    """Choose what to watch of the application behind an absolute http or https URL."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Watch(parts.hostname or "", port, path, written={each.resolve() for each in written})


@dataclass(frozen=True, slots=True)
class Restarts:
    """What is known of the application at `where` (host and port). Moments are seconds of one steady clock."""

    where: str
    is_up: bool = True
    changed: str = ""
    """The file that has changed last, if nothing was dialled since."""
    changed_at: float = 0.0

    def saw(self, *, is_up: bool, at: float) -> "tuple[Restarts, AppStatus | None]":
        """Take in whether a connection came about; return what is known now, and what follows."""
        if not is_up:
            gone = AppStatus("gone", f"nobody answers at {self.where}: waiting for the application")
            return replace(self, is_up=False), gone if self.is_up else None
        if not self.is_up:
            why = f"{self.changed} has changed, and " if self.changed else ""
            return replace(self, is_up=True, changed=""), AppStatus(
                "back", f"{why}the application is back", is_ready=True
            )
        if self.changed and at - self.changed_at >= NOTICE:
            return replace(self, changed=""), AppStatus("back", f"{self.changed} has changed", is_ready=True)
        return self, None

    def saw_change(self, name: str, *, at: float) -> "tuple[Restarts, AppStatus | None]":
        """Take in that a file of the application has changed."""
        told = AppStatus("changed", f"{name} has changed: waiting for the application")
        return replace(self, changed=name, changed_at=at), None if self.changed == name else told

    @property
    def is_waiting(self) -> bool:
        """The application is gone, or has not had the time to restart yet."""
        return not self.is_up or bool(self.changed)


async def answers(host: str, port: int) -> bool:
    """Tell whether somebody takes connections there. By plain sockets: a stream cancelled as it opens is left open."""
    loop = asyncio.get_running_loop()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                with socket.socket(family, kind, protocol) as way, suppress(OSError):
                    way.setblocking(False)
                    await loop.sock_connect(way, address)
                    return True
    return False


async def changes(path: Path | None, own: Container[Path], *, every: float) -> AsyncIterator[str]:
    """Yield names of source files that change there, one for each look at most. In a thread: there may be many."""
    if path is None:
        return
    is_over = Event()

    def seen() -> Seen:
        found = {}
        for file, stamp in look(path, own):
            if is_over.is_set():  # nobody waits for the end of a look at a whole disk
                break
            found[file] = stamp
        return found

    try:
        before = await asyncio.to_thread(seen)
        while True:
            await asyncio.sleep(every)
            after = await asyncio.to_thread(seen)
            name = changed(before, after)
            before = {**before, **after}
            if name is not None:
                yield name
    finally:
        is_over.set()


def look(path: Path, own: Container[Path] = ()) -> Iterator[tuple[Path, Stamp]]:
    """Yield the file, or the source files in a folder and below, each with what a change changes.

    `own` (absolute) are left out, as are hidden files and folders, caches, `node_modules` and virtual environments.
    """
    if not path.is_dir():
        yield from _stamped(path)
        return
    for file in _files(path.resolve()):
        if file.suffix.lower() in SUFFIXES and file not in own:
            yield from _stamped(file)


def changed(before: Seen, after: Seen) -> str | None:
    """Name a file that is new or another; None when there is none. A file that is gone may be back soon."""
    names = [path.name for path, stamp in after.items() if before.get(path) != stamp]
    return min(names, default=None)


def _files(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as found:
            entries = [each for each in found if not each.name.startswith(".")]
    except OSError:  # gone meanwhile, or nobody's to read
        return
    if any(each.name == _VIRTUAL_ENVIRONMENT for each in entries):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _LEFT_OUT:
                yield from _files(Path(entry.path))
        else:
            yield Path(entry.path)


def _stamped(file: Path) -> Iterator[tuple[Path, Stamp]]:
    try:
        status = file.stat()
    except OSError:
        return
    yield file, (status.st_mtime_ns, status.st_size, status.st_ino)
