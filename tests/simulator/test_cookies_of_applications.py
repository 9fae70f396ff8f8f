"""Cookies that real frameworks set, over every wire: they end no call and come back as they were, octet by octet."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from simulator.exchange.numbers import Number
from simulator.wires.asgi import AsgiWire
from simulator.wires.http import HttpWire
from simulator.wires.wire import Wire
from simulator.wires.wsgi import WsgiWire
from tests.simulator.feeding import CALLED
from tests.simulator.remembering import Recorder, codes_of_a_call, phone_on
from tests.simulator.remembering import twiml as replied
from tests.simulator.scripted_server import scripted_server, twiml


@dataclass
class Application:
    """Where it is, and the `Cookie` headers it was sent, as octets."""

    url: str = "https://app.example/voice"
    cookies: list[bytes | None] = field(default_factory=list)


Opened = Callable[[bytes], AbstractAsyncContextManager[tuple[Wire, Application]]]
FIRST, LAST = b"<Redirect>/next</Redirect>", b"<Say>done</Say>"


@asynccontextmanager
async def over_http(set_cookie: bytes) -> AsyncIterator[tuple[Wire, Application]]:
    first = twiml(FIRST, b"Set-Cookie: %s\r\n" % set_cookie)
    async with scripted_server(first, twiml(LAST)) as server, HttpWire() as wire:
        application = Application(f"{server.url}/voice")
        yield wire, application
        application.cookies = [server.header(position, b"cookie") for position in range(len(server.requests))]


@asynccontextmanager
async def as_asgi(set_cookie: bytes) -> AsyncIterator[tuple[Wire, Application]]:
    seen = Application()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        is_first = not seen.cookies
        seen.cookies.append(dict(scope["headers"]).get(b"cookie"))
        headers = [(b"content-type", b"text/xml"), *([(b"set-cookie", set_cookie)] if is_first else [])]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"<Response>%s</Response>" % (FIRST if is_first else LAST)})

    yield AsgiWire(application), seen


@asynccontextmanager
async def as_wsgi(set_cookie: bytes) -> AsyncIterator[tuple[Wire, Application]]:
    seen = Application()

    def application(environ: Any, start_response: Any) -> list[bytes]:
        is_first = not seen.cookies
        cookie = environ.get("HTTP_COOKIE")
        seen.cookies.append(cookie and cookie.encode("latin-1"))
        headers = [("Content-Type", "text/xml")]
        start_response("200 OK", [*headers, *([("Set-Cookie", set_cookie.decode("latin-1"))] if is_first else [])])
        return [b"<Response>%s</Response>" % (FIRST if is_first else LAST)]

    yield WsgiWire(application), seen


everywhere = pytest.mark.parametrize("opened", [over_http, as_asgi, as_wsgi])
KEPT = {
    "today's attributes": (b"session=eyJ.x; HttpOnly; SameSite=None; Partitioned; Path=/", b"session=eyJ.x"),
    "JSON": (b'prefs={"lang":"en","n":[1,2]}; Path=/', b'prefs={"lang":"en","n":[1,2]}'),
    "blanks": (b"name=Jane Doe; Path=/", b"name=Jane Doe"),
    "UTF-8": ("name=Łódź; Path=/".encode(), "name=Łódź".encode()),
    "octets that are not UTF-8": (b"name=M\xfcller\xff; Path=/", b"name=M\xfcller\xff"),
    "octal": (rb'a="x\073y\012z"; Path=/', rb'a="x\073y\012z"'),
}


@everywhere
@pytest.mark.parametrize(("set_cookie", "kept"), KEPT.values(), ids=KEPT)
async def test_a_cookie_comes_back_as_it_was_set(opened: Opened, set_cookie: bytes, kept: bytes) -> None:
    async with opened(set_cookie) as (wire, application):
        codes = await codes_of_a_call(wire, application.url)

    assert codes == []
    assert application.cookies == [None, kept]


@everywhere
async def test_a_cookie_that_twilio_does_not_take_breaks_the_protocol(opened: Opened) -> None:
    async with opened(b"=nameless") as (wire, application):
        assert await codes_of_a_call(wire, application.url) == [11206]


async def test_a_secure_cookie_over_plain_http_is_left_out_and_remarked() -> None:
    async with over_http(b"session=1; Secure; Path=/") as (wire, application):
        phone = phone_on(wire, application.url)
        await phone.dial(CALLED)

    assert application.cookies == [None, None]
    (remark,) = phone.record.warnings
    assert (remark.level, remark.code) == ("policy", 0)
    assert "'session' is Secure" in remark.message


async def test_a_status_callback_s_cookies_are_not_kept_and_not_remarked() -> None:
    """Twilio docs: cookies belong to the requests for documents."""
    answers = Recorder(voice=replied(""), status=replied("", ("Set-Cookie", "a=1; Secure")))
    phone = phone_on(answers, Number(CALLED, "http://app.example/voice", status_callback="http://app.example/status"))
    await phone.dial(CALLED)

    assert phone.record.warnings == []
    assert [request.url for request in answers.requests] == ["http://app.example/voice", "http://app.example/status"]
