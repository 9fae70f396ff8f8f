"""Media streams on the wire: Twilio's messages on the application's WebSockets, and its answers as events.

Source: Twilio docs, Media Streams: WebSocket messages. The sound is made here: silence, and a tone while the caller
talks; a caller's real voice, and what is played to them (`outbound`), is not carried.
"""

import asyncio
import json
from base64 import b64decode, b64encode
from binascii import Error as NoBase64Error
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import log, pi, sin
from typing import Any

from simulator.operator.signature import sign
from simulator.vocabulary import Event, StreamEnded, StreamFed, StreamOpened, StreamSaid, StreamStarted, StreamStopped
from simulator.wires.socket import Closed, Socket, Sockets
from simulator.wires.wire import WireError

FRAME_MILLISECONDS = 20
BYTES_A_SECOND = 8000
_SAMPLES = BYTES_A_SECOND * FRAME_MILLISECONDS // 1000
StreamWork = StreamStarted | StreamFed | StreamStopped
Hear = Callable[[str, Event], None]


@dataclass(slots=True)
class _Line:
    """One open socket and how far its numbers have counted."""

    sid: str
    started: StreamStarted
    socket: Socket
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    messages: int = 0
    frames: int = 0
    is_stopped: bool = False
    reading: asyncio.Task[None] | None = None


class StreamLines:
    """Performs what concerns media streams; `hear` takes what the application does on them."""

    def __init__(self, sockets: Sockets | None, auth_token: str, hear: Hear) -> None:
        self._sockets = sockets
        self._auth_token = auth_token
        self._hear = hear
        self._lines: dict[str, _Line] = {}
        self._unwanted: set[str] = set()

    async def perform(self, work: StreamWork) -> None:
        """Open, feed or stop; returns when the application has read it."""
        if isinstance(work, StreamStarted):
            await self._open(work)
            return
        line = self._lines.get(work.stream)
        if line is None:
            self._unwanted |= {work.stream} if isinstance(work, StreamStopped) else set()
            return
        async with line.turn:
            if isinstance(work, StreamFed):
                await self._feed(line, work)
            else:
                await self._stop(line)

    async def _open(self, started: StreamStarted) -> None:
        if self._sockets is None:
            self._hear(started.sid, StreamEnded(started.stream, reason="this network opens no WebSockets"))
            return
        url = started.url.replace("wss:", "ws:", 1) if started.is_plain else started.url
        signature = ("X-Twilio-Signature", sign(self._auth_token, started.url, None))
        try:
            socket = await self._sockets.connect(url, [("User-Agent", "TwilioProxy/1.1"), signature])
        except WireError as error:
            self._hear(started.sid, StreamEnded(started.stream, error.code, error.reason))
            return
        line = _Line(started.sid, started, socket)
        if started.stream in self._unwanted:  # the call ended meanwhile
            self._unwanted.discard(started.stream)
            await socket.close()
            return
        self._lines[started.stream] = line
        await socket.send(_json({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        await self._send(line, "start", _start(started))
        self._hear(started.sid, StreamOpened(started.stream))
        line.reading = asyncio.create_task(self._read(line))
        await socket.rest()

    async def _feed(self, line: _Line, fed: StreamFed) -> None:
        if fed.message == "dtmf":
            await self._send(line, "dtmf", {"track": "inbound_track", "digit": fed.text})
        elif fed.message == "mark":
            await self._send(line, "mark", {"name": fed.text})
        for _ in range(fed.frames):
            line.frames += 1
            timestamp = str((line.frames - 1) * FRAME_MILLISECONDS)
            for track in line.started.tracks:
                payload = _TONE if fed.is_talking and track == "inbound" else _SILENCE
                media = {"track": track, "chunk": str(line.frames), "timestamp": timestamp, "payload": payload}
                await self._send(line, "media", media)
        await line.socket.rest()

    async def _stop(self, line: _Line) -> None:
        line.is_stopped = True
        del self._lines[line.started.stream]
        await self._send(line, "stop", {"accountSid": line.started.account, "callSid": line.sid})
        await line.socket.rest()
        await line.socket.close()
        if line.reading is not None:
            await line.reading

    async def _send(self, line: _Line, event: str, content: Mapping[str, object]) -> None:
        line.messages += 1
        number = str(line.messages)
        message = {"event": event, "sequenceNumber": number, event: content, "streamSid": line.started.stream}
        await line.socket.send(_json(message))

    async def _read(self, line: _Line) -> None:
        stream = line.started.stream
        ended = StreamEnded(stream)
        try:
            async for message in line.socket.messages():
                if not line.is_stopped:
                    self._hear(line.sid, _said(stream, message))
        except Closed as closed:
            ended = StreamEnded(stream, closed.code, closed.reason)
        if not line.is_stopped:
            self._lines.pop(stream, None)
            self._hear(line.sid, ended)


def _start(started: StreamStarted) -> dict[str, object]:
    return {
        "accountSid": started.account,
        "streamSid": started.stream,
        "callSid": started.sid,
        "tracks": list(started.tracks),
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": BYTES_A_SECOND, "channels": 1},
        "customParameters": dict(started.parameters),
    }


def _json(message: Mapping[str, object]) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


def _said(stream: str, text: str | None) -> StreamSaid:
    """What a message of the application means; whatever is none of the protocol says what it was."""
    if text is None:
        return StreamSaid(stream, "malformed", name="a binary message")
    try:
        return _understood(stream, json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, NoBase64Error, RecursionError):
        return StreamSaid(stream, "invalid", name=text[:100])


def _understood(stream: str, message: Any) -> StreamSaid:  # any JSON; whatever is not as it should be raises
    if message["streamSid"] != stream:
        raise ValueError("another stream")
    match message["event"]:
        case "media":
            sound = b64decode(message["media"]["payload"], validate=True)
            return StreamSaid(stream, "media", len(sound) / BYTES_A_SECOND)
        case "mark":
            name = message["mark"]["name"]
            if not isinstance(name, str):
                raise TypeError(name)
            return StreamSaid(stream, "mark", name=name)
        case "clear":
            return StreamSaid(stream, "clear")
        case _:
            raise ValueError("no message of the protocol")


def _mu_law(sample: float) -> int:
    """A sample from -1 to 1 as one byte of G.711 mu-law."""
    level = int(log(1 + 255 * abs(sample)) / log(256) * 127)
    return ~(level | (0x80 if sample < 0 else 0)) & 0xFF


_SILENCE = b64encode(b"\xff" * _SAMPLES).decode()
_TONE = b64encode(bytes(_mu_law(0.5 * sin(2 * pi * 400 * n / BYTES_A_SECOND)) for n in range(_SAMPLES))).decode()
"""400 Hz, whose periods fill a frame exactly."""
