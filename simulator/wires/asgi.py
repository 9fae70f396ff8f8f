"""The wire to an ASGI application in this process: no sockets, and time that only the caller decides about."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from simulator.wires.patience import Patience
from simulator.wires.wire import STANDARD_LIMITS, Limits, WireError, WireReply, WireRequest

Message = MutableMapping[str, Any]  # ASGI's own type: keys and values depend on the message
AsgiApplication = Callable[[Any, Any, Any], Awaitable[None]]  # every framework types its messages in its own way


class AsgiWire:
    """Calls the application directly.

    `stopwatch` (such as time.perf_counter) measures latencies; without one every reply takes no time, which keeps
    journals equal. `limit` ends an application that never answers, in real seconds; so do the limits of a request,
    where it has its own. As an async context manager it runs the application's lifespan.
    """

    def __init__(
        self,
        application: AsgiApplication,
        *,
        stopwatch: Callable[[], float] | None = None,
        limit: float | None = 15.0,
    ) -> None:
        self._application = application
        self._stopwatch = stopwatch or (lambda: 0.0)
        self._limit = limit
        self._lifespan: _Lifespan | None = None

    async def send(self, request: WireRequest) -> WireReply:
        exchange = _Exchange(request)
        began = self._stopwatch()
        limit = self._limit_of(request.limits)
        try:
            await Patience(self._application(exchange.scope, exchange.receive, exchange.send), limit)
        except TimeoutError:
            reason = f"the application did not answer within {limit:g} s"
            is_read = limit is not None and limit < request.limits.total
            raise WireError(11205, reason, limit or 0.0, "rt" if is_read else None) from None
        except Exception as error:  # noqa: BLE001 - a server would answer 500 whatever the application raises
            if exchange.status is None:
                reason = f"the application raised {type(error).__name__}: {error}"
                return WireReply(500, (), reason.encode(), self._stopwatch() - began)
        if exchange.status is None:
            raise WireError(11205, "the application returned without an answer")
        body = b"".join(exchange.parts)[: request.most + 1]
        return WireReply(exchange.status, exchange.headers, body, self._stopwatch() - began)

    def _limit_of(self, limits: Limits) -> float | None:
        """There is no connecting here, and no single packets: silence and total time are one and the same."""
        if limits is STANDARD_LIMITS:
            return self._limit
        return min(limits.read, limits.total, self._limit or limits.total)

    async def __aenter__(self) -> Self:
        self._lifespan = _Lifespan(self._application)
        await self._lifespan.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._lifespan is not None:
            await self._lifespan.stop()


class _Exchange:
    """One request and its reply in ASGI's messages."""

    def __init__(self, request: WireRequest) -> None:
        self.scope: Message = {
            **_scope_of(request.url),
            "method": request.method,
            "headers": [(_name(name), _octets(value)) for name, value in request.headers],
        }
        self._body = request.body
        self._is_sent = False
        self.status: int | None = None
        self.headers: tuple[tuple[str, str], ...] = ()
        self.parts: list[bytes] = []
        self._size = 0
        self._most = request.most

    async def receive(self) -> Message:
        if self._is_sent:
            await asyncio.get_running_loop().create_future()  # the client stays connected
        self._is_sent = True
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = tuple(
                [(bytes(name).decode("latin-1"), bytes(value).decode("latin-1")) for name, value in message["headers"]]
            )
        elif message["type"] == "http.response.body" and self._size <= self._most:
            part = message.get("body", b"")
            self.parts.append(part)
            self._size += len(part)


@lru_cache(maxsize=1024)
def _scope_of(address: str) -> Message:
    """The part of an HTTP scope that the URL decides."""
    url = urlsplit(address)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": url.scheme,
        "path": unquote(url.path) or "/",
        "raw_path": (url.path or "/").encode(),
        "query_string": url.query.encode(),
        "root_path": "",
        "client": ("127.0.0.1", 0),
        "server": (url.hostname, url.port or (443 if url.scheme == "https" else 80)),
    }


@lru_cache(maxsize=256)
def _name(header: str) -> bytes:
    return header.lower().encode("latin-1")


def _octets(value: str) -> bytes:
    """A header's value on the wire: as it came where it is Latin-1 (cookies), otherwise as UTF-8, like browsers do."""
    return value.encode() if value.isascii() else value.encode("latin-1" if max(value) <= "\xff" else "utf-8")


class _Lifespan:
    """The application's start and stop; an application without lifespan is left alone."""

    def __init__(self, application: AsgiApplication) -> None:
        self._application = application
        self._to_application: asyncio.Queue[Message] = asyncio.Queue()
        self._from_application: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())
        answer = await self._say("lifespan.startup")
        if answer["type"] == "lifespan.startup.failed":
            raise WireError(11205, f"the application failed to start: {answer.get('message', '')}")

    async def stop(self) -> None:
        if self._task is not None and not self._task.done():
            await self._say("lifespan.shutdown")
            await asyncio.wait({self._task})

    async def _say(self, what: str) -> Message:
        await self._to_application.put({"type": what})
        return await self._from_application.get()

    async def _run(self) -> None:
        scope: Message = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        try:
            await self._application(scope, self._to_application.get, self._from_application.put)
        except Exception:  # noqa: BLE001 - ASGI: raising here means that there is no lifespan
            self._from_application.put_nowait({"type": "lifespan.unsupported"})
        finally:
            self._from_application.put_nowait({"type": "lifespan.finished"})  # also when it was cancelled
