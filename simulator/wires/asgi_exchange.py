"""One request to an ASGI application and its reply, in ASGI's messages. Source: ASGI, HTTP connection scope."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from simulator.foreign import whole
from simulator.wires.body import BodyReader
from simulator.wires.raised import Report, traceback_of
from simulator.wires.wire import Headers, WireError, WireReply, WireRequest, octets

Message = MutableMapping[str, Any]  # ASGI's own type: keys and values depend on the message
AsgiApplication = Callable[[Any, Any, Any], Awaitable[None]]  # every framework types its messages in its own way


class Exchange:
    """`run` calls the application; its answer is there when `over` returns, or as soon as `run` has ended."""

    __slots__ = (
        "_body",
        "_flaw",
        "_headers",
        "_is_complete",
        "_is_read",
        "_is_taken",
        "_over",
        "_raised",
        "_reason",
        "_report",
        "_request",
        "_scope",
        "_status",
    )

    def __init__(self, request: WireRequest, state: Mapping[str, Any] | None, report: Report) -> None:
        self._request = request
        self._scope = scope_of("http", request.url, request.headers, state)
        self._scope["method"] = request.method
        self._report = report
        self._is_read = False
        self._is_complete = False
        self._is_taken = False
        self._over: asyncio.Event | None = None
        self._status: int | None = None
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body: BodyReader | None = None
        self._flaw: WireError | None = None
        self._raised = ""
        self._reason = ""

    async def run(self, application: AsgiApplication) -> None:
        """Call it; what it raises is told by the reply, or reported when that has been taken."""
        try:
            await application(self._scope, self._receive, self._send)
        except Exception as error:  # noqa: BLE001 - a server would answer 500 whatever the application raises
            self._raised, self._reason = traceback_of(error), whole(f"{type(error).__name__}: {error}")
            if self._is_taken:
                self._report(self._raised)
        finally:
            self._end()

    async def over(self) -> None:
        """Wait until the answer is complete, or the application has ended without one."""
        if not self._is_complete:
            await self._event().wait()

    def reply(self, latency: float) -> WireReply:
        """What came; raises WireError when that is not a whole answer."""
        self._is_taken = True
        if self._flaw is not None:
            raise self._flaw
        if self._status is None and self._raised:
            return WireReply(500, (), f"the application raised {self._reason}".encode(), latency, raised=self._raised)
        if self._status is None:
            raise WireError(11205, "the application returned without an answer", latency)
        if not self._is_complete:
            raise WireError(11206, "the application broke its answer off", latency, raised=self._raised)
        assert self._body is not None
        return WireReply(self._status, self._headers, self._body.end(), latency, raised=self._raised)

    async def _receive(self) -> Message:
        if not self._is_read:
            self._is_read = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        await self.over()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begin(int(message["status"]), message.get("headers", ()))
        elif message["type"] == "http.response.body":
            if self._is_complete:
                await asyncio.sleep(0)  # nobody reads any more: whoever sends without end holds up nobody else
                return
            self._take(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                self._complete()

    def _begin(self, status: int, headers: Any) -> None:  # pairs of bytes, of any kind that can be walked
        self._status = status
        self._headers = tuple([(_text(name), _text(value)) for name, value in headers])
        try:
            self._body = BodyReader(self._request.url, self._headers, self._request.most)
        except WireError as flaw:  # the application is not to know of it
            self._flaw = flaw
            self._complete()

    def _take(self, part: bytes) -> None:
        body = self._body
        if body is None:
            return
        try:
            body.add(part)
        except WireError as flaw:
            self._flaw = flaw
            self._complete()
        if body.is_full:
            self._complete()

    def _complete(self) -> None:
        self._is_complete = True
        self._end()

    def _end(self) -> None:
        if self._over is not None:
            self._over.set()

    def _event(self) -> asyncio.Event:
        if self._over is None:
            self._over = asyncio.Event()
        return self._over


def _text(octets: bytes) -> str:
    return whole(str(octets, "latin-1"))


def scope_of(kind: str, url: str, headers: Headers, state: Mapping[str, Any] | None) -> Message:
    """The scope of a connection; each has a copy of the lifespan's state."""
    scope = {
        **_address(kind, url),
        "headers": [(_name(name), octets(value)) for name, value in headers],
    }
    if state is not None:
        scope["state"] = dict(state)
    return scope


@lru_cache(maxsize=1024)
def _address(kind: str, address: str) -> Message:
    """The part of a scope that the URL decides."""
    url = urlsplit(address)
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": url.scheme,
        "path": unquote(url.path) or "/",
        "raw_path": (url.path or "/").encode(),
        "query_string": url.query.encode(),
        "root_path": "",
        "client": ("127.0.0.1", 0),
        "server": (url.hostname, url.port or (443 if url.scheme in ("https", "wss") else 80)),
    }


@lru_cache(maxsize=256)
def _name(header: str) -> bytes:
    return header.lower().encode("latin-1")
