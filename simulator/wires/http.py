"""The wire to an application behind HTTP, on this machine or elsewhere, with aiohttp."""

import asyncio
import ssl
from collections.abc import Callable
from time import perf_counter
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from simulator.wires.wire import WireError, WireReply, WireRequest

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0


class HttpWire:
    """One aiohttp session; use it as an async context manager. Twilio's limits: 5 s to connect, 15 s in all."""

    def __init__(self, *, stopwatch: Callable[[], float] = perf_counter) -> None:
        self._stopwatch = stopwatch
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=True,
            skip_auto_headers=("User-Agent", "Accept", "Content-Type", "Accept-Encoding"),
            connector=aiohttp.TCPConnector(limit=0),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, request: WireRequest) -> WireReply:
        if self._session is None:
            raise RuntimeError("open the wire first: async with HttpWire() as wire")
        began = self._stopwatch()
        try:
            async with self._session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=list(request.headers),
                data=request.body if request.method == "POST" else None,
                allow_redirects=False,
            ) as reply:
                body = await _read(reply, request.most)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            raise _translate(error, request.url, self._stopwatch() - began) from None
        return WireReply(reply.status, tuple(reply.headers.items()), body, self._stopwatch() - began)


async def _read(reply: aiohttp.ClientResponse, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in reply.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > most:
            reply.close()
            break
    return b"".join(parts)[: most + 1]


def _translate(error: Exception, url: str, latency: float) -> WireError:
    """An exception of the client as Twilio's code; the order goes from the special to the general."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            code = 11236 if "expired" in str(error) else 11235 if "Hostname" in str(error) else 11237
            return WireError(code, f"the certificate of {url} is not accepted", latency)
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return WireError(11220, f"no TLS connection to {url}", latency)
        case aiohttp.ClientConnectorDNSError():
            return WireError(11210, f"the host of {url} does not resolve", latency)
        case aiohttp.ConnectionTimeoutError():
            return WireError(11201, f"no connection to {url} within {CONNECT_SECONDS:g} s", latency)
        case asyncio.TimeoutError():
            return WireError(11205, f"{url} did not answer within {TOTAL_SECONDS:g} s", latency)
        case aiohttp.ClientConnectorError():
            return WireError(11205, f"no connection to {url}: {error.os_error.strerror or error}", latency)
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return WireError(11205, f"{url} closed the connection without answering", latency)
        case aiohttp.InvalidURL() | ValueError():
            return WireError(11100, f"{url} is no usable URL", latency)
        case _:
            return WireError(11206, f"{url} broke the HTTP protocol: {error}", latency)
