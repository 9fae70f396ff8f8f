"""Redirects on the way to a document or a sound: what is kept, and what is lost. Statement T25."""

from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI, Request, Response
from twilio.request_validator import RequestValidator

from simulator.wires.asgi import AsgiWire
from simulator.wires.wire import WireReply, WireRequest
from tests.simulator.feeding import CALLED, URL
from tests.simulator.remembering import TOKEN, Recorder, phone_on, twiml


async def test_T25_a_307_keeps_the_method_and_the_digits() -> None:
    moved = WireReply(307, [("Location", "/go/")], b"", 0.0)
    wire = Recorder(
        voice=twiml('<Gather numDigits="1" action="/go"/>'),
        go=[moved, twiml("")],
    )
    phone = phone_on(wire, URL)

    await phone.dial(CALLED)
    await phone.press("1")

    request = wire.requests[-1]
    assert (request.method, request.url) == ("POST", "http://app.example/go/")
    assert wire.form(-1) == wire.form(-2)
    assert wire.form(-1)["Digits"] == "1"
    assert RequestValidator(TOKEN).validate(request.url, wire.form(-1), wire.headers(-1)["X-Twilio-Signature"])
    assert phone.record.warnings == []


async def test_the_slash_that_fastapi_adds_loses_nothing() -> None:
    digits: list[str] = []
    app = FastAPI()

    @app.post("/voice")
    async def voice() -> Response:
        return Response('<Response><Gather numDigits="1" action="/menu"/></Response>', media_type="text/xml")

    @app.post("/menu/")
    async def menu(request: Request) -> Response:
        digits.append(parse_qs((await request.body()).decode())["Digits"][0])
        return Response("<Response/>", media_type="text/xml")

    phone = phone_on(AsgiWire(app), URL)
    await phone.dial(CALLED)
    await phone.press("1")

    assert digits == ["1"]


@pytest.mark.parametrize("statuses", [(307, 302), (303, 307), (301, 301)])
async def test_T25_a_get_stays_a_get(statuses: tuple[int, int]) -> None:
    first, second = (
        WireReply(code, [("Location", to)], b"", 0.0) for code, to in zip(statuses, ("/b", "/c"), strict=True)
    )
    wire = Recorder(voice=twiml('<Gather numDigits="1" action="/a"/>'), a=first, b=second, c=twiml(""))
    phone = phone_on(wire, URL)

    await phone.dial(CALLED)
    await phone.press("1")

    assert wire.requests[-1].method == "GET"
    assert "Digits" not in wire.query()
    assert [warned.level for warned in phone.record.warnings] == ["policy"]


@pytest.mark.parametrize(
    ("location", "kept"),
    [("/b", "step=2&say=a%7eb"), ("/b?lang=en", "lang=en&step=2&say=a%7eb"), ("/b?step=3&say=", "step=3&say=")],
)
@pytest.mark.parametrize("code", [302, 307])
async def test_a_redirect_keeps_the_query_of_the_first_url(location: str, kept: str, code: int) -> None:
    """Also over two redirects, the second of which names nothing."""
    wire = Recorder(
        voice=twiml("<Redirect>/a?step=2&amp;say=a%7eb</Redirect>"),
        a=WireReply(code, [("Location", location)], b"", 0.0),
        b=WireReply(code, [("Location", location.replace("/b", "/c"))], b"", 0.0),
        c=twiml(""),
    )

    await phone_on(wire, URL).dial(CALLED)

    assert urlsplit(wire.requests[-1].url).path == "/c"
    assert urlsplit(wire.requests[-1].url).query.partition("&AccountSid=")[0] == kept


async def test_a_get_keeps_all_it_asked_with_and_says_it_once() -> None:
    """As when a server adds a slash and puts the whole query behind it."""

    def with_a_slash(request: WireRequest) -> WireReply:
        return WireReply(307, [("Location", f"/go/?{urlsplit(request.url).query}")], b"", 0.0)

    gather = twiml('<Gather numDigits="1" action="/go?a=1" method="GET"/>')
    for redirect in (with_a_slash, WireReply(302, [("Location", "/go/")], b"", 0.0)):
        wire = Recorder(voice=gather, go=[redirect, twiml("")])
        phone = phone_on(wire, URL)

        await phone.dial(CALLED)
        await phone.press("1")

        (first, second) = (urlsplit(request.url).query for request in wire.requests[-2:])
        assert second == first
        assert wire.query()["Digits"] == ["1"]
        assert phone.record.warnings == []


async def test_a_redirected_sound_keeps_its_query() -> None:
    moved = WireReply(302, [("Location", "/b.mp3")], b"", 0.0)
    sound = WireReply(200, [("Content-Type", "audio/mpeg")], b"", 0.0)
    wire = Recorder(**{"voice": twiml("<Play>/a.mp3?voice=jo</Play>"), "a.mp3": moved, "b.mp3": sound})

    await phone_on(wire, URL).dial(CALLED)

    assert wire.requests[-1].url == "http://app.example/b.mp3?voice=jo"
