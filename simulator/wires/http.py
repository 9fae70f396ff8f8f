"""The wire to an application behind HTTP, on this machine or elsewhere, with aiohttp."""

import asyncio
import ssl
from collections.abc import Callable
from time import perf_counter
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from simulator.wires.wire import STANDARD_LIMITS, Limits, WireError, WireReply, WireRequest


class HttpWire:
    """One aiohttp session; use it as an async context manager.

    Without limits of its own a request has Twilio's: 5 s to connect, 15 s in all. `trusted` says whose certificates
    are believed, where it is not the machine's own list.
    """

    def __init__(self, *, stopwatch: Callable[[], float] = perf_counter, trusted: ssl.SSLContext | None = None) -> None:
        self._stopwatch = stopwatch
        self._trusted = trusted
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=True,
            skip_auto_headers=("User-Agent", "Accept", "Content-Type", "Accept-Encoding"),
            connector=aiohttp.TCPConnector(limit=0, ssl=self._trusted or True),
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
        began, limits = self._stopwatch(), request.limits
        try:
            async with self._session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=list(request.headers),
                data=request.body if request.method == "POST" else None,
                allow_redirects=False,
                timeout=_STANDARD if limits is STANDARD_LIMITS else _timeout(limits),
                ssl=limits.verifies,
            ) as reply:
                body = await _read(reply, request.most)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            raise _translate(error, request.url, self._stopwatch() - began, limits) from None
        return WireReply(reply.status, tuple(reply.headers.items()), body, self._stopwatch() - began)


def _timeout(limits: Limits) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=limits.total, sock_connect=limits.connect, sock_read=limits.read)


_STANDARD = aiohttp.ClientTimeout(total=STANDARD_LIMITS.total, sock_connect=STANDARD_LIMITS.connect)
"""Silence for the whole time is the total time being over: one timer less for every packet."""


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


def _translate(error: Exception, url: str, latency: float, limits: Limits) -> WireError:
    """An exception of the client as Twilio's code; the order goes from the special to the general."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return WireError(
                _CERTIFICATE_CODES.get(_verdict(error), 11237), f"the certificate of {url} is not accepted", latency
            )
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return WireError(11220, f"no TLS connection to {url}", latency)
        case aiohttp.ClientConnectorDNSError():
            return WireError(11210, f"the host of {url} does not resolve", latency)
        case aiohttp.ConnectionTimeoutError():
            return WireError(11201, f"no connection to {url} within {limits.connect:g} s", latency, stage="ct")
        case aiohttp.SocketTimeoutError():
            return WireError(11205, f"{url} was silent for {limits.read:g} s", latency, stage="rt")
        case asyncio.TimeoutError():
            return WireError(11205, f"{url} did not answer within {limits.total:g} s", latency)
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, ConnectionRefusedError):
            return WireError(11202, f"no connection to {url}: it was refused", latency, stage="ct")
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, ConnectionResetError) and url[:6] == "https:":
            return WireError(11220, f"{url} broke off the TLS handshake", latency)
        case aiohttp.ClientConnectorError():
            return WireError(11205, f"no connection to {url}: {error.os_error.strerror or error}", latency)
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return WireError(11205, f"{url} closed the connection without answering", latency)
        case aiohttp.InvalidURL() | ValueError():
            return WireError(11100, f"{url} is no usable URL", latency)
        case _:
            return WireError(11206, f"{url} broke the HTTP protocol: {error}", latency)


_CERTIFICATE_CODES = {9: 11236, 10: 11236, 62: 11235, 64: 11235}
"""OpenSSL's verdicts: not valid yet (Twilio has no code for it, confidence L), expired, another host, another IP."""


def _verdict(error: aiohttp.ClientConnectorCertificateError) -> int:
    reason = error.certificate_error
    return reason.verify_code if isinstance(reason, ssl.SSLCertVerificationError) else 0
