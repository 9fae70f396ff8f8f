"""A wire as a TLS proxy or tunnel makes one: what is meant for a public address arrives at another one.

The request is signed over the public URL, as Twilio does, and the application sees its own local one; what it must
rebuild the public one from are the `X-Forwarded` headers that every such proxy adds. Carries nothing itself.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from simulator.wires.wire import Wire, WireReply, WireRequest


class Tunnel:
    """Requests for `public` (such as https://line.example.com) go to `local` (http://127.0.0.1:5000) over `wire`."""

    def __init__(self, wire: Wire, *, public: str, local: str) -> None:
        self._wire = wire
        self._public = public.rstrip("/")
        self._local = local.rstrip("/")
        parts = urlsplit(self._public)
        self._forwarded = (
            ("X-Forwarded-Proto", parts.scheme),
            ("X-Forwarded-Host", parts.netloc),
            ("X-Forwarded-For", "203.0.113.7"),
        )

    async def send(self, request: WireRequest) -> WireReply:
        """Carry the request; other hosts are reached as they are. The Host header stays the public one."""
        rest = request.url.removeprefix(self._public)
        if rest is request.url or rest[:1] not in ("", "/", "?"):
            return await self._wire.send(request)
        headers = (*request.headers, *self._forwarded)
        return await self._wire.send(replace(request, url=self._local + rest, headers=headers))
