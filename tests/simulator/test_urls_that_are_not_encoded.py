"""URLs with blanks, control characters and letters: alike on every wire, said by name, and never broken on the way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.exchange.numbers import Number
from simulator.exchange.urls import resolve
from simulator.vocabulary import StreamStarted, Warned
from simulator.wires.asgi import AsgiWire
from simulator.wires.http import HttpWire
from simulator.wires.wire import Wire
from simulator.wires.wsgi import WsgiWire
from tests.simulator.feeding import CALLED, FedCall
from tests.simulator.raw_server import raw_server
from tests.simulator.remembering import Recorder, phone_on, status, twiml
from tests.simulator.scripted_server import answer

Opened = Callable[[str], AbstractAsyncContextManager[tuple[Wire, str, list[bytes]]]]


def document_of(target: bytes, verbs: str) -> bytes:
    return f"<Response>{verbs}</Response>".encode() if target == b"/voice" else b"<Response><Say>here</Say></Response>"


@asynccontextmanager
async def over_http(verbs: str) -> AsyncIterator[tuple[Wire, str, list[bytes]]]:
    targets: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        line = head.split(b"\r\n", 1)[0]
        targets.append(line.split(b" ", 1)[1].rsplit(b" ", 1)[0])
        writer.write(answer(document_of(targets[-1], verbs), b"Connection: close\r\n"))

    async with raw_server(talk) as port, HttpWire() as wire:
        yield wire, f"http://127.0.0.1:{port}", targets


@asynccontextmanager
async def as_asgi(verbs: str) -> AsyncIterator[tuple[Wire, str, list[bytes]]]:
    targets: list[bytes] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        query = scope["query_string"]
        targets.append(scope["raw_path"] + (b"?" + query if query else b""))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
        await send({"type": "http.response.body", "body": document_of(targets[-1], verbs)})

    yield AsgiWire(application), "http://app.example", targets


@asynccontextmanager
async def as_wsgi(verbs: str) -> AsyncIterator[tuple[Wire, str, list[bytes]]]:
    targets: list[bytes] = []

    def application(environ: Any, start_response: Any) -> list[bytes]:
        path, query = environ["PATH_INFO"].encode("latin-1"), environ["QUERY_STRING"].encode()
        targets.append(path + (b"?" + query if query else b""))
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [document_of(targets[-1], verbs)]

    yield WsgiWire(application), "http://app.example", targets


everywhere = pytest.mark.parametrize("opened", [over_http, as_asgi, as_wsgi])

MALFORMED = {
    "Redirect": ("<Redirect>/menu?name=Jane Doe</Redirect>", "a blank", "%20"),
    "Gather": ('<Gather action="/me nu" actionOnEmptyResult="true" timeout="1"/>', "a blank", "%20"),
    "Play": ("<Play>/Jane Doe.wav</Play>", "a blank", "%20"),
    "a tab": ("<Redirect>/a&#9;b</Redirect>", "a blank", "%20"),
    "a tab in an attribute": ('<Record action="/a&#9;b" playBeep="false" timeout="1"/>', "a tab", "%09"),
    "a line break": ('<Dial action="/a&#10;b"><Number>+13125550111</Number></Dial>', "a line break", "%0A"),
    "DEL": ("<Redirect>/a&#127;b</Redirect>", "a control character", "%7F"),
}


@everywhere
@pytest.mark.parametrize(("verbs", "name", "remedy"), MALFORMED.values(), ids=MALFORMED)
async def test_a_character_that_no_url_has_is_named_and_nothing_is_sent(
    opened: Opened, verbs: str, name: str, remedy: str
) -> None:
    async with opened(verbs) as (wire, base, targets):
        phone = phone_on(wire, f"{base}/voice")
        await phone.dial(CALLED)
        if phone.is_up and "Record" in verbs:
            await phone.talk(1.0, "#")
        await phone.wait(60)

    (warning,) = [each for each in phone.record.warnings if each.code]
    assert (warning.code, warning.line) == (11100, 1)
    assert f"has {name} in it: write {remedy}" in warning.message
    assert targets == [b"/voice"]


@everywhere
async def test_letters_are_encoded_and_remarked_once(opened: Opened) -> None:
    verbs = '<Gather action="/straße" timeout="1" actionOnEmptyResult="true"/>'
    async with opened(verbs) as (wire, base, targets):
        phone = phone_on(wire, f"{base}/voice")
        await phone.dial(CALLED)
        await phone.wait(60)

    assert targets[1] in (b"/stra%C3%9Fe", "/straße".encode())  # WSGI's path is decoded
    (remark,) = phone.record.warnings
    assert (remark.level, "/stra%C3%9Fe" in remark.message) == ("policy", True)
    assert phone.has_heard("here")


@everywhere
async def test_blanks_around_a_url_mean_nothing(opened: Opened) -> None:
    async with opened("<Redirect>\n  /next  </Redirect>") as (wire, base, targets):
        phone = phone_on(wire, f" {base}/voice\n")
        await phone.dial(CALLED)

        assert await phone.until(lambda: phone.has_heard("here"))
        assert targets == [b"/voice", b"/next"]


LOCATIONS = [
    ("/né xt", "11216", "is not an http(s) URL: '/né xt' has a blank"),
    ("/n\x07ext", "11216", "a control character"),
    (" /next ", "", ""),
    ("/n\xc3\xa9xt", "", "percent-encoded"),
    ("/n\xe9xt", "", "percent-encoded"),
]


@pytest.mark.parametrize(("location", "code", "said"), LOCATIONS)
async def test_the_location_of_a_redirect(location: str, code: str, said: str) -> None:
    moved = status(302, ("Location", location))
    answers = Recorder(voice=moved, next=twiml(""), **{"n%C3%A9xt": twiml("")})
    phone = phone_on(answers, Number(CALLED, "http://app.example/voice", "GET"))
    await phone.dial(CALLED)

    warnings = [f"{each.code or ''} {each.message}" for each in phone.record.warnings]
    assert [each.startswith(code) and said in each for each in warnings] == ([True] if said else [])
    assert len(answers.requests) == (1 if code else 2)


async def test_a_status_callback_and_a_fallback_with_a_blank_touch_no_call() -> None:
    number = Number(
        CALLED,
        "http://app.example/voice",
        fallback_url="http://app.example/fall back",
        status_callback="http://a.b/c d",
    )
    answers = Recorder(voice=twiml("<Redirect>no where</Redirect>"))
    phone = phone_on(answers, number)
    await phone.dial(CALLED)
    await phone.wait(60)

    assert [(each.code, "a blank" in each.message) for each in phone.record.warnings] == [(11100, True)] * 3
    assert len(answers.requests) == 1


STREAMS = [("wss://app.example/a b", [31923]), (" /stream ", []), ("wss://bücher.example/s", [])]


@pytest.mark.parametrize(("url", "codes"), STREAMS)
def test_the_url_of_a_stream(url: str, codes: list[int]) -> None:
    call = FedCall()
    call.reply(f'<Connect><Stream url="{url}"/></Connect>')

    assert [each.code for each in call.of(Warned)] == codes
    assert all(started.url.isascii() for started in call.of(StreamStarted))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["", "http://app.example/voice"]))
def test_what_a_reference_means_can_always_be_sent(reference: str, base: str) -> None:
    url = resolve(base, reference)

    assert url is None or (url.isascii() and url.partition("#")[0].isprintable() and " " not in url.partition("#")[0])


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://ü@h/", "http://%C3%BC@h/"),
        ("http://h:80/ü?ü=%20#ü", "http://h:80/%C3%BC?%C3%BC=%20#%C3%BC"),
        (f"http://{'ü' * 300}.example/", None),
    ],
)
def test_where_letters_stand_decides_how_they_are_encoded(reference: str, url: str | None) -> None:
    assert resolve(None, reference) == url
