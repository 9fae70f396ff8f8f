"""An application whose WebSocket misbehaves, as a process: `python -m tests.simulator.hostile_application NAME`.

Prints its port, answers `POST /voice` with a stream, and behaves on it as the name says until it is ended. WebSocket
frames are written by hand, for no library would do what these do.
"""

import asyncio
import json
import sys
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import sha1

DOCUMENT = '<Response><Connect action="/done"><Stream url="/stream"/></Connect></Response>'
DONE = "<Response><Say>The agent has left.</Say></Response>"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SOUND = b64encode(b"\xff" * 160).decode()


class Peer:
    """The server's end of one WebSocket: frames as they are asked for."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.stream = ""

    async def read(self) -> tuple[int, bytes]:
        """One frame of the client, which masks all of them."""
        first, second = await self.reader.readexactly(2)
        size = second & 0x7F
        if size > 125:
            size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8))
        mask = await self.reader.readexactly(4)
        body = await self.reader.readexactly(size)
        key = (mask * (size // 4 + 1))[:size]
        return first & 0x0F, (int.from_bytes(body) ^ int.from_bytes(key)).to_bytes(size)

    async def begin(self) -> None:
        """Up to the start message, which names the stream."""
        while not self.stream:
            _, body = await self.read()
            self.stream = json.loads(body).get("streamSid", "")

    async def write(self, kind: int, body: bytes, *, times: int = 1) -> None:
        """A frame, as often as said, in one go."""
        self.writer.write(_frame(kind, body) * times)
        await self.writer.drain()

    def message(self, event: str, **content: object) -> bytes:
        return json.dumps({"event": event, "streamSid": self.stream, event: content}).encode()

    async def be_polite(self, *, to_pings: bool = True) -> None:
        """Read everything, answer pings, close when asked to."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                kind, body = await self.read()
                if kind == PING and to_pings:
                    await self.write(PONG, body)
                if kind == CLOSE:
                    await self.write(CLOSE, body)
                    return


def _frame(kind: int, body: bytes) -> bytes:
    size = len(body)
    if size < 126:
        return bytes((0x80 | kind, size)) + body
    wide = size > 0xFFFF
    return bytes((0x80 | kind, 127 if wide else 126)) + size.to_bytes(8 if wide else 2) + body


async def _without_end(peer: Peer, kind: int, body: bytes) -> None:
    """The same frame for ever, while everything that comes is read and pings are answered."""
    reading = asyncio.create_task(peer.be_polite())
    while not reading.done():
        await peer.write(kind, body, times=max(1, 16_384 // len(body)))


async def marks(peer: Peer) -> None:
    await _without_end(peer, TEXT, peer.message("mark", name="again"))


async def sound(peer: Peer) -> None:
    await _without_end(peer, TEXT, peer.message("media", payload=SOUND))


async def long_names(peer: Peer) -> None:
    await _without_end(peer, TEXT, peer.message("mark", name="n" * 500_000))


async def nonsense(peer: Peer) -> None:
    await _without_end(peer, TEXT, b"hello")


async def binary(peer: Peer) -> None:
    await _without_end(peer, BINARY, bytes(1000))


async def pings(peer: Peer) -> None:
    await _without_end(peer, PING, b"are you there")


async def pongs(peer: Peer) -> None:
    await _without_end(peer, PONG, b"I am here")


async def echoes(peer: Peer) -> None:
    """A mark for every mark that comes back: no time ever passes between two of them."""
    await peer.write(TEXT, peer.message("mark", name="again"))
    while True:
        kind, body = await peer.read()
        if kind == PING:
            await peer.write(PONG, body)
        if kind == TEXT and b'"mark"' in body:
            await peer.write(TEXT, peer.message("mark", name="again"))


async def no_pong(peer: Peer) -> None:
    await peer.be_polite(to_pings=False)


async def deaf(peer: Peer) -> None:
    """Reads nothing at all, and never closes."""
    await asyncio.Event().wait()


async def deaf_marks(peer: Peer) -> None:
    while True:
        await peer.write(TEXT, peer.message("mark", name="again"), times=500)


async def giant(peer: Peer) -> None:
    """One message of 300 MB."""
    size = 300_000_000
    peer.writer.write(bytes((0x80 | TEXT, 127)) + size.to_bytes(8))
    reading = asyncio.create_task(peer.be_polite())
    for _ in range(size // 100_000):
        if reading.done():
            return
        peer.writer.write(bytes(100_000).replace(b"\0", b" "))
        await peer.writer.drain()


async def half_a_message(peer: Peer) -> None:
    """A message that is begun and never finished, in ever more fragments."""
    peer.writer.write(bytes((TEXT, 1)) + b" ")
    while True:
        peer.writer.write((bytes((0, 125)) + b" " * 125) * 500)
        await peer.writer.drain()


async def surrogates(peer: Peer) -> None:
    """Half a character, a null, and a byte that is not UTF-8, wherever a text can stand."""
    for name in ("\ud800", "\udfff\ud800", "a\0b", "\ud83d\ude00"):
        await peer.write(TEXT, peer.message("mark", name=name))
        await peer.write(TEXT, json.dumps({"event": name, "streamSid": peer.stream}).encode())
        await peer.write(TEXT, json.dumps({"event": "mark", "streamSid": name}).encode())
    await peer.be_polite()


async def no_text(peer: Peer) -> None:
    await peer.write(TEXT, b"\xff\xed\xa0\x80")
    await peer.be_polite()


BEHAVIOURS: dict[str, Callable[[Peer], Awaitable[None]]] = {
    each.__name__: each
    for each in (
        *(marks, sound, long_names, nonsense, binary, pings, pongs, echoes),
        *(no_pong, deaf, deaf_marks, giant, half_a_message, surrogates, no_text),
    )
}


async def _serve(behave: Callable[[Peer], Awaitable[None]]) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await _converse(reader, writer, behave)
        writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, behave: Callable[[Peer], Awaitable[None]]
) -> None:
    """One connection: documents until it becomes a WebSocket."""
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
        await reader.readexactly(int(fields.get("content-length", 0)))
        if "sec-websocket-key" in fields:
            key = next(line for line in head.splitlines() if line.lower().startswith("sec-websocket-key")).split(": ")[
                1
            ]
            accept = b64encode(sha1((key + _KEY).encode()).digest()).decode()
            upgrade = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}"
            writer.write(f"HTTP/1.1 101 Switching Protocols\r\n{upgrade}\r\n\r\n".encode())
            peer = Peer(reader, writer)
            await peer.begin()
            await behave(peer)
            return
        body = DOCUMENT if "/voice" in head.splitlines()[0] else DONE
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


if __name__ == "__main__":
    asyncio.run(_serve(BEHAVIOURS[sys.argv[1]]))
