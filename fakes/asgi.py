"""One request into any ASGI application and its answer back; and whose requests a served one answers at all.

No sockets, no streaming, no lifespan.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

from fakes.web import Request, Response

Message: TypeAlias = MutableMapping[str, Any]  # ASGI's own messages: their shape varies with their type
Application: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]  # frameworks type the three differently
LOOPBACK = ("127.0.0.1", "localhost", "::1")
REFUSED = b"This server answers programs on this machine and its own pages only.\n"


async def exchange(application: Application, request: Request) -> Response:
    """Send the request and collect the whole answer."""
    unread = [{"type": "http.request", "body": request.body, "more_body": False}]
    never = asyncio.Event()
    status = 500
    headers: tuple[tuple[str, str], ...] = ()
    chunks: list[bytes] = []

    async def receive() -> Message:
        if unread:
            return unread.pop()
        await never.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in message["headers"])
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await application(_scope(request), receive, send)
    return Response(status, headers, b"".join(chunks))


def _scope(request: Request) -> Message:
    origin = urlsplit(request.base)
    port = origin.port or (443 if origin.scheme == "https" else 80)
    headers = {"host": origin.netloc, **request.headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": origin.scheme,
        "path": unquote(request.path),
        "raw_path": request.path.encode("ascii"),
        "query_string": request.query.encode("ascii"),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
        "server": (origin.hostname or "", port),
        "client": ("127.0.0.1", 0),
        "extensions": {},
    }


def only_own(application: Application) -> Application:
    """Refuse (403) all but programs on this machine and pages of its own."""

    async def guarded(scope: Any, receive: Any, send: Any) -> None:  # ASGI's own types
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host, source = (headers.get(name) for name in (b"host", b"origin"))
        if is_own(*(None if value is None else value.decode("latin-1") for value in (host, source))):
            await application(scope, receive, send)
            return
        kind = (b"content-type", b"text/plain; charset=utf-8")
        await send({"type": "http.response.start", "status": 403, "headers": [kind]})
        await send({"type": "http.response.body", "body": REFUSED})

    return guarded


def is_own(host: str | None, source: str | None) -> bool:
    """Tell whether the request names a loopback address (`Host`) and comes from no other page (`Origin`).

    Somebody else's page in a browser here can send requests to 127.0.0.1 without asking (they carry its Origin), or
    have its own host name lead there (then that is the Host). The simulator has the same rule; one table of cases holds
    both (`tests/foreign_pages.py`).
    """
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name in LOOPBACK and source in (None, f"http://{host}", f"https://{host}")
