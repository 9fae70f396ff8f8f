"""The two ways into a fake: a session that looks like aiohttp's but opens no socket, and a loopback server."""

import asyncio
import http.client
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from io import BytesIO
from typing import Any, TypeAlias
from urllib.parse import urlencode

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from fakes.asgi import Application, exchange, only_own
from fakes.web import Answering, Request, Response

Sleep: TypeAlias = Callable[[float], Awaitable[None]]

KEEP_ALIVE = 75.0
"""Seconds an idle connection stays open, as with nginx: longer than clients do, or a POST meets a closed one."""


class InProcessSession:
    """The part of `aiohttp.ClientSession` that the okta and twilio SDKs use, wired to applications by origin.

    Any ASGI application can stand behind an origin; one that can `answer` directly is asked directly, which
    saves the web framework's own cost per request. A slow answer (see `Faults.slow_by`) costs no time here
    unless a `sleep` is given, but one slower than the caller's timeout is a TimeoutError, as on a network.
    Redirects are not followed.
    """

    def __init__(self, applications: Mapping[str, Application | Answering], *, sleep: Sleep | None = None) -> None:
        self._applications = {URL(origin).origin(): _asker(app) for origin, app in applications.items()}
        self._sleep = sleep
        self.closed = False

    def request(self, method: str, url: str | URL, **options: Any) -> "_Pending":
        """Awaitable and an async context manager. Options: params, data, json, headers, auth, timeout."""
        return _Pending(self._request(method, URL(url), **options))

    def get(self, url: str | URL, **options: Any) -> "_Pending":
        return self.request("GET", url, **options)

    def post(self, url: str | URL, **options: Any) -> "_Pending":
        return self.request("POST", url, **options)

    def put(self, url: str | URL, **options: Any) -> "_Pending":
        return self.request("PUT", url, **options)

    def delete(self, url: str | URL, **options: Any) -> "_Pending":
        return self.request("DELETE", url, **options)

    async def close(self) -> None:
        self.closed = True

    async def __aenter__(self) -> "InProcessSession":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _request(
        self,
        method: str,
        url: URL,
        *,
        params: Any = None,
        data: Any = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        auth: aiohttp.BasicAuth | None = None,
        timeout: Any = None,  # noqa: ASYNC109 - aiohttp's own parameter
        **_: object,
    ) -> "SessionResponse":
        if self.closed:
            raise RuntimeError("Session is closed")
        ask = self._applications.get(url.origin())
        if ask is None:
            known = ", ".join(str(origin) for origin in self._applications) or "none"
            raise aiohttp.ClientConnectionError(
                f"{url.origin()} is not one of the hosts wired up in this process ({known})"
            )
        if params:
            url = url.extend_query(params)
        body, content_type = _body(data, json)
        sent = _headers(headers, auth, body, content_type, method)
        limit = timeout.total if isinstance(timeout, aiohttp.ClientTimeout) else timeout
        patience = float(limit) if limit else None
        request = Request(method, str(url.origin()), url.raw_path, url.raw_query_string, sent, body, patience)
        response = await ask(request)
        if response.delay:
            await self._wait(response.delay, patience)
        return SessionResponse(method, url, sent, response)

    async def _wait(self, delay: float, patience: float | None) -> None:
        if self._sleep is not None:
            await self._sleep(delay if patience is None else min(delay, patience))
        if patience is not None and delay > patience:
            raise TimeoutError(f"no answer within {patience:g} s")


class SessionResponse:
    """The part of `aiohttp.ClientResponse` that callers read. The whole body is already here."""

    def __init__(self, method: str, url: URL, sent: Mapping[str, str], response: Response) -> None:
        self.method = method
        self.url = url
        self.status = response.status
        self.headers: CIMultiDictProxy[str] = CIMultiDictProxy(CIMultiDict(response.headers))
        self._sent = sent
        self._body = response.body

    @property
    def request_info(self) -> aiohttp.RequestInfo:
        return aiohttp.RequestInfo(self.url, self.method, CIMultiDictProxy(CIMultiDict(self._sent)), self.url)

    @property
    def reason(self) -> str:
        return http.client.responses.get(self.status, "")

    @property
    def ok(self) -> bool:
        return self.status < 400

    @property
    def content_type(self) -> str:
        """The media type alone; aiohttp says application/octet-stream when there is none."""
        return self.headers.get("Content-Type", "application/octet-stream").partition(";")[0].strip().lower()

    async def read(self) -> bytes:
        return self._body

    async def text(self, encoding: str | None = None, errors: str = "strict") -> str:
        return self._body.decode(encoding or "utf-8", errors)

    async def json(self, *, content_type: str | None = "application/json", **_: object) -> Any:
        if content_type and self.content_type != content_type:
            raise aiohttp.ContentTypeError(
                self.request_info, (), status=self.status, message=f"unexpected mimetype: {self.content_type}"
            )
        return json.loads(self._body) if self._body.strip() else None

    def raise_for_status(self) -> None:
        if not self.ok:
            raise aiohttp.ClientResponseError(self.request_info, (), status=self.status, headers=self.headers)

    def release(self) -> None:
        """Nothing is held, so there is nothing to give back; aiohttp's callers ask for it all the same."""

    close = release


class _Pending:
    """`await session.request(...)` and `async with session.request(...)` both work, as in aiohttp."""

    __slots__ = ("_coroutine",)

    def __init__(self, coroutine: Coroutine[Any, Any, SessionResponse]) -> None:
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, None, SessionResponse]:
        return self._coroutine.__await__()

    async def __aenter__(self) -> SessionResponse:
        return await self._coroutine

    async def __aexit__(self, *_: object) -> None:
        return None


def _asker(application: Application | Answering) -> Callable[[Request], Awaitable[Response]]:
    if isinstance(application, Answering):
        return partial(_directly, application)
    return partial(exchange, application)


async def _directly(application: Answering, request: Request) -> Response:
    return application.answer(request)


def _body(data: Any, document: Any) -> tuple[bytes, str]:
    """The body and the media type that aiohttp would give it."""
    if document is not None:
        return json.dumps(document).encode(), "application/json"
    if data is None:
        return b"", "application/octet-stream"
    if isinstance(data, str):
        return data.encode(), "text/plain; charset=utf-8"
    if isinstance(data, bytes | bytearray):
        return bytes(data), "application/octet-stream"
    if isinstance(data, BytesIO):
        return data.read(), "application/octet-stream"
    if isinstance(data, Mapping | list | tuple):
        return urlencode(data, doseq=True).encode(), "application/x-www-form-urlencoded"
    raise TypeError(f"a body of type {type(data).__name__} is not simulated in process")


def _headers(
    given: Mapping[str, str] | None, auth: aiohttp.BasicAuth | None, body: bytes, content_type: str, method: str
) -> dict[str, str]:
    headers = {name.lower(): str(value) for name, value in given.items()} if given else {}
    if auth is not None:
        headers["authorization"] = auth.encode()
    if body or method in ("POST", "PUT", "PATCH"):
        headers.setdefault("content-type", content_type)
        headers["content-length"] = str(len(body))
    return headers


@asynccontextmanager
async def served(app: Any, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve an ASGI application while the block runs; yields its base URL. Port 0 picks a free one.

    Requests that name another host, or that another page in a browser sends, are refused (403).
    The socket listens before anything runs: the port is known, and early requests wait instead of failing.
    OSError when the port is taken.
    """
    from hypercorn.asyncio import serve  # in process nobody pays for a server
    from hypercorn.config import Config

    listening = socket.create_server((host, port))
    bound = listening.getsockname()[1]
    config = Config()
    config.keep_alive_timeout = KEEP_ALIVE
    config.bind = [f"fd://{listening.detach()}"]
    config.accesslog = config.errorlog = None
    config.include_date_header = False  # the fakes send their own, of their own clock
    config.include_server_header = False
    config.graceful_timeout = 0.5
    stop = asyncio.Event()
    running = asyncio.create_task(serve(only_own(app), config, shutdown_trigger=stop.wait))
    try:
        yield f"http://{host}:{bound}"
    finally:
        stop.set()
        await asyncio.shield(running)  # or the server would swallow what cancels this task
