"""WebSockets of applications: what an adapter has to offer, and the limits within which one is used.

`LimitedSocket` lets no application fill the memory or hold up a call, whatever adapter carries it: what is sent waits
in a bounded queue, what comes is counted, and nobody waits for an application that does not answer. Media Streams and
ConversationRelay use it alike; nothing here knows their messages.
"""

import asyncio
import weakref
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from typing import Protocol

from simulator.foreign import whole
from simulator.limits import Allowance
from simulator.wires.wire import Headers

LARGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes of one message: ten minutes of sound in one piece, which is all that Twilio buffers (31931). Our choice (L)."""
TOO_LARGE = f"a message of more than {LARGEST_MESSAGE:,} bytes"
CLOSING_SECONDS = 0.5
"""Real seconds in which an application may answer that it closes, too; then its connection is cut."""
CONNECT_SECONDS = 5.0
"""How long the connection may take, and again the application to accept the WebSocket."""
_PEACEFUL = frozenset((None, 1000, 1001))


class Closed(Exception):  # noqa: N818 - an end, not an error
    """The other side has closed the socket: with an error where `code` is Twilio's (31900 family), else in peace."""

    def __init__(self, code: int | None = None, reason: str = "") -> None:
        self.reason = whole(reason)  # it may quote the application
        super().__init__(self.reason)
        self.code = code


class LimitReached(Closed):
    """The application has sent more than this simulator takes; the reason says of what, and how much that is."""

    def __init__(self, reason: str) -> None:
        super().__init__(None, reason)


def end_of(code: int | None) -> Closed:
    """What a socket's close code means."""
    if code in _PEACEFUL:
        return Closed()
    return Closed(31921, f"the application closed the WebSocket with code {code}")


class Socket(Protocol):
    """One open WebSocket as an adapter has it; what is read off it is bounded in `limited.py`."""

    async def send(self, text: str) -> None:
        """Send a text message; waits while the application does not read. Nothing happens once it is closed."""

    def messages(self) -> AsyncGenerator[str | bytes | None, None]:
        """What comes: text, binary, and None for a ping or pong, which is dealt with. Ends by raising Closed."""

    async def rest(self) -> None:
        """Wait until the application has read what was sent, so that its answers are in; if need be, for ever."""

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close it, in peace unless the code says otherwise."""


class Sockets(Protocol):
    """Opens WebSockets."""

    @property
    def stopwatch(self) -> Callable[[], float]:
        """What latencies are measured with; it stands still where they are not to matter."""

    async def connect(self, url: str, headers: Headers) -> Socket:
        """Raises WireError (31900 family) when none comes about."""


MOST_WAITING = 1024 * 1024
"""Bytes that wait for an application that does not read; what is sent on top of them is dropped."""
_IN_A_ROW = 100
"""Messages that are taken before everything else gets its turn."""


class LimitedSocket:
    """One open WebSocket. `patience` is how many real seconds `rest` waits at most."""

    def __init__(self, socket: Socket, allowance: Allowance, patience: float) -> None:
        self._socket = socket
        self._allowance = allowance
        self._patience = patience
        self._waiting: deque[str] = deque()
        self._size = 0
        self._writing: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._overdue: weakref.WeakSet[asyncio.Task[None]] = weakref.WeakSet()

    def send(self, text: str) -> bool:
        """Have a text message sent; False when it was dropped, because the application has not read a lot before it."""
        if self._size >= MOST_WAITING:
            return False
        self._waiting.append(text)
        self._size += len(text)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return True

    async def messages(self) -> AsyncIterator[str | bytes]:
        """Every text and binary message up to the end, which is raised as Closed, or LimitReached."""
        async with aclosing(self._socket.messages()) as received:
            count = 0
            async for message in received:
                self._count(message)
                if message is not None:
                    yield message
                count += 1
                if count % _IN_A_ROW == 0:
                    await asyncio.sleep(0)

    async def rest(self) -> bool:
        """Wait until the application has read what was sent; False when it has not answered in time.

        Nothing is waited for twice: until that answer comes after all, this returns at once.
        """
        self._allowance.count_round()
        if not await self._is_done_in_time(self._writing):
            return False
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._socket.rest())
        return await self._is_done_in_time(self._asking)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close it, in peace as far as the application lets us."""
        await _end(self._writing)
        await _end(self._asking)
        with suppress(TimeoutError, Closed):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._socket.close(code, reason)

    def _count(self, message: str | bytes | None) -> None:
        size = _size_of(message)
        if size > LARGEST_MESSAGE:
            raise LimitReached(TOO_LARGE)
        too_much = self._allowance.spend(size)
        if too_much is not None:
            raise LimitReached(too_much)

    async def _write(self) -> None:
        while self._waiting:
            await self._socket.send(self._waiting[0])
            self._size -= len(self._waiting.popleft())

    async def _is_done_in_time(self, task: asyncio.Task[None] | None) -> bool:
        if task is None:
            return True
        if not task.done() and task not in self._overdue:
            await asyncio.wait({task}, timeout=self._patience)
        if not task.done():
            self._overdue.add(task)
            return False
        await task  # raises what has gone wrong
        return True


def _size_of(message: str | bytes | None) -> int:
    if message is None:
        return 0
    return len(message) if isinstance(message, bytes) or message.isascii() else len(message.encode())


async def _end(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.wait({task})
