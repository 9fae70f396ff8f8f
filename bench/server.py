"""`python -m bench.server`: the least a server can be, in a process of its own; prints its port, ends with its stdin.

Three documents, by path; with the `new` argument each of them is another one every time.
"""

import asyncio
import sys

_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'
PAGES = {
    "/voice": _HEAD
    + b'<Response><Gather numDigits="1" action="/menu"><Say>Welcome. Press one.</Say></Gather></Response>',
    "/menu": _HEAD + b"<Response><Say>You chose well.</Say><Redirect>/end</Redirect></Response>",
    "/end": _HEAD + b"<Response><Say>Goodbye.</Say><Hangup/></Response>",
}


class _Server(asyncio.Protocol):
    """Reads requests with a Content-Length, one after the other."""

    def __init__(self) -> None:
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while True:
            head, end, rest = self._unread.partition(b"\r\n\r\n")
            _, _, length = head.lower().partition(b"content-length:")
            size = int(length.split(b"\r\n")[0] or 0)
            if not end or len(rest) < size:
                return
            self._unread = rest[size:]
            body = PAGES[head.split(b" ")[1].decode()]
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s"
            self._transport.write(answer % (len(body), body))


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Server, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
