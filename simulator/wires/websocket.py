"""WebSockets to an application on this machine or elsewhere, with aiohttp."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import Self

import aiohttp

from simulator.wires.socket import Closed
from simulator.wires.wire import Headers, WireError

CONNECT_SECONDS = 5.0
MOST_BYTES = 1024 * 1024
_PEACEFUL = frozenset((None, 1000, 1001))


class HttpSockets:
    """One aiohttp session; use it as an async context manager. `patience`: real seconds that `rest` waits at most."""

    def __init__(self, *, patience: float = 2.0, trusted: ssl.SSLContext | None = None) -> None:
        self._patience = patience
        self._trusted = trusted
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=self._trusted or True),
            skip_auto_headers=("User-Agent",),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def connect(self, url: str, headers: Headers) -> "HttpSocket":
        """Open one; the application has a few seconds to accept it."""
        if self._session is None:
            raise RuntimeError("open the sockets first: async with HttpSockets() as sockets")
        try:
            async with asyncio.timeout(2 * CONNECT_SECONDS):
                connection = await self._session.ws_connect(
                    url, headers=list(headers), autoping=False, max_msg_size=MOST_BYTES
                )
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            raise _translate(error, url) from None
        return HttpSocket(connection, self._patience)


class HttpSocket:
    """A WebSocket whose pings tell how far the application has read: most servers answer them in order."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse, patience: float) -> None:
        self._connection = connection
        self._patience = patience
        self._pings = 0
        self._pongs: dict[bytes, asyncio.Future[None]] = {}
        self._is_over = False

    async def send(self, text: str) -> None:
        with suppress(ConnectionError):
            await self._connection.send_str(text)

    async def messages(self) -> AsyncIterator[str | None]:
        """Everything up to the end, which is raised as Closed."""
        try:
            while True:
                message = await self._connection.receive()
                match message.type:
                    case aiohttp.WSMsgType.TEXT:
                        yield message.data
                    case aiohttp.WSMsgType.BINARY:
                        yield None
                    case aiohttp.WSMsgType.PING:
                        await self._connection.pong(message.data)
                    case aiohttp.WSMsgType.PONG:
                        self._heed(bytes(message.data))
                    case aiohttp.WSMsgType.ERROR:
                        raise Closed(31924, f"the application broke the WebSocket protocol: {message.data}")
                    case _:
                        raise _end_of(self._connection)
        finally:
            self._is_over = True
            for pong in self._pongs.values():
                pong.cancel()

    async def rest(self) -> None:
        """A ping, and its answer; an application that answers none is not waited for any longer than `patience`."""
        if self._is_over:
            return
        self._pings += 1
        ping = str(self._pings).encode()
        pong = self._pongs[ping] = asyncio.get_running_loop().create_future()
        with suppress(ConnectionError, TimeoutError):
            await self._connection.ping(ping)
            async with asyncio.timeout(self._patience):
                await asyncio.wait([pong])
        self._pongs.pop(ping, None)

    async def close(self) -> None:
        with suppress(ConnectionError):
            await self._connection.close()

    def _heed(self, ping: bytes) -> None:
        pong = self._pongs.get(ping)
        if pong is not None and not pong.done():
            pong.set_result(None)


def _end_of(connection: aiohttp.ClientWebSocketResponse) -> Closed:
    code = connection.close_code
    if code in _PEACEFUL:
        return Closed()
    return Closed(31921, f"the application closed the WebSocket with code {code}")


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
            return WireError(31923, f"{url} is no usable URL")
        case aiohttp.ClientConnectorError() | TimeoutError():
            return WireError(31901, f"no connection to {url}")
        case _:
            return WireError(31920, f"{url} did not open a WebSocket: {error}")
