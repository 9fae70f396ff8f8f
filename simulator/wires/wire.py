"""The one-method seam between the operator and an application, and the plain values that cross it."""

from collections.abc import Sequence
from typing import Literal, Protocol

from simulator.foreign import whole
from simulator.values import frozen

Headers = Sequence[tuple[str, str]]
"""Names and values, a character an octet as in HTTP (Latin-1); a value that has other letters is sent as UTF-8."""
Stage = Literal["ct", "rt"]


@frozen
class Limits:
    """How long a wire may take, in seconds: to connect, for each silence while it reads, and in all.

    `verifies`: whether the server's certificate is checked.
    """

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    verifies: bool = True


STANDARD_LIMITS = Limits()


def octets(value: str) -> bytes:
    """A header's value as it is sent."""
    return value.encode() if value.isascii() or max(value) > "\xff" else value.encode("latin-1")


@frozen
class WireRequest:
    """One HTTP request; `most` is how many bytes of the reply's body are of interest.

    `name` is what texts call the URL where that is not the whole of it: without the parameters that a GET adds.
    """

    method: str
    url: str
    headers: Headers
    body: bytes
    most: int
    limits: Limits = STANDARD_LIMITS
    name: str | None = None


@frozen
class WireReply:
    """One HTTP reply; the body is cut after `most` + 1 bytes. `latency` is in seconds.

    `ahead`: seconds of it that nobody has waited for; they pass on the network's clock before the reply is there.
    `raised`: the traceback of what an application in this process raised, if it did.
    """

    status: int
    headers: Headers
    body: bytes
    latency: float
    ahead: float = 0.0
    raised: str = ""


class WireError(Exception):
    """No HTTP reply came. `code` is Twilio's (11200 family), the text says why in one sentence.

    `stage` names the retry policy that covers it: `ct` when no connection came about, `rt` when nothing was read in
    time. `ahead` and `raised` as in a reply.
    """

    def __init__(
        self,
        code: int,
        reason: str,
        latency: float = 0.0,
        stage: Stage | None = None,
        *,
        ahead: float = 0.0,
        raised: str = "",
    ) -> None:
        self.reason = whole(reason)  # it may quote the application
        super().__init__(self.reason)
        self.code = code
        self.latency = latency
        self.stage = stage
        self.ahead = ahead
        self.raised = raised


class Wire(Protocol):
    """Reaches the application."""

    async def send(self, request: WireRequest) -> WireReply:
        """Carry the request; raises WireError when no reply comes."""


def limit_of(limits: Limits, standard: float | None) -> float | None:
    """The limit of a request; `standard` is the wire's own, for requests without limits of their own.

    There is no connecting here, and no single packets: silence and total time are one and the same.
    """
    if limits is STANDARD_LIMITS:
        return standard
    return min(limits.read, limits.total, standard or limits.total)


def too_late(limit: float, limits: Limits) -> WireError:
    """The error of an application that has taken longer than `limit`, the one that is in force."""
    reason = f"the application did not answer within {limit:g} s"
    return WireError(11205, reason, limit, "rt" if limit < limits.total else None)
