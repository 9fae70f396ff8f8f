"""`phone --web`: the same phone in a browser, by textual-serve, on loopback only. Starts a phone for every page.

textual-serve runs a command for whoever connects to its WebSocket. A page of somebody else's, open in the same browser,
could connect too; so only requests that name this server, and WebSockets that its own page opens, are let in.
"""

import asyncio
import os
import shlex
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulator.cli.options import TOKEN_VARIABLE
from simulator.cli.refusal import Refusal
from simulator.own_pages import is_own

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler
    from textual_serve.server import Server

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
_LOCAL_ONLY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' ws://127.0.0.1:{port}; "
    "frame-ancestors 'none'"
)
_FLAGS = ("--web",)
_TAKING_A_VALUE = ("--web-port", "--auth-token")
"""Not repeated on the phones' own command line; the token goes to them in their environment, out of others' sight."""


def serve_phone(argv: Sequence[str], *, port: int, token: str | None = None) -> int:
    """Serve until Ctrl-C. `argv` is how this program was started; each page starts it again without `--web`.

    The `token` reaches those phones by their environment.
    """
    command = command_of_a_page(argv)
    with door_at(port) as door:
        try:
            server = make_server(command, door)
        except ImportError as error:
            raise Refusal("--web needs textual-serve: pip install 'okta-twilio-ivr[web]'") from error
        if token is not None:
            os.environ[TOKEN_VARIABLE] = token
        server.serve()
    return 0


def command_of_a_page(argv: Sequence[str]) -> list[str]:
    """Repeat the same command line without what concerns serving."""
    kept: list[str] = []
    words = iter(argv)
    for word in words:
        name, has_value, _ = word.partition("=")
        if word in _FLAGS:
            continue
        if name in _TAKING_A_VALUE:
            if not has_value:
                next(words, None)
            continue
        kept.append(word)
    return kept


def door_at(port: int) -> socket.socket:
    """Listen there, at any free port for 0: whoever connects from now on is kept waiting, not refused.

    Raises Refusal where another program has the port.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise Refusal(f"port {port} is taken; choose another with --web-port") from error


def make_server(command: Sequence[str], door: socket.socket) -> "Server":
    """Takes its connections at the `door`, a socket that listens. Raises ImportError without textual-serve."""
    from aiohttp import web
    from textual_serve.server import Server

    port: int = door.getsockname()[1]

    @web.middleware
    async def only_own(request: web.Request, handler: "Handler") -> web.StreamResponse:
        host, source = request.headers.get("Host"), request.headers.get("Origin")
        if host == f"localhost:{port}" and request.path == "/":
            raise web.HTTPFound(f"http://{HOST}:{port}/")  # the page fetches what it needs from there
        if not is_own(host, source):
            return web.Response(status=403, text="This phone answers only its own page.\n")
        return await handler(request)

    async def keep_local(request: web.Request, response: web.StreamResponse) -> None:
        """Take out the font that the page of textual-serve links elsewhere; nothing here leaves the machine."""
        del request
        response.headers["Content-Security-Policy"] = _LOCAL_ONLY.format(port=port)

    class PhoneServer(Server):
        """Says where it is instead of what it runs and who fetched what."""

        def serve(self, debug: bool = False) -> None:
            self.debug = debug
            self.initialize_logging()
            web.run_app(self._make_app(), sock=door, print=self._say_where)  # prints once it takes connections

        def initialize_logging(self) -> None:
            """Textual-serve's own handler is left out: warnings go where this process writes them anyhow."""

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            app.middlewares.append(only_own)
            app.on_response_prepare.append(keep_local)
            return app

        async def on_startup(self, app: web.Application) -> None:
            """Textual-serve's own greeting is left out."""

        def _say_where(self, *_: object) -> None:
            self.console.print(f"The phone is at {self.public_url} (Ctrl-C ends it)", highlight=False)

        async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
            page = asyncio.current_task()
            assert page is not None
            pages.add(page)
            try:
                return await super().handle_websocket(request)
            finally:
                pages.discard(page)

        async def on_shutdown(self, app: web.Application) -> None:
            """Put every phone away at once; otherwise a page that stays open would hold up the end for a minute."""
            del app
            for page in pages:
                page.cancel()

    pages: set[asyncio.Task[object]] = set()
    return PhoneServer(shlex.join(command), host=HOST, port=port, title="phone")
