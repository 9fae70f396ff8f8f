"""A line with a turn of every kind, and a network to reach it without threads or sockets."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from simulator.applications import reach
from simulator.mobile import NoMobile
from simulator.network import CALLED, CALLER, Network, OpenNetwork
from simulator.operator.clock import Clock, ManualClock
from simulator.operator.operator import DEFAULT_AUTH_TOKEN
from simulator.testing.line import Line
from simulator.wires.wire import WireReply

HOSTILE = """</script></pre><b onclick=x>"quoted" 'x' `y` a & b #1; \\N --> z| {{"""
"""What no drawing may take for its own language."""
_ESCAPED = HOSTILE.replace("&", "&amp;").replace("<", "&lt;")
PAGES = {
    "/voice": '<Gather numDigits="1" action="/menu" timeout="3"><Say>For your balance press 1, to speak press 2, '
    "to leave a message press 3, for sales press 4.</Say></Gather><Say>Goodbye.</Say>",
    "/code": "<Say>Your balance is 142 dollars.</Say><Hangup/>",
    "/spoken": "<Say>You have said something.</Say>",
    "/message": "<Say>Thank you for the message.</Say>",
    "/after": "<Say>Sales has hung up.</Say>",
}
MENU = {
    "1": '<Gather numDigits="4" action="/code" timeout="3"><Say>Your code, please.</Say></Gather><Say>Too late.</Say>',
    "2": '<Gather input="speech" action="/spoken" timeout="3" hints="my \'balance\', sales"><Say>Speak now.</Say>'
    "</Gather>",
    "3": '<Say>After the tone.</Say><Record action="/message" maxLength="20" timeout="2"/>',
    "4": '<Dial action="/after" timeout="10">+13125550199</Dial>',
    "7": f"<Say>{_ESCAPED}</Say><Hangup/>",
    "8": "<Say>Fish &amp; chips</Sai>",
    "9": "<Say>Sorry.</Say><Redirect>/voice</Redirect>",
}


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """WSGI."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
    digits = parse_qs(body).get("Digits", [""])[0]
    path = environ["PATH_INFO"]
    verbs = MENU.get(digits, MENU["9"]) if path == "/menu" else PAGES[path]
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [f"<Response>{verbs}</Response>".encode()]


async def _at_once(call: Callable[[], WireReply]) -> WireReply:
    return call()


def network_of(answering: object) -> OpenNetwork:
    """Networks whose number belongs to an ASGI or WSGI application, reached at /voice without threads."""
    run: Callable[[Callable[[], WireReply]], Awaitable[WireReply]] = _at_once

    @asynccontextmanager
    async def open_network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        assert isinstance(clock, ManualClock)
        reached = reach(answering, "/voice", run=run)
        line = Line(reached, called=CALLED, auth_token=DEFAULT_AUTH_TOKEN, seed=seed, mobile=NoMobile(), clock=clock)
        async with line:
            yield Network(line.operator, NoMobile(), CALLED, CALLER)

    return open_network


open_line = network_of(application)
"""A network whose number belongs to that line."""
