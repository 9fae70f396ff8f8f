"""The wire to a WSGI application in this process (Flask, Django, Bottle …): no sockets and no server."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from io import BytesIO
from time import perf_counter
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from simulator.foreign import whole
from simulator.wires.body import BodyReader
from simulator.wires.raised import traceback_of
from simulator.wires.wire import WireError, WireReply, WireRequest, limit_of, octets, too_late

Environ = dict[str, Any]  # WSGI's own type: values depend on the key
WsgiApplication = Callable[[Any, Any], Iterable[bytes]]  # every framework types environ and start_response its own way
Run = Callable[[Callable[[], WireReply]], Awaitable[WireReply]]


class WsgiWire:
    """Calls the application directly.

    `run` says where: in a thread by default, so that the application meets no running event loop. Nobody can stop it
    from outside, so an application that never returns hangs; reach such a one over HTTP. Whether it took longer than
    `limit`, or than the request allows, is judged when it has returned (real seconds, which `clock` tells).
    `stopwatch` (such as time.perf_counter) measures latencies; without one every reply takes no time, which keeps
    journals equal.
    """

    def __init__(
        self,
        application: WsgiApplication,
        *,
        run: Run = asyncio.to_thread,
        stopwatch: Callable[[], float] | None = None,
        limit: float | None = 15.0,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._application = application
        self._run = run
        self._stopwatch = stopwatch or (lambda: 0.0)
        self._limit = limit
        self._clock = clock

    async def send(self, request: WireRequest) -> WireReply:
        return await self._run(lambda: self._call(request))

    def _call(self, request: WireRequest) -> WireReply:
        exchange, limit = _Exchange(request), limit_of(request.limits, self._limit)
        began, started = self._stopwatch(), self._clock()
        exchange.run(self._application)
        if limit is not None and self._clock() - started > limit:
            raise too_late(limit, request.limits)
        return exchange.reply(self._stopwatch() - began)


class _Exchange:
    """One request and its reply as PEP 3333 has them."""

    def __init__(self, request: WireRequest) -> None:
        self._request = request
        self._status: int | None = None
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body: BodyReader | None = None
        self._is_complete = False
        self._raised: Exception | None = None

    def run(self, application: WsgiApplication) -> None:
        """Call the application and read what it returns; what it raises is told by the reply."""
        try:
            answer = application(_environ(self._request), self._start)
            try:
                self._read(answer)
            finally:
                close = getattr(answer, "close", None)
                if close is not None:
                    close()
        except Exception as error:  # noqa: BLE001 - a server would answer 500 whatever the application raises
            self._raised = error

    def reply(self, latency: float) -> WireReply:
        """What came; raises WireError when that is not a whole answer."""
        if isinstance(self._raised, WireError):
            raise self._raised
        raised = "" if self._raised is None else traceback_of(self._raised)
        if raised and not self._is_complete:
            if self._body is not None:
                raise WireError(11206, "the application broke its answer off", latency, raised=raised)
            reason = whole(f"the application raised {type(self._raised).__name__}: {self._raised}")
            return WireReply(500, (), reason.encode(), latency, raised=raised)
        if self._status is None:
            return WireReply(500, (), b"the application never called start_response", latency)
        body = b"" if self._body is None else self._body.end()
        return WireReply(self._status, self._headers, body, latency, raised=raised)

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:  # sys.exc_info()
        if exc_info is None and self._status is not None:
            raise AssertionError("start_response was called twice without exc_info")
        if exc_info is not None and self._body is not None:
            raise exc_info[1].with_traceback(exc_info[2])
        self._status = int(status.split(None, 1)[0])
        self._headers = tuple((whole(name), whole(value)) for name, value in headers)
        return self._write

    def _read(self, answer: Iterable[bytes]) -> None:
        for part in answer:
            self._write(part)
            if self._body is not None and self._body.is_full:
                break
        self._is_complete = True

    def _write(self, part: bytes) -> None:
        """The head leaves with the first byte of the body."""
        if not part:
            return
        if self._status is None:
            raise AssertionError("a body came before start_response was called")
        if self._body is None:
            self._body = BodyReader(self._request.url, self._headers, self._request.most)
        self._body.add(part)


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
        text = octets(value).decode("latin-1")  # PEP 3333: strings of one octet a character
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ
