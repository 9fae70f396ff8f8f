"""Trouble between the operator and the application, put on the wire; the application need not know. Waits for nothing.

Sounds meet none of it (they are not signed), and a fallback URL only a wrong signature: it is there to take over.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha1

from simulator.wires.wire import Wire, WireError, WireReply, WireRequest

TOO_LONG = 15.5
"""Seconds until a slow webhook answers; Twilio waits 15 (Twilio docs: webhooks)."""
SLOW, FAILING, REFUSED, BROKEN = "webhook-slow", "webhook-500", "webhook-refused", "webhook-broken"
WRONG_SIGNATURE = "wrong-signature"
_SIGNATURE = "X-Twilio-Signature"


class TroubledWire:
    """Carries requests over another wire; whatever is `on` then happens to them. Names: those above.

    `left` are those that are on for so many webhooks; the last one `uses_up` the trouble. Sounds and requests for a
    fallback URL are not counted.
    """

    def __init__(self, wire: Wire, uses_up: Callable[[str], None] = lambda _: None) -> None:
        self._wire = wire
        self._uses_up = uses_up
        self.on: set[str] = set()
        self.left: dict[str, int] = {}

    def begin(self, name: str, times: int | None = None) -> None:
        """Until it is ended, or for so many webhooks; what is on already is ordered anew."""
        self.on.add(name)
        self.left.pop(name, None)
        if times is not None:
            self.left[name] = times

    def end(self, name: str) -> None:
        """It happens no longer."""
        self.on.discard(name)
        self.left.pop(name, None)

    async def send(self, request: WireRequest) -> WireReply:
        """Carry the request, or have it fail as ordered."""
        if not self.on:
            return await self._wire.send(request)
        on = set(self.on)
        if self.left and is_webhook(request) and not _is_fallback(request):
            self._count()
        return await send_in_trouble(self._wire, request, on)

    def _count(self) -> None:
        self.left = {name: times - 1 for name, times in self.left.items()}
        for name in [name for name, times in self.left.items() if times < 1]:
            self.end(name)
            self._uses_up(name)


async def send_in_trouble(wire: Wire, request: WireRequest, on: set[str]) -> WireReply:
    """Send one request while these are on; of several the one that happens first decides. Raises WireError."""
    if not is_webhook(request):
        return await wire.send(request)
    if WRONG_SIGNATURE in on:
        request = replace(request, headers=tuple((name, _wrong(name, value)) for name, value in request.headers))
    if _is_fallback(request):
        return await wire.send(request)
    if REFUSED in on:
        raise WireError(11202, f"no connection to {request.url}: it was refused", stage="ct")
    if SLOW in on:  # it did its work, only too late
        reply = await wire.send(request)
        left = max(0.0, TOO_LONG - reply.latency)
        return replace(reply, latency=reply.latency + left, ahead=reply.ahead + left)
    if FAILING in on:
        return WireReply(500, (("Content-Type", "text/plain"),), b"Internal Server Error", 0.0)
    if BROKEN in on:
        return WireReply(200, (("Content-Type", "text/xml"),), b"<Response><Say>We are", 0.0)
    return await wire.send(request)


def is_webhook(request: WireRequest) -> bool:
    """Whether the request is signed; what is not is a sound."""
    return any(name == _SIGNATURE for name, _ in request.headers)


def _is_fallback(request: WireRequest) -> bool:
    """Only a fallback URL is told which URL has failed (Twilio docs: `ErrorUrl`)."""
    return b"ErrorUrl=" in request.body or "ErrorUrl=" in request.url


def _wrong(name: str, value: str) -> str:
    """As long as a signature and as good as one of somebody who does not know the token; always the same."""
    return b64encode(sha1(value.encode()).digest()).decode() if name == _SIGNATURE else value
