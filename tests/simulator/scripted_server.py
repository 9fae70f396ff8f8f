"""A loopback server that answers request after request with the bytes a test gives, and keeps what it was sent.

It knows nothing of the client but what HTTP/1.1 says, so that its tests hold for any client.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.simulator.raw_server import raw_server

OK = b"HTTP/1.1 200 OK\r\n"
XML = b"Content-Type: text/xml\r\n"


@dataclass(frozen=True)
class Close:
    """Send these bytes, then close the connection; `hard`: with a reset, as a server does that crashes."""

    last: bytes = b""
    hard: bool = False


Answer = bytes | Close


@dataclass
class Server:
    """Its base URL, the requests it has read, and on which of its connections (0, 1, …) each of them came."""

    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    connections: list[int] = field(default_factory=list)

    def header(self, position: int, name: bytes) -> bytes | None:
        """A header of one request, octet by octet."""
        found = re.search(rb"(?im)^" + name + rb": (.*)\r$", self.requests[position])
        return found[1] if found else None


def answer(body: bytes, *headers: bytes) -> bytes:
    """A document; headers end in CRLF."""
    return b"".join([OK, XML, *headers, b"Content-Length: %d\r\n\r\n" % len(body), body])


def twiml(verbs: bytes, *headers: bytes) -> bytes:
    return answer(b"<Response>%s</Response>" % verbs, *headers)


@asynccontextmanager
async def scripted_server(*answers: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """Give each request the next answer, on whatever connection it comes; without one left the connection is closed."""
    server, waiting, opened = Server(), list(answers), 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        number, opened = opened, opened + 1
        while True:
            server.requests.append(await _read_request(reader))
            server.connections.append(number)
            given = waiting.pop(0) if waiting else Close()
            if isinstance(given, Close):
                writer.write(given.last)
                await writer.drain()
                if given.hard:
                    writer.transport.abort()
                return
            writer.write(given)
            await writer.drain()

    async with raw_server(talk, tls) as port:
        server.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        yield server


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return head + await reader.readexactly(int(length[1]) if length else 0)
