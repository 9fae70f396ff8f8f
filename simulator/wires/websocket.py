"""WebSockets to an application on this machine or elsewhere, with aiohttp."""

import asyncio
import ssl
import weakref
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from time import perf_counter
from types import TracebackType
from typing import Self

import aiohttp

from simulator.wires.at_once import running_loop
from simulator.wires.socket import (
    CLOSING_SECONDS,
    CONNECT_SECONDS,
    LARGEST_MESSAGE,
    TOO_LARGE,
    Closed,
    LimitReached,
    end_of,
)
from simulator.wires.wire import Headers, WireError


class HttpSockets:
    """One aiohttp session; use it as an async context manager."""

    def __init__(self, *, trusted: ssl.SSLContext | None = None, stopwatch: Callable[[], float] = perf_counter) -> None:
        self.stopwatch = stopwatch
        self._trusted = trusted
        self._session: aiohttp.ClientSession | None = None
        self._open: weakref.WeakSet[HttpSocket] = weakref.WeakSet()

    async def __aenter__(self) -> Self:
        running_loop()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=self._trusted or True),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(TimeoutError):  # a call that was broken off has not closed its own
            async with asyncio.timeout(CLOSING_SECONDS):
                await asyncio.gather(*[each.close() for each in self._open])
        if self._session is not None:
            await self._session.close()

    async def connect(self, url: str, headers: Headers) -> "HttpSocket":
        """Open one; the application has a few seconds to accept it."""
        if self._session is None:
            raise RuntimeError("open the sockets first: async with HttpSockets() as sockets")
        try:
            async with asyncio.timeout(2 * CONNECT_SECONDS):
                connection = await self._session.ws_connect(
                    url, headers=list(headers), autoping=False, max_msg_size=LARGEST_MESSAGE
                )
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            raise _translate(error, url) from None
        socket = HttpSocket(connection)
        self._open.add(socket)
        return socket


class HttpSocket:
    """A WebSocket whose pings tell how far the application has read: most servers answer them in order."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        self._connection = connection
        self._pings = 0
        self._pongs: dict[bytes, asyncio.Future[None]] = {}
        self._is_over = False

    async def send(self, text: str) -> None:
        with suppress(ConnectionError):
            await self._connection.send_str(text)

    async def messages(self) -> AsyncGenerator[str | bytes | None, None]:
        """Everything up to the end, which is raised as Closed."""
        try:
            while True:
                message = await self._connection.receive()
                match message.type:
                    case aiohttp.WSMsgType.TEXT | aiohttp.WSMsgType.BINARY:
                        yield message.data
                    case aiohttp.WSMsgType.PING:
                        await self._connection.pong(message.data)
                        yield None
                    case aiohttp.WSMsgType.PONG:
                        self._heed(bytes(message.data))
                        yield None
                    case aiohttp.WSMsgType.ERROR:
                        raise _mistake(message.data)
                    case _:
                        raise end_of(self._connection.close_code)
        finally:
            self._is_over = True
            for pong in self._pongs.values():
                pong.cancel()

    async def rest(self) -> None:
        """A ping, and its answer."""
        if self._is_over:
            return
        self._pings += 1
        ping = str(self._pings).encode()
        pong = self._pongs[ping] = asyncio.get_running_loop().create_future()
        try:
            with suppress(ConnectionError):
                await self._connection.ping(ping)
                await asyncio.wait([pong])
        finally:
            del self._pongs[ping]

    async def close(self, code: int = 1000, reason: str = "") -> None:
        with suppress(ConnectionError):
            await self._connection.close(code=code, message=reason.encode())

    def _heed(self, ping: bytes) -> None:
        pong = self._pongs.get(ping)
        if pong is not None and not pong.done():
            pong.set_result(None)


def _mistake(error: object) -> Closed:
    if isinstance(error, aiohttp.WebSocketError) and error.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
        return LimitReached(TOO_LARGE)
    return Closed(31924, str(error))


def _translate(error: Exception, url: str) -> WireError:
    """An exception of the client as Twilio's code; the order goes from the special to the general."""
    match error:
        case aiohttp.WSServerHandshakeError():
            return WireError(31920, f"{url} answered {error.status} instead of opening a WebSocket")
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return WireError(31910, f"no TLS connection to {url}")
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, ConnectionResetError) and url[:4] == "wss:":
            return WireError(31910, f"{url} broke off the TLS handshake")
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, ConnectionRefusedError):
            return WireError(31902, f"no connection to {url}: it was refused")
        case aiohttp.InvalidURL() | ValueError():
            return WireError(31923, f"{url} is not a usable URL")
        case aiohttp.ClientConnectorError() | TimeoutError():
            return WireError(31901, f"no connection to {url}")
        case _:
            return WireError(31920, f"{url} did not open a WebSocket: {error}")
