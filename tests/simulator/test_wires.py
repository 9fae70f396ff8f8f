"""The wires: the same application in this process and over loopback, and what happens when nobody answers."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from fakes.doors import served
from simulator.applications import Endpoint
from simulator.callers.handset import Handset
from simulator.network import build_network
from simulator.operator.clock import ManualClock
from simulator.wires.asgi import AsgiWire
from simulator.wires.http import HttpWire
from simulator.wires.wire import Limits, Wire, WireError, WireReply, WireRequest
from simulator.wires.wsgi import WsgiWire
from tests.simulator.feeding import CALLED, CALLER
from tests.simulator.raw_server import raw_server


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Echoes what arrived; some paths misbehave."""
    if scope["type"] != "http":
        raise RuntimeError("no lifespan here")
    request = await receive()
    path = scope["path"]
    if path == "/raises":
        raise ValueError("broken on purpose")
    if path == "/silent":
        return
    body = b"x" * 100_000 if path == "/large" else repr((scope["method"], scope["query_string"])).encode()
    if path == "/voice":
        body = b'<Response><Gather numDigits="1" action="/menu"><Say>Press one.</Say></Gather></Response>'
    if path == "/menu":
        said = b"one" if b"Digits=1" in request["body"] else b"nothing"
        body = b"<Response><Say>You pressed %s.</Say></Response>" % said
    headers = [(b"content-type", b"text/xml"), (b"x-name", dict(scope["headers"]).get(b"x-name", b""))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body[:10], "more_body": True})
    await send({"type": "http.response.body", "body": body[10:]})


@asynccontextmanager
async def in_process() -> AsyncIterator[tuple[Wire, str]]:
    async with AsgiWire(application) as wire:
        yield wire, "http://app.example"


@asynccontextmanager
async def over_loopback() -> AsyncIterator[tuple[Wire, str]]:
    async with served(application) as base, HttpWire() as wire:
        yield wire, base


def wsgi_application(environ: Any, start_response: Any) -> Iterator[bytes]:
    """The same, for WSGI; a generator, whose head comes with its first part."""
    path = environ["PATH_INFO"]
    if path == "/raises":
        raise ValueError("broken on purpose")
    body = b"x" * 100_000
    if path == "/echo":
        body = repr((environ["REQUEST_METHOD"], environ["QUERY_STRING"].encode())).encode()
    if path == "/voice":
        body = b'<Response><Gather numDigits="1" action="/menu"><Say>Press one.</Say></Gather></Response>'
    if path == "/menu":
        form = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        body = b"<Response><Say>You pressed %s.</Say></Response>" % (b"one" if b"Digits=1" in form else b"nothing")
    start_response("200 OK", [("Content-Type", "text/xml"), ("x-name", environ.get("HTTP_X_NAME", ""))])
    yield body[:10]
    yield body[10:]


@asynccontextmanager
async def as_wsgi() -> AsyncIterator[tuple[Wire, str]]:
    yield WsgiWire(wsgi_application), "http://app.example"


everywhere = pytest.mark.parametrize("opened", [in_process, over_loopback, as_wsgi])


def get(url: str, most: int = 1000) -> WireRequest:
    return WireRequest("GET", url, [("Host", urlsplit(url).netloc), ("X-Name", "value")], b"", most)


@everywhere
async def test_a_request_arrives_and_its_reply_comes_back(opened: Any) -> None:
    async with opened() as (wire, base):
        reply = await wire.send(get(f"{base}/echo?a=%7e&b="))

    assert reply.status == 200
    assert reply.body == b"('GET', b'a=%7e&b=')"
    assert dict(reply.headers)["x-name"] == "value"


@everywhere
async def test_a_large_body_is_read_no_further_than_wanted(opened: Any) -> None:
    async with opened() as (wire, base):
        reply = await wire.send(get(f"{base}/large", most=500))

    assert len(reply.body) == 501


@everywhere
async def test_an_application_that_raises_answers_500(opened: Any) -> None:
    async with opened() as (wire, base):
        reply = await wire.send(get(f"{base}/raises"))

    assert reply.status == 500


@everywhere
async def test_a_whole_call(opened: Any) -> None:
    async with opened() as (wire, base):
        clock = ManualClock()
        phone = Handset(build_network(Endpoint(f"{base}/voice", wire), clock).operator, clock, CALLER)
        await phone.dial(CALLED)
        await phone.press("1")

        assert await phone.until(lambda: phone.has_heard("you pressed one"))


async def test_an_asgi_application_that_says_nothing_at_all() -> None:
    with pytest.raises(WireError, match="without an answer"):
        await AsgiWire(application).send(get("http://app.example/silent"))


async def test_an_asgi_application_that_never_answers_is_given_up() -> None:
    async def sleeps(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.Event().wait()

    with pytest.raises(WireError) as caught:
        await AsgiWire(sleeps, limit=0.01).send(get("http://app.example/"))
    assert caught.value.code == 11205


async def test_latency_is_measured_by_the_stopwatch() -> None:
    ticks = iter([10.0, 10.25])

    reply = await AsgiWire(application, stopwatch=lambda: next(ticks)).send(get("http://app.example/echo"))

    assert reply.latency == 0.25


async def test_the_lifespan_of_an_application_runs() -> None:
    said: list[str] = []

    async def lives(scope: Any, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            said.append(message["type"])
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async with AsgiWire(lives):
        assert said == ["lifespan.startup"]
    assert said == ["lifespan.startup", "lifespan.shutdown"]


async def test_a_wire_ends_when_it_and_the_application_are_cancelled_together() -> None:
    """As a loop that ends does with all its tasks."""

    async def lives(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()

    async def hold() -> None:
        async with AsgiWire(lives):
            opened.set()
            await asyncio.Event().wait()

    before, opened = asyncio.all_tasks(), asyncio.Event()
    holding = asyncio.create_task(hold())
    await opened.wait()
    for task in (holding, *(asyncio.all_tasks() - before - {holding})):
        task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(holding, 5)


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("url", "code"), [("http://127.0.0.1:{port}/", 11202), ("http://nobody.invalid/", 11210), ("http:///", 11100)]
)
async def test_nobody_there(url: str, code: int) -> None:
    async with HttpWire() as wire:
        with pytest.raises(WireError) as caught:
            await wire.send(get(url.format(port=a_free_port())))

    assert caught.value.code == code
    assert "\n" not in caught.value.reason


@pytest.mark.parametrize(
    ("answer", "code"),
    [(b"", 11205), (b"hello?\r\n\r\n", 11206), (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", 11206)],
)
async def test_a_server_that_does_not_speak_http(answer: bytes, code: int) -> None:
    async def rubbish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    async with raw_server(rubbish) as port, HttpWire() as wire:
        with pytest.raises(WireError) as caught:
            await wire.send(get(f"http://127.0.0.1:{port}/"))

    assert caught.value.code == code


async def test_a_wire_that_was_not_opened_says_so() -> None:
    with pytest.raises(RuntimeError, match="open the wire first"):
        await HttpWire().send(get("http://127.0.0.1/"))


async def test_a_wire_of_one_s_own_needs_one_method() -> None:
    class Canned:
        async def send(self, request: WireRequest) -> WireReply:
            return WireReply(200, [("content-type", "text/xml")], b"<Response><Say>hi</Say></Response>", 0.0)

    clock = ManualClock()
    phone = Handset(build_network(Endpoint("http://app.example/voice", Canned()), clock).operator, clock, CALLER)
    await phone.dial(CALLED)

    assert await phone.until(lambda: phone.has_heard("hi"))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"


@asynccontextmanager
async def dripping(part: bytes, seconds: float) -> AsyncIterator[str]:
    """A server that sends its head and then one part after the other, for ever, at its own pace."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD)
        while True:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(seconds)

    async with raw_server(drip) as port:
        yield f"http://127.0.0.1:{port}/"


async def fetched(url: str, limits: Limits, most: int = 1000) -> WireReply:
    async with HttpWire() as wire:
        return await wire.send(WireRequest("GET", url, [], b"", most, limits))


async def test_T23_a_slow_drip_is_cut_off_at_the_total_time() -> None:
    async with dripping(b" ", 0.01) as url:
        with pytest.raises(WireError, match="did not answer within") as caught:
            await fetched(url, Limits(total=0.15))

    assert (caught.value.code, caught.value.stage) == (11205, None)


async def test_T23_silence_within_a_reply_is_cut_off_at_the_read_timeout() -> None:
    async with dripping(b" ", 60) as url:
        with pytest.raises(WireError, match="was silent for") as caught:
            await fetched(url, Limits(read=0.1))

    assert (caught.value.code, caught.value.stage) == (11205, "rt")


async def test_a_flood_is_read_no_further_than_wanted() -> None:
    async with dripping(b"x" * 100_000, 0) as url:
        reply = await fetched(url, Limits(), most=65_536)

    assert len(reply.body) == 65_537


async def test_T23_an_asgi_application_is_held_to_the_limits_of_a_request() -> None:
    async def sleeps(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.Event().wait()

    request = WireRequest("GET", "http://app.example/", [], b"", 10, Limits(read=0.01))
    with pytest.raises(WireError) as caught:
        await AsgiWire(sleeps).send(request)

    assert (caught.value.code, caught.value.stage) == (11205, "rt")
