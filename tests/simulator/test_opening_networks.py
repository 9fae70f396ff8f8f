"""One way to open a network: for an application in this process, behind a URL, or started by a command."""

import ast
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from simulator import Handset, open_network
from simulator.errors import WrongUseError
from simulator.network import Network
from simulator.operator.clock import START, ManualClock
from simulator.vocabulary import Ask, Tell, Unreachable

HELLO = b"<Response><Say>Hello.</Say></Response>"
ROOT = Path(__file__).parents[2]
SERVER = f"""
import http.server, os
class Line(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.end_headers()
        self.wfile.write({HELLO!r} if self.path == "/hello" else b"no")
    def log_message(self, *words): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Line).serve_forever()
"""


async def asgi(scope: Any, receive: Any, send: Any) -> None:  # ASGI's own types
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        scope["state"]["is_started"] = True
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
    await send({"type": "http.response.body", "body": HELLO if scope["state"]["is_started"] else b"no"})


def wsgi(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # WSGI's own types
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [HELLO if environ["PATH_INFO"] == "/voice" else b"no"]


async def is_heard(network: Network) -> bool:
    """Call it, listen for the words, and to the end."""
    assert isinstance(network.clock, ManualClock)
    phone = Handset(network.operator, network.clock, network.caller)
    await phone.dial(network.called)
    has_heard = await phone.until(lambda: phone.has_heard("Hello."))
    await phone.wait(60)
    return has_heard


@asynccontextmanager
async def serving(*paths: str) -> AsyncIterator[str]:
    """These paths say hello."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=HELLO, content_type="text/xml")

    app = web.Application()
    for path in paths:
        app.router.add_route("*", path, answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("application", [asgi, wsgi, f"{__name__}:asgi"], ids=["asgi", "wsgi", "by name"])
async def test_an_application_in_this_process(application: object) -> None:
    async with open_network(application) as network:
        assert await is_heard(network)
        assert network.clock.now() >= START


async def test_a_url() -> None:
    async with serving("/anywhere") as base, open_network(f"{base}/anywhere", method="GET") as network:
        assert await is_heard(network)
        assert network.title == f"{base.removeprefix('http://')}/anywhere"


async def test_a_command_is_started_and_ended(tmp_path: Path) -> None:
    (tmp_path / "line.py").write_text(SERVER)
    async with open_network(f"{sys.executable} {tmp_path}/line.py", path="hello") as network:
        assert await is_heard(network)
        url = next(entry.item.url for entry in network.operator.journal.entries if isinstance(entry.item, Ask))

    async with open_network(url) as network:
        assert not await is_heard(network)
        replies = [each.item for each in network.operator.journal.entries if isinstance(each.item, Unreachable)]
        assert replies[0].code == 11202


async def test_a_command_that_ends_is_told_with_its_output() -> None:
    command = f"{sys.executable} -c \"import sys; print('no database'); sys.exit(3)\""

    with pytest.raises(WrongUseError, match=r"has ended with exit code 3\nits output:\nno database"):
        async with open_network(command):
            pass


async def test_a_command_that_no_shell_would_take_is_refused() -> None:
    with pytest.raises(WrongUseError, match="cannot be read as a shell would: No closing quotation"):
        async with open_network("serve 'the line"):
            pass


@pytest.mark.parametrize("what", [17, "nothing", "json:nothing"])
async def test_what_is_no_application_is_refused_in_one_sentence(what: object) -> None:
    with pytest.raises(WrongUseError, match=r"^the application is [^\n]*$"):
        async with open_network(what):
            pass


async def test_fallback_and_status_callback_may_be_paths() -> None:
    opening = partial(open_network, fallback_url="/fallback", status_callback="/over")
    async with serving("/fallback", "/over") as base, opening(f"{base}/voice") as network:
        assert await is_heard(network)
        assert [each.item.url for each in network.operator.journal.entries if isinstance(each.item, Tell)] == [
            f"{base}/over"
        ]


async def test_the_same_seed_gives_the_same_journal() -> None:
    lines = []
    for _ in range(2):
        async with open_network(asgi, seed=5) as network:
            await is_heard(network)
            lines.append(list(network.operator.journal.lines()))

    assert lines[0] == lines[1]


BUILDERS = {
    "simulator/network.py",
    "tests/simulator/test_late_answers.py",  # a second one, for the same exchange on another clock
}


def test_only_the_network_builds_an_operator() -> None:
    """Who puts one together elsewhere has a wire, sockets and a number that the others do not have."""
    found = {
        str(path.relative_to(ROOT))
        for folder in ("simulator", "okta_twilio_ivr", "bench", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts and _builds_an_operator(ast.parse(path.read_text()))
    }

    assert found == BUILDERS


def _builds_an_operator(tree: ast.AST) -> bool:
    calls = (each.func for each in ast.walk(tree) if isinstance(each, ast.Call))
    return any(getattr(each, "id", getattr(each, "attr", "")) == "Operator" for each in calls)
