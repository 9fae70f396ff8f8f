"""The wire to a WSGI application in this process (Flask, Django, Bottle …): no sockets and no server."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from simulator.wires.wire import WireReply, WireRequest

Environ = dict[str, Any]  # WSGI's own type: values depend on the key
WsgiApplication = Callable[[Any, Any], Iterable[bytes]]  # every framework types environ and start_response its own way
Run = Callable[[Callable[[], WireReply]], Awaitable[WireReply]]


class WsgiWire:
    """Calls the application directly.

    `run` says where: in a thread by default, so that the application meets no running event loop. Nobody can stop it
    from outside, so an application that never returns hangs; reach such a one over HTTP. `stopwatch` (such as
    time.perf_counter) measures latencies; without one every reply takes no time, which keeps journals equal.
    """

    def __init__(
        self,
        application: WsgiApplication,
        *,
        run: Run = asyncio.to_thread,
        stopwatch: Callable[[], float] | None = None,
    ) -> None:
        self._application = application
        self._run = run
        self._stopwatch = stopwatch or (lambda: 0.0)

    async def send(self, request: WireRequest) -> WireReply:
        return await self._run(lambda: self._call(request))

    def _call(self, request: WireRequest) -> WireReply:
        exchange, began = _Exchange(request.most), self._stopwatch()
        try:
            answer = self._application(_environ(request), exchange.start)
            try:
                exchange.read(answer)
            finally:
                close = getattr(answer, "close", None)
                if close is not None:
                    close()
        except Exception as error:  # noqa: BLE001 - a server would answer 500 whatever the application raises
            if not exchange.size:  # no byte of the body had left, so neither had the head
                reason = f"the application raised {type(error).__name__}: {error}"
                return WireReply(500, (), reason.encode(), self._stopwatch() - began)
        if exchange.status is None:
            return WireReply(500, (), b"the application never called start_response", self._stopwatch() - began)
        body = b"".join(exchange.parts)[: request.most + 1]
        return WireReply(exchange.status, exchange.headers, body, self._stopwatch() - began)


class _Exchange:
    """One reply as PEP 3333 has it given."""

    def __init__(self, most: int) -> None:
        self.status: int | None = None
        self.headers: tuple[tuple[str, str], ...] = ()
        self.parts: list[bytes] = []
        self.size = 0
        self._most = most

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:  # sys.exc_info()
        if exc_info is None and self.status is not None:
            raise AssertionError("start_response was called twice without exc_info")
        if exc_info is not None and self.size:
            raise exc_info[1].with_traceback(exc_info[2])
        self.status, self.headers = int(status.split(None, 1)[0]), tuple(headers)
        return self._write

    def read(self, answer: Iterable[bytes]) -> None:
        for part in answer:
            self._write(part)
            if self.size > self._most:
                return

    def _write(self, part: bytes) -> None:
        if self.status is None and part:
            raise AssertionError("a body came before start_response was called")
        self.parts.append(part)
        self.size += len(part)


def _environ(request: WireRequest) -> Environ:
    url = urlsplit(request.url)
    environ: Environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1") or "/",
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname or "localhost",
        "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for header, value in request.headers:
        name = header.upper().replace("-", "_")
        if name == "CONTENT_LENGTH":
            continue  # the body's own length stands above
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        octets = _as_latin_1(value)
        environ[key] = f"{environ[key]},{octets}" if key in environ else octets
    return environ


def _as_latin_1(value: str) -> str:
    """PEP 3333's strings hold one octet a character; what Latin-1 cannot hold goes as UTF-8, as on the ASGI wire."""
    return value if not value or max(value) <= "\xff" else value.encode().decode("latin-1")
