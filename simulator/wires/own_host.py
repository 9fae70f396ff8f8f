"""Wires around a wire: one that reaches the application's own hosts only, and one that acts as a TLS proxy does."""

from collections.abc import Collection
from dataclasses import replace
from urllib.parse import urlsplit

from simulator.wires.socket import Socket, Sockets
from simulator.wires.wire import Headers, Wire, WireError, WireReply, WireRequest


class OwnHostWire:
    """Carries requests to these hosts (names or addresses, whatever the port) over another wire."""

    def __init__(self, wire: Wire, hosts: Collection[str]) -> None:
        self._wire = wire
        self._hosts = frozenset(hosts)

    async def send(self, request: WireRequest) -> WireReply:
        """Carry the request; raises WireError (11210) for another host."""
        _check(request.url, self._hosts)
        return await self._wire.send(request)


class OwnHostSockets:
    """Opens WebSockets to these hosts by other sockets."""

    def __init__(self, sockets: Sockets, hosts: Collection[str]) -> None:
        self.stopwatch = sockets.stopwatch
        self._sockets = sockets
        self._hosts = frozenset(hosts)

    async def connect(self, url: str, headers: Headers) -> Socket:
        """Open one; raises WireError (11210) for another host."""
        _check(url, self._hosts)
        return await self._sockets.connect(url, headers)


def host_of(url: str) -> str:
    """The host's name in lower case, or its address; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _check(url: str, hosts: frozenset[str]) -> None:
    if (host := host_of(url)) not in hosts:
        raise WireError(11210, f"{url} is on the host {host}, which --only-this-host leaves alone")


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
