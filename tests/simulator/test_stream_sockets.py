"""Media streams over real WebSockets on loopback: an aiohttp application at one end, a telephone at the other."""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from twilio.request_validator import RequestValidator

from simulator.applications import Endpoint
from simulator.callers.handset import Handset
from simulator.network import build_network
from simulator.operator.clock import ManualClock, WallClock
from simulator.operator.masking import Mask
from simulator.operator.operator import Operator
from simulator.vocabulary import Ended, Heard, HungUp
from simulator.wires.http import HttpWire
from simulator.wires.websocket import HttpSockets
from tests.simulator.certificates import Authority
from tests.simulator.feeding import CALLED, CALLER
from tests.simulator.raw_server import raw_server
from tests.simulator.remembering import TOKEN

Message = dict[str, Any]  # JSON
Behave = Callable[[web.WebSocketResponse, Message], Awaitable[None]]


async def listen_only(socket: web.WebSocketResponse, message: Message) -> None:
    """Says nothing."""


class Line:
    """An application with a document at /voice and a WebSocket at /stream that behaves as the test likes."""

    def __init__(self, document: str, behave: Behave = listen_only) -> None:
        self._document = document
        self._behave = behave
        self.messages: list[Message] = []
        self.forms: list[dict[str, str]] = []
        self.handshakes: list[tuple[str, dict[str, str]]] = []
        self.app = web.Application()
        self.app.add_routes([web.post("/voice", self._voice), web.post("/told", self._told)])
        self.app.add_routes([web.get("/stream", self._stream), web.post("/done", self._done)])

    async def _voice(self, request: web.Request) -> web.Response:
        return web.Response(text=f"<Response>{self._document}</Response>", content_type="text/xml")

    async def _done(self, request: web.Request) -> web.Response:
        return web.Response(text="<Response><Say>done</Say></Response>", content_type="text/xml")

    async def _told(self, request: web.Request) -> web.Response:
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        return web.Response(status=204)

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        self.handshakes.append((f"wss://{request.host}{request.path_qs}", dict(request.headers)))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.messages.append(json.loads(message.data))
                await self._behave(socket, self.messages[-1])
        return socket

    def of(self, event: str) -> list[Message]:
        return [message for message in self.messages if message["event"] == event]


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def calling(line: Line) -> AsyncIterator[tuple[Handset, Operator]]:
    async with served(line.app) as base, HttpWire() as wire, HttpSockets() as sockets:
        clock = ManualClock()
        operator = build_network(Endpoint(f"{base}/voice", wire, sockets), clock, seed=5, auth_token=TOKEN).operator
        phone = Handset(operator, clock, CALLER)
        await phone.dial(CALLED)
        yield phone, operator
        if phone.is_up:
            await phone.hang_up()


CONNECT = (
    '<Connect action="/done"><Stream url="/stream" name="s"><Parameter name="who" value="jané"/></Stream></Connect>'
)


async def test_the_messages_of_a_stream_from_its_beginning_to_its_end() -> None:
    line = Line(CONNECT)
    async with calling(line) as (phone, _):
        await phone.wait(1.0)
        await phone.press("5")
        await phone.hang_up()

    connected, start, first, *_, stop = line.messages
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    stream, call = start["streamSid"], start["start"]["callSid"]
    account = start["start"]["accountSid"]
    assert start == {
        "event": "start",
        "sequenceNumber": "1",
        "start": {
            "accountSid": account,
            "streamSid": stream,
            "callSid": call,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"who": "jané"},
        },
        "streamSid": stream,
    }
    silence = b64encode(b"\xff" * 160).decode()
    assert first == {
        "event": "media",
        "sequenceNumber": "2",
        "media": {"track": "inbound", "chunk": "1", "timestamp": "0", "payload": silence},
        "streamSid": stream,
    }
    media = line.of("media")
    assert [message["media"]["timestamp"] for message in media] == [str(20 * n) for n in range(50)]
    (dtmf,) = line.of("dtmf")
    assert dtmf["dtmf"] == {"track": "inbound_track", "digit": "5"}
    assert (stop["event"], stop["stop"]) == ("stop", {"accountSid": account, "callSid": call})
    numbers = [int(message["sequenceNumber"]) for message in line.messages[1:]]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_the_handshake_is_signed_with_the_wss_url() -> None:
    line = Line(CONNECT)
    async with calling(line):
        pass

    ((url, headers),) = line.handshakes
    assert headers["User-Agent"] == "Twilio.TmeWs/1.0"
    assert not {"Accept", "Accept-Encoding"} & headers.keys()
    assert RequestValidator(TOKEN).validate(url, {}, headers["X-Twilio-Signature"])


async def test_speech_arrives_as_a_tone() -> None:
    line = Line(CONNECT)
    async with calling(line) as (phone, _):
        await phone.wait(0.1)
        await phone.speak("hello")
        await phone.wait(3.0)

    payloads = [b64decode(message["media"]["payload"]) for message in line.of("media")]
    assert {len(payload) for payload in payloads} == {160}
    loud = [len(set(payload)) > 1 for payload in payloads]
    assert loud[:5] == [False] * 5
    assert loud[5]
    assert not loud[-1]


async def test_an_application_that_answers_and_hangs_up() -> None:
    async def behave(socket: web.WebSocketResponse, message: Message) -> None:
        sid = message.get("streamSid")
        if message["event"] == "start":
            sound = b64encode(b"\x10" * 4000).decode()
            await socket.send_json({"event": "media", "streamSid": sid, "media": {"payload": sound}})
            await socket.send_json({"event": "mark", "streamSid": sid, "mark": {"name": "said"}})
        if message["event"] == "mark":
            await socket.close()

    line = Line(CONNECT, behave)
    async with calling(line) as (phone, operator):
        assert await phone.until(lambda: phone.has_heard("done"))
        heard = [entry.item for entry in operator.journal.entries if isinstance(entry.item, Heard)]

    assert [(each.prompt.verb, each.seconds) for each in heard] == [("Stream", 0.5), ("Say", heard[1].seconds)]
    assert [message["mark"]["name"] for message in line.of("mark")] == ["said"]
    assert 24 <= len(line.of("media")) <= 25
    assert line.of("stop") == []


async def test_clear_returns_the_marks_at_once() -> None:
    async def behave(socket: web.WebSocketResponse, message: Message) -> None:
        sid = message.get("streamSid")
        if message["event"] == "start":
            sound = b64encode(b"\x10" * 80_000).decode()
            await socket.send_json({"event": "media", "streamSid": sid, "media": {"payload": sound}})
            await socket.send_json({"event": "mark", "streamSid": sid, "mark": {"name": "end"}})
        if message["event"] == "dtmf":
            await socket.send_json({"event": "clear", "streamSid": sid})

    line = Line(CONNECT, behave)
    async with calling(line) as (phone, operator):
        await phone.wait(2.0)
        assert line.of("mark") == []
        await phone.press("1")
        await phone.wait(0.02)
        heard = [entry.item for entry in operator.journal.entries if isinstance(entry.item, Heard)]

    assert len(line.of("mark")) == 1
    assert [(each.seconds, each.is_cut) for each in heard] == [(2.0, True)]


ODD: list[tuple[str | bytes, int]] = [
    (b"\x00\x01", 31950),
    ("hello", 31951),
    ("[]", 31951),
    ("null", 31951),
    ('{"event":"media"}', 31951),
    ('{"event":"media","streamSid":"SID","media":{"payload":"???"}}', 31951),
    ('{"event":"media","streamSid":"SID","media":{"payload":7}}', 31951),
    ('{"event":"media","streamSid":"MZother","media":{"payload":""}}', 31951),
    ('{"event":"mark","streamSid":"SID","mark":{}}', 31951),
    ('{"event":"mark","streamSid":"SID","mark":{"name":1}}', 31951),
    ('{"event":"shout","streamSid":"SID"}', 31951),
    ('{"event":' + "[" * 5000, 31951),
]


@pytest.mark.parametrize(("odd", "code"), ODD, ids=range(len(ODD)))
async def test_messages_that_are_none_are_noted_and_nothing_breaks(odd: str | bytes, code: int) -> None:
    async def behave(socket: web.WebSocketResponse, message: Message) -> None:
        if message["event"] == "start" and isinstance(odd, bytes):
            await socket.send_bytes(odd)
        elif message["event"] == "start":
            await socket.send_str(str(odd).replace("SID", message["streamSid"]))

    async with calling(Line(CONNECT, behave)) as (phone, _):
        await phone.wait(1.0)

        assert [warned.code for warned in phone.record.warnings] == [code]
        assert phone.is_up


async def test_start_streams_beside_the_call_and_stops_with_it() -> None:
    line = Line(
        '<Start><Stream url="/stream" track="both_tracks" statusCallback="/told"/></Start><Pause length="2"/>'
        "<Say>goodbye</Say>"
    )
    async with calling(line) as (phone, _):
        assert await phone.until(lambda: not phone.is_up)

    tracks = [message["media"]["track"] for message in line.of("media")]
    assert tracks.count("inbound") == tracks.count("outbound") > 100
    assert line.messages[-1]["event"] == "stop"
    assert [form["StreamEvent"] for form in line.forms] == ["stream-started", "stream-stopped"]


@pytest.mark.parametrize(("path", "code"), [("/nowhere", 31920), ("/voice", 31920)])
async def test_a_path_that_opens_no_web_socket(path: str, code: int) -> None:
    async with calling(Line(f'<Connect><Stream url="{path}"/></Connect><Say>after</Say>')) as (phone, _):
        assert await phone.until(lambda: phone.has_heard("after"))
        assert [warned.code for warned in phone.record.warnings] == [code]


async def code_of(url: str, authority: Authority | None = None) -> int | None:
    """Twilio's code when a call is connected to this socket."""
    line = Line(f'<Connect><Stream url="{url}"/></Connect>')
    trusted = None if authority is None else authority.trusting
    async with served(line.app) as base, HttpWire() as wire, HttpSockets(trusted=trusted) as sockets:
        clock = ManualClock()
        phone = Handset(build_network(Endpoint(f"{base}/voice", wire, sockets), clock).operator, clock, CALLER)
        await phone.dial(CALLED)
        return phone.record.warnings[0].code if phone.record.warnings else None


async def ignore(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def test_a_socket_that_nobody_serves() -> None:
    async with raw_server(ignore) as port:
        pass
    assert await code_of(f"wss://127.0.0.1:{port}/s") == 31902


async def test_a_socket_without_tls() -> None:
    async with raw_server(ignore) as port:
        assert await code_of(f"wss://127.0.0.1:{port}/s") == 31910


async def test_a_socket_with_the_wrong_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with raw_server(ignore, authority.server("other.example")) as port:
        assert await code_of(f"wss://127.0.0.1:{port}/s", authority) == 31910


async def test_an_application_that_breaks_off() -> None:
    async def behave(socket: web.WebSocketResponse, message: Message) -> None:
        if message["event"] == "start":
            await socket.close(code=1011)

    async with calling(Line(CONNECT, behave)) as (phone, _):
        assert await phone.until(lambda: phone.has_heard("done"))
        assert [warned.code for warned in phone.record.warnings] == [31921]


async def test_a_network_without_web_sockets_says_so() -> None:
    line = Line(f"{CONNECT}")
    async with served(line.app) as base, HttpWire() as wire:
        clock = ManualClock()
        phone = Handset(build_network(Endpoint(f"{base}/voice", wire), clock).operator, clock, CALLER)
        await phone.dial(CALLED)

        assert await phone.until(lambda: phone.has_heard("done"))
        assert "opens no WebSockets" in phone.record.warnings[0].message


async def test_keys_on_a_stream_leave_masked() -> None:
    async with calling(Line(CONNECT)) as (phone, operator):
        await phone.press("4711")
        await phone.hang_up()

    pressed = [line for line in operator.journal.lines(Mask()) if '"Pressed"' in line or '"dtmf"' in line]
    assert len(pressed) == 8
    assert not [line for line in pressed if any(f'"{key}"' in line for key in "4711")]


async def test_a_running_clock_streams_too() -> None:
    arrived = asyncio.Event()

    async def behave(socket: web.WebSocketResponse, message: Message) -> None:
        if message["event"] == "media" and message["media"]["chunk"] == "40":
            arrived.set()

    line = Line(CONNECT, behave)
    async with served(line.app) as base, HttpWire() as wire, HttpSockets() as sockets:
        clock = WallClock(asyncio.get_running_loop().time, start=1_767_600_000.0, rate=10.0)
        operator = build_network(Endpoint(f"{base}/voice", wire, sockets), clock).operator
        over = asyncio.Event()
        operator.journal.listen(lambda entry: over.set() if isinstance(entry.item, Ended) else None)
        running = asyncio.create_task(operator.run(clock))
        sid = operator.place(caller=CALLER, called=CALLED)
        async with asyncio.timeout(10):
            await arrived.wait()
            operator.receive(sid, HungUp())
            await over.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert len(line.of("media")) >= 40
