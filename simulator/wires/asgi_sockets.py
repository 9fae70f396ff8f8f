"""WebSockets of an ASGI application in this process, without sockets. Source: ASGI, WebSocket connection scope."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable
from typing import Self
from urllib.parse import urlsplit
from weakref import WeakSet

from simulator.foreign import whole
from simulator.wires.asgi import AsgiWire
from simulator.wires.asgi_exchange import Message, scope_of
from simulator.wires.raised import traceback_of
from simulator.wires.socket import CLOSING_SECONDS, CONNECT_SECONDS, Closed, end_of
from simulator.wires.wire import Headers, WireError

_MOST_WAITING = 100
"""Messages, each way, that nobody has read yet; with more whoever sends has to wait, as on a connection."""
_TURNS = 20
"""Turns of the event loop for what an application hands from one task of its own to another."""
_HANDSHAKE = (
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", b64encode(bytes(16)).decode()),
)


class AsgiSockets:
    """Opens them in the application of a wire, whose lifespan's state they share; as a context manager closes them.

    `opens_in`: real seconds until the application has accepted one.
    """

    def __init__(
        self,
        wire: AsgiWire,
        *,
        opens_in: float = 2 * CONNECT_SECONDS,
        stopwatch: Callable[[], float] | None = None,
    ) -> None:
        self.stopwatch: Callable[[], float] = stopwatch or (lambda: 0.0)
        self._wire = wire
        self._opens_in = opens_in
        self._opened: WeakSet[AsgiSocket] = WeakSet()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await asyncio.gather(*[socket.close() for socket in self._opened])

    async def connect(self, url: str, headers: Headers) -> "AsgiSocket":
        """Open one; the application has a few seconds to accept it."""
        headers = [("Host", urlsplit(url).netloc), *_HANDSHAKE, *headers]
        scope = scope_of("websocket", url, headers, self._wire.state)
        socket = AsgiSocket(self._wire, {**scope, "subprotocols": []})
        try:
            async with asyncio.timeout(self._opens_in):
                status = await socket.open()
        except TimeoutError:
            await socket.close()
            raise WireError(31901, f"{url} did not accept the WebSocket within {self._opens_in:g} s") from None
        if status is not None:
            await socket.close()
            raise WireError(31920, f"{url} answered {status} instead of opening a WebSocket")
        self._opened.add(socket)
        return socket


class AsgiSocket:
    """One WebSocket: messages to the application, and what it does."""

    def __init__(self, wire: AsgiWire, scope: Message) -> None:
        self._wire = wire
        self._scope = scope
        self._inbox: asyncio.Queue[Message] = asyncio.Queue(_MOST_WAITING)
        self._outbox: asyncio.Queue[str | bytes | Closed] = asyncio.Queue(_MOST_WAITING)
        self._answer: asyncio.Queue[int | None] = asyncio.Queue()
        self._waits = asyncio.Event()
        self._is_open = False
        self._is_unread = False
        self._closed: Closed | None = None
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> int | None:
        """None when the application accepts it, else the HTTP status that it answers."""
        await self._put({"type": "websocket.connect"})
        self._task = asyncio.create_task(self._run())
        return await self._answer.get()

    async def send(self, text: str) -> None:
        if self._closed is None:
            await self._put({"type": "websocket.receive", "text": text})

    async def messages(self) -> AsyncGenerator[str | bytes | None, None]:
        """Everything up to the end, which is raised as Closed."""
        try:
            while self._closed is None or not self._outbox.empty():
                message = await self._outbox.get()
                try:
                    if not isinstance(message, Closed):
                        yield message
                finally:
                    self._outbox.task_done()
            raise self._closed
        finally:
            self._is_unread = True
            while not self._outbox.empty():
                self._outbox.get_nowait()
                self._outbox.task_done()

    async def rest(self) -> None:
        """Until the application waits for the next message, and what it has sent is read."""
        if self._closed is None:
            await self._waits.wait()
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        if not self._is_unread:
            await self._outbox.join()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """The application is told, and given a moment to end."""
        assert self._task is not None
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._disconnect(code, reason)
                await asyncio.wait({self._task})
        except TimeoutError:
            pass
        finally:
            self._task.cancel()

    async def _run(self) -> None:
        code = 1006  # it returned without closing: so servers close the connection
        try:
            await self._wire.application(self._scope, self._receive, self._send)
        except Exception as error:  # noqa: BLE001 - whatever it is, a server would go on
            self._wire.report(traceback_of(error))
            code = 1011
        finally:
            self._answer.put_nowait(500)
            self._end(code)

    async def _receive(self) -> Message:
        if self._inbox.empty():
            self._waits.set()
        return await self._inbox.get()

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "websocket.accept":
            self._is_open = True
            self._answer.put_nowait(None)
        elif kind == "websocket.http.response.start":
            self._answer.put_nowait(int(message["status"]))
        elif kind == "websocket.close" and not self._is_open:
            self._answer.put_nowait(403)
        elif kind == "websocket.close":
            await self._disconnect(message.get("code", 1000))
        elif self._closed is not None or self._is_unread:
            await asyncio.sleep(0)  # nobody reads any more: whoever sends without end holds up nobody else
        elif kind == "websocket.send":
            text = message.get("text")
            await self._outbox.put(message["bytes"] if text is None else whole(text))

    async def _put(self, message: Message) -> None:
        self._waits.clear()
        await self._inbox.put(message)

    async def _disconnect(self, code: int, reason: str = "") -> None:
        if self._closed is None:
            self._end(code)
            await self._put({"type": "websocket.disconnect", "code": code, "reason": reason})

    def _end(self, code: int) -> None:
        if self._closed is None:
            self._closed = end_of(code)
            if not self._outbox.full():  # else it is found out when everything has been read
                self._outbox.put_nowait(self._closed)
        self._waits.set()
