"""Servers that no friend would run, over real sockets: a call meets them, reports Twilio's code, and ends."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest

from simulator.exchange.numbers import Number
from simulator.wires.asgi import AsgiWire
from simulator.wires.http import HttpWire
from simulator.wires.wire import Wire, WireError, WireReply, WireRequest
from tests.simulator.feeding import CALLED
from tests.simulator.raw_server import raw_server
from tests.simulator.remembering import Recorder, codes_of_a_call, twiml

OK = b"HTTP/1.1 200 OK\r\n"
XML = b"Content-Type: text/xml\r\n"
BODY = b"<Response><Say>hello</Say></Response>"


def sized(body: bytes, *headers: bytes) -> bytes:
    return b"".join([OK, XML, *headers, b"Content-Length: %d\r\n\r\n" % len(body), body])


@asynccontextmanager
async def serving(answer: bytes) -> AsyncIterator[str]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async with raw_server(talk) as port:
        yield f"http://127.0.0.1:{port}/voice"


ANSWERS = {
    "a body of 10 MB": (sized(b" " * 10_000_000), [11750]),
    "invalid UTF-8 in the document": (sized(b"<Response><Say>\xff\xfe</Say></Response>"), [12100]),
    "invalid UTF-8 in a header": (sized(BODY, b"X-Name: \xff\xfe\r\n"), []),
    "a cookie of garbage": (sized(BODY, b"Set-Cookie: \xff\x01=\x02\r\n"), [11206]),
    "an endless header": (OK + b"X: " + b"x" * 1_000_000, [11206]),
    "a million headers": (OK + b"X: y\r\n" * 200_000 + b"\r\n", [11206]),
    "a body shorter than it says": (OK + XML + b"Content-Length: 999\r\n\r\n<Response/>", [11206]),
    "chunks of garbage": (OK + XML + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", [11206]),
    "chunks without an end": (OK + XML + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", [11206]),
    "gzip of garbage": (sized(b"hello", b"Content-Encoding: gzip\r\n"), [11206]),
    "gzip without its end": (sized(gzip.compress(BODY)[:-9], b"Content-Encoding: gzip\r\n"), [11206]),
    "zstd": (sized(b"\x28\xb5\x2f\xfd", b"Content-Encoding: zstd\r\n"), [11206]),
    "br": (sized(b"\x8b\x12", b"Content-Encoding: br\r\n"), [11206]),
    "a line that is not a header": (OK + b"no colon\r\n\r\n", [11206]),
    "two lengths": (OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", [11206]),
    "a length of garbage": (OK + XML + b"Content-Length: many\r\n\r\nhello", [11206]),
    "a status of garbage": (b"HTTP/1.1 2e1 OK\r\n\r\n", [11206]),
    "an unknown status": (b"HTTP/1.1 999 ?\r\nContent-Length: 0\r\n\r\n", [11200]),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n", [11206]),
    "a redirect to a file": (b"HTTP/1.1 302 F\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", [11216]),
    "a redirect to nowhere": (b"HTTP/1.1 302 F\r\nLocation: http://[::1/\r\nContent-Length: 0\r\n\r\n", [11216]),
    "a challenge of garbage": (b'HTTP/1.1 401 U\r\nWWW-Authenticate: "",=,\xff\r\nContent-Length: 0\r\n\r\n', [11200]),
    "a content type of garbage": (OK + b"Content-Type: \xff;;=\r\nContent-Length: 11\r\n\r\n<Response/>", [12300]),
    "nothing": (b"", [11205]),
}


@pytest.mark.parametrize(("answer", "codes"), ANSWERS.values(), ids=ANSWERS)
async def test_answers_that_break_something(answer: bytes, codes: list[int]) -> None:
    async with serving(answer) as url, HttpWire() as wire:
        assert await codes_of_a_call(wire, url.replace("//", "//bob:secret@")) == codes


WORDS = {
    "an endless header": "a line of its head is too long",
    "a million headers": "its head has too many lines",
    "a body shorter than it says": "its body ends too early",
    "chunks of garbage": "its body's chunks are malformed",
    "chunks without an end": "its body ends too early",
    "gzip of garbage": "is not valid gzip",
    "gzip without its end": "its end is missing",
    "zstd": "compressed its body as 'zstd', which Twilio does not ask for",
    "br": "compressed its body as 'br', which Twilio does not ask for",
    "a length of garbage": "its Content-Length is malformed",
    "a line that is not a header": "its head has a line that is not a header",
    "two lengths": "its Content-Length is malformed",
    "a status of garbage": "its first line is not a status line of HTTP",
    "another protocol": "its first line is not a status line of HTTP",
    "nothing": "closed the connection without answering",
}


@pytest.mark.parametrize(("name", "words"), WORDS.items(), ids=WORDS)
async def test_what_was_wrong_is_said_in_words_of_our_own(name: str, words: str) -> None:
    """Not in those of whatever client is behind the wire."""
    async with serving(ANSWERS[name][0]) as url, HttpWire() as wire:
        with pytest.raises(WireError) as caught:
            await wire.send(WireRequest("POST", url, [("Content-Length", "0")], b"", 65_536))

    assert words in caught.value.reason
    assert url in caught.value.reason
    said = caught.value.reason.replace(url, "")  # whose port may be 40001
    assert not any(each in said for each in ("\n", "400", "message", "b'", "install"))


COMPRESSED = {
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY),
    "deflate": zlib.compress(BODY),
    "Deflate": zlib.compress(BODY, wbits=-15),
    "identity": BODY,
}


@pytest.mark.parametrize(("encoding", "body"), COMPRESSED.items(), ids=COMPRESSED)
async def test_a_compressed_body_is_read_however_it_is_cut_up(encoding: str, body: bytes) -> None:
    head = OK + XML + b"Content-Encoding: %s\r\nTransfer-Encoding: chunked\r\n\r\n" % encoding.encode()
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    async with serving(head + chunks) as url, HttpWire() as wire:
        assert (await wire.send(WireRequest("GET", url, [], b"", 65_536))).body == BODY


async def test_an_empty_body_that_is_said_to_be_compressed() -> None:
    async with serving(sized(b"", b"Content-Encoding: gzip\r\n")) as url, HttpWire() as wire:
        assert await codes_of_a_call(wire, url) == [11770]


async def test_a_compressed_bomb_is_read_no_further_than_wanted() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    async with serving(sized(bomb, b"Content-Encoding: gzip\r\n")) as url, HttpWire() as wire:
        tracemalloc.start()
        try:
            codes = await codes_of_a_call(wire, url)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert codes == [11750]
    assert peak < 20_000_000


async def test_T23_a_slow_drip_ends_the_call_at_the_total_time() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + XML + b"\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with raw_server(drip) as port, HttpWire() as wire:
        assert await codes_of_a_call(wire, f"http://127.0.0.1:{port}/voice#tt=150") == [11203]


async def test_a_server_that_accepts_and_says_nothing_is_given_up() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with raw_server(silent) as port, HttpWire() as wire:
        assert await codes_of_a_call(wire, f"http://127.0.0.1:{port}/voice#rt=100&rp=rt&rc=2") == [11205]


WHOLE = (
    sized(BODY),
    OK + XML + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
    b"HTTP/1.1 101 Up\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\nxx",
    b"HTTP/1.0 200 OK\r\n\r\nuntil the end",
    sized(gzip.compress(BODY), b"Content-Encoding: gzip\r\n"),
    b"HTTP/1.1 200 OK\nA: b\n c\nContent-Length: 1\n\nx",
)
DAMAGE = (
    b"",
    b"\0",
    b"\xff",
    b"\r\n",
    b"\n",
    b"0\r\n\r\n",
    b"Content-Length: 5\r\n",
    b"HTTP/1.1 ",
    b"0" * 3,
    b"z" * 9000,
)


def damaged(dice: Random) -> bytes:
    """A reply with pieces cut out and put in, or another one behind it."""
    data = bytearray(dice.choice(WHOLE))
    for _ in range(dice.randrange(4)):
        at = dice.randrange(len(data) + 1)
        data[at : at + dice.randrange(9)] = dice.choice(DAMAGE)
    return bytes(data) + dice.choice((b"", b"", dice.choice(WHOLE)))


async def test_no_damage_to_a_reply_gets_past_the_wire_and_the_next_request_is_answered() -> None:
    """Whatever comes is a reply with a status of HTTP or a WireError with a code of Twilio's."""
    dice = Random(7)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not (await reader.readuntil(b"\r\n\r\n")).startswith(b"GET /bad"):
            writer.write(sized(BODY))
        data = damaged(dice)
        for part in (data[:at] for at in (7, 60)) if dice.random() < 0.3 else ():
            writer.write(part)
            await writer.drain()
        writer.write(data)

    seen: set[int] = set()
    async with raw_server(talk) as port, HttpWire() as wire:
        for _ in range(400):
            try:
                seen.add((await wire.send(WireRequest("GET", f"http://127.0.0.1:{port}/bad", [], b"", 100))).status)
            except WireError as error:
                seen.add(error.code)
            good = await wire.send(WireRequest("GET", f"http://127.0.0.1:{port}/good", [], b"", 100))
            assert good.body == BODY

    assert {200, 101, 204, 11205, 11206} <= seen
    assert all(101 <= each < 1000 or each in (11205, 11206) for each in seen)
    assert not seen & {100, 102, 103}


async def test_a_reply_before_the_reply_is_not_the_reply() -> None:
    async with serving(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + sized(BODY)) as url, HttpWire() as wire:
        reply = await wire.send(WireRequest("GET", url, [], b"", 65_536))

    assert (reply.status, reply.body) == (200, BODY)
    assert all(name != "Link" for name, _ in reply.headers)


HOSTS = [
    "http://日本.example/",
    "http://a..b/",
    f"http://{'a' * 300}.example/",
    "http://h h/",
    "http://h/a b\x7f",
    "http://é/é",
]


@pytest.mark.parametrize("url", HOSTS)
async def test_odd_hosts_and_paths_break_neither_wire(url: str) -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
        await send({"type": "http.response.body", "body": b"<Response/>"})

    assert set(await codes_of_a_call(AsgiWire(application), url)) <= {11100}
    async with HttpWire() as wire:
        with pytest.raises(WireError) as caught:
            await wire.send(WireRequest("GET", url, [("X-Name", "日本\x7f")], b"", 10))
    assert caught.value.code in (11100, 11205, 11206, 11210)


@pytest.mark.parametrize("url", ["nowhere", "http://h:99999/", "http://[::1/", "file:///etc/passwd", "http://日本.x/"])
async def test_a_callback_to_a_url_that_is_none_touches_nothing(url: str) -> None:
    number = Number(CALLED, "http://app.example/voice", status_callback=url)
    async with HttpWire() as http:
        codes = await codes_of_a_call(Forked(http, Recorder(voice=twiml(""))), number)

    assert set(codes) <= {11100, 11210}
    assert codes


class Forked:
    """The application's own host is answered here, all others over HTTP."""

    def __init__(self, http: Wire, here: Recorder) -> None:
        self._http = http
        self._here = here

    async def send(self, request: WireRequest) -> WireReply:
        return await (self._here if "//app.example/" in request.url else self._http).send(request)
