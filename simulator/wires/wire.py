"""The one-method seam between the operator and an application, and the plain values that cross it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Headers = Sequence[tuple[str, str]]
Stage = Literal["ct", "rt"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a wire may take, in seconds: to connect, for each silence while it reads, and in all.

    `verifies`: whether the server's certificate is checked.
    """

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    verifies: bool = True


STANDARD_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request; `most` is how many bytes of the reply's body are of interest."""

    method: str
    url: str
    headers: Headers
    body: bytes
    most: int
    limits: Limits = STANDARD_LIMITS


@dataclass(frozen=True, slots=True)
class WireReply:
    """One HTTP reply; the body is cut after `most` + 1 bytes. `latency` is in seconds.

    `ahead`: seconds of it that nobody has waited for; they pass on the network's clock before the reply is there.
    """

    status: int
    headers: Headers
    body: bytes
    latency: float
    ahead: float = 0.0


class WireError(Exception):
    """No HTTP reply came. `code` is Twilio's (11200 family), the text says why in one sentence.

    `stage` names the retry policy that covers it: `ct` when no connection came about, `rt` when nothing was read in
    time. `ahead` as in a reply.
    """

    def __init__(
        self, code: int, reason: str, latency: float = 0.0, stage: Stage | None = None, *, ahead: float = 0.0
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.latency = latency
        self.stage = stage
        self.ahead = ahead


class Wire(Protocol):
    """Reaches the application."""

    async def send(self, request: WireRequest) -> WireReply:
        """Carry the request; raises WireError when no reply comes."""
