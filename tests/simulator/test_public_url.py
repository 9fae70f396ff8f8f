"""An application behind a TLS proxy: what it must rebuild to check the signature. Statement T08."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from simulator.wires.asgi import AsgiWire
from simulator.wires.own_host import Tunnel
from tests.simulator.feeding import CALLED
from tests.simulator.remembering import TOKEN, Recorder, codes_of_a_call, phone_on, twiml

PUBLIC, LOCAL = "https://line.example.com", "http://127.0.0.1:5000"


class Application:
    """Checks the signature over the URL that it believes to have been called at."""

    def __init__(self, *, behind_proxy: bool) -> None:
        self._behind_proxy = behind_proxy
        self.seen: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body = (await receive())["body"].decode()
        query = f"?{scope['query_string'].decode()}" if scope["query_string"] else ""
        scheme = headers.get("x-forwarded-proto", "http") if self._behind_proxy else scope["scheme"]
        url = f"{scheme}://{headers['host']}{scope['path']}{query}"
        self.seen.append(url)
        params = dict(parse_qsl(body, keep_blank_values=True))
        is_valid = RequestValidator(TOKEN).validate(url, params, headers["x-twilio-signature"])
        status = 200 if is_valid else 403
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/xml")]})
        await send({"type": "http.response.body", "body": b"<Response><Redirect>/next?a=1</Redirect></Response>"})
        if is_valid and scope["path"] == "/next":
            raise RuntimeError("enough")


async def test_T08_an_application_that_rebuilds_its_local_url_refuses_every_call() -> None:
    application = Application(behind_proxy=False)
    wire = Tunnel(AsgiWire(application), public=PUBLIC, local=LOCAL)

    assert await codes_of_a_call(wire, f"{PUBLIC}/voice") == [11200]
    assert application.seen == ["http://line.example.com/voice"]


async def test_T08_an_application_that_rebuilds_the_public_url_accepts_them() -> None:
    application = Application(behind_proxy=True)
    wire = Tunnel(AsgiWire(application), public=PUBLIC, local=LOCAL)
    phone = phone_on(wire, f"{PUBLIC}/voice")

    await phone.dial(CALLED)

    assert application.seen[:2] == [f"{PUBLIC}/voice", f"{PUBLIC}/next?a=1"]
    assert phone.record.requests[0].trip.url == f"{PUBLIC}/voice"


@pytest.mark.parametrize(
    ("asked", "carried"),
    [
        (f"{PUBLIC}/voice?a=1", f"{LOCAL}/voice?a=1"),
        (PUBLIC, LOCAL),
        (f"{PUBLIC}?a=1", f"{LOCAL}?a=1"),
        ("https://line.example.com.evil.example/voice", "https://line.example.com.evil.example/voice"),
        ("http://line.example.com/voice", "http://line.example.com/voice"),
    ],
)
async def test_only_what_is_meant_for_the_public_address_goes_through(asked: str, carried: str) -> None:
    wire = Recorder(**{"voice": twiml(""), "": twiml("")})

    await codes_of_a_call(Tunnel(wire, public=PUBLIC + "/", local=LOCAL), asked)

    assert [request.url for request in wire.requests] == [carried]
    assert ("X-Forwarded-Proto" in wire.headers()) == (asked != carried)


async def test_the_host_stays_the_public_one() -> None:
    wire = Recorder(voice=twiml(""))

    await codes_of_a_call(Tunnel(wire, public=PUBLIC, local=LOCAL), f"{PUBLIC}/voice")

    headers = wire.headers()
    assert (headers["Host"], headers["X-Forwarded-Host"]) == ("line.example.com", "line.example.com")
    assert headers["X-Forwarded-Proto"] == "https"
