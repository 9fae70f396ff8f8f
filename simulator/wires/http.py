"""The wire to an application behind HTTP, on this machine or elsewhere: how Twilio's client behaves, and its codes.

One request at a time on a connection; connections are kept and used again. The messages of a connection are in
`connection.py`; this module opens and keeps connections, and says what their troubles mean to Twilio.
"""

import asyncio
import errno
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from time import perf_counter
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from aiohappyeyeballs import start_connection

from simulator.wires.at_once import running_loop
from simulator.wires.body import BodyReader
from simulator.wires.connection import BrokenReplyError, ClosedError, Connection, TimesUpError
from simulator.wires.wire import Limits, WireError, WireReply, WireRequest, octets

_NEXT_ADDRESS = 0.25
"""Seconds until the next address of a host is tried beside the first one (RFC 8305)."""


class _Server(NamedTuple):
    """Where a connection leads to; only one that leads there in the same way is used again."""

    scheme: str
    host: str
    port: int
    verifies: bool


class HttpWire:
    """Connections to any number of servers; use it as an async context manager.

    Without limits of its own a request has Twilio's: 5 s to connect, 15 s in all. `trusted` says whose certificates
    are believed, where it is not the machine's own list.
    """

    def __init__(self, *, stopwatch: Callable[[], float] = perf_counter, trusted: ssl.SSLContext | None = None) -> None:
        self._stopwatch = stopwatch
        self._contexts: dict[bool, ssl.SSLContext] = {} if trusted is None else {True: trusted}
        self._idle: dict[_Server, list[Connection]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        self._loop = running_loop()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop = None
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    async def send(self, request: WireRequest) -> WireReply:
        """Carry the request; raises WireError when no reply comes."""
        loop = self._loop
        if loop is None:
            raise RuntimeError("open the wire first: async with HttpWire() as wire")
        began, url = self._stopwatch(), request.url
        try:
            server, payload = _as_sent(request)
            connection = await self._asked(loop, server, payload, request)
            body = connection.body.end()
        except WireError as error:
            error.latency = self._stopwatch() - began
            raise
        except (TimesUpError, ClosedError, BrokenReplyError, OSError, ValueError) as error:
            raise _as_code(error, url, self._stopwatch() - began, request.limits) from None
        return WireReply(connection.status, tuple(connection.headers), body, self._stopwatch() - began)

    async def _asked(
        self, loop: asyncio.AbstractEventLoop, server: _Server, payload: bytes, request: WireRequest
    ) -> Connection:
        """The connection with the reply on it; it is among the idle ones again if it can be used again."""
        limits, url, most = request.limits, request.url, request.most
        until = loop.time() + limits.total
        while True:
            idle = self._idle.get(server)
            connection = idle.pop() if idle else None
            is_kept = connection is not None
            if connection is None:
                connection = await self._connected(loop, server, limits, until)
            try:
                await connection.exchange(
                    payload, until=until, silence=limits.read, make_body=lambda headers: BodyReader(url, headers, most)
                )
            except ClosedError as error:
                if is_kept and not error.has_begun:  # the server had closed it meanwhile: nobody has read the request
                    continue
                raise
            if connection.is_reusable:
                self._idle.setdefault(server, []).append(connection)
            return connection

    async def _connected(
        self, loop: asyncio.AbstractEventLoop, server: _Server, limits: Limits, until: float
    ) -> Connection:
        within = min(limits.connect, until - loop.time())
        try:
            async with asyncio.timeout(within):
                return await self._open(loop, server)
        except TimeoutError:
            raise TimesUpError("connect" if within >= limits.connect else "total") from None

    async def _open(self, loop: asyncio.AbstractEventLoop, server: _Server) -> Connection:
        """The first of the host's addresses that answers, whatever event loop this is."""
        ready: dict[str, Any] = {"host": server.host, "port": server.port}
        if not _is_address(server.host):
            found = await loop.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
            ready = {"sock": await start_connection(found, happy_eyeballs_delay=_NEXT_ADDRESS, loop=loop)}
        if server.scheme == "https":
            ready |= {"ssl": self._context(verifies=server.verifies), "server_hostname": server.host}
        _, connection = await loop.create_connection(
            lambda: Connection(loop, lambda lost: self._forget(server, lost)), **ready
        )
        return connection

    def _context(self, *, verifies: bool) -> ssl.SSLContext:
        if verifies not in self._contexts:
            context = self._contexts[verifies] = ssl.create_default_context()
            if not verifies:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return self._contexts[verifies]

    def _forget(self, server: _Server, connection: Connection) -> None:
        """It was closed while nobody used it, or for good."""
        with suppress(ValueError):
            self._idle.get(server, []).remove(connection)


def _as_sent(request: WireRequest) -> tuple[_Server, bytes]:
    """Where the request goes, and its octets; raises ValueError for what no HTTP request can have."""
    parts = urlsplit(request.url)
    host, port, scheme = parts.hostname, parts.port, parts.scheme
    if not host or scheme not in ("http", "https"):
        raise ValueError("neither a scheme of HTTP nor a host")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{request.method} {path} HTTP/1.1".encode("ascii")]
    names = set()
    for name, value in request.headers:
        names.add(name.lower())
        lines.append(name.encode("ascii") + b": " + octets(value))
    if "host" not in names:
        lines.insert(1, b"Host: " + parts.netloc.rpartition("@")[2].encode("idna" if not host.isascii() else "ascii"))
    if request.method == "POST" and "content-length" not in names:
        lines.append(b"Content-Length: %d" % len(request.body))
    head = b"\r\n".join(lines)
    breaks = len(lines) - 1
    if (head.count(b"\n"), head.count(b"\r")) != (breaks, breaks) or b"\0" in head or " " in path:
        raise ValueError("a line break in a header, or a blank in a URL")
    server = _Server(scheme, host, port or (443 if scheme == "https" else 80), request.limits.verifies)
    return server, head + b"\r\n\r\n" + (request.body if request.method == "POST" else b"")


def _as_code(error: Exception, url: str, latency: float, limits: Limits) -> WireError:
    """A trouble as Twilio's code; the order goes from the special to the general."""
    match error:
        case TimesUpError(what="connect"):
            return WireError(11201, f"no connection to {url} within {limits.connect:g} s", latency, stage="ct")
        case TimesUpError(what="silence"):
            return WireError(11205, f"{url} was silent for {limits.read:g} s", latency, stage="rt")
        case TimesUpError():
            return WireError(11205, f"{url} did not answer within {limits.total:g} s", latency)
        case ssl.SSLCertVerificationError():
            code = _CERTIFICATE_CODES.get(error.verify_code, 11237)
            return WireError(code, f"the certificate of {url} is not accepted", latency)
        case ssl.SSLError():
            return WireError(11220, f"no TLS connection to {url}", latency)
        case BrokenReplyError():
            return WireError(11206, f"{url} broke the HTTP protocol: {error}", latency)
        case ClosedError():
            return WireError(11205, f"{url} closed the connection without answering", latency)
        case ConnectionResetError() | ConnectionAbortedError() if url[:6] == "https:":
            return WireError(11220, f"{url} broke off the TLS handshake", latency)
        case socket.gaierror():
            return WireError(11210, f"the host of {url} does not resolve", latency)
        case OSError() if _number(error) == errno.ECONNREFUSED:
            return WireError(11202, f"no connection to {url}: it was refused", latency, stage="ct")
        case OSError():
            return WireError(11205, f"no connection to {url}: {error.strerror or error}", latency)
        case _:
            return WireError(11100, f"{url} is not a usable URL", latency)


_CERTIFICATE_CODES = {9: 11236, 10: 11236, 62: 11235, 64: 11235}
"""OpenSSL's verdicts: not valid yet (Twilio has no code for it, confidence L), expired, another host, another IP."""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _number(error: OSError) -> int | None:
    """The error's number; where several addresses were tried, asyncio only has it in its text."""
    if error.errno is not None:
        return error.errno
    numbers = set(re.findall(r"\[Errno (\d+)\]", str(error)))
    return int(numbers.pop()) if len(numbers) == 1 else None
