"""The one-method seam between the operator and an application, and the plain values that cross it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request; `most` is how many bytes of the reply's body are of interest."""

    method: str
    url: str
    headers: Headers
    body: bytes
    most: int


@dataclass(frozen=True, slots=True)
class WireReply:
    """One HTTP reply; the body is cut after `most` + 1 bytes. `latency` is in seconds."""

    status: int
    headers: Headers
    body: bytes
    latency: float


class WireError(Exception):
    """No HTTP reply came. `code` is Twilio's (11200 family), the text says why in one sentence."""

    def __init__(self, code: int, reason: str, latency: float = 0.0) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.latency = latency


class Wire(Protocol):
    """Reaches the application."""

    async def send(self, request: WireRequest) -> WireReply:
        """Carry the request; raises WireError when no reply comes."""
