"""The seam between the operator and an application's WebSockets; like a wire, it carries and judges nothing."""

from collections.abc import AsyncIterator
from typing import Protocol

from simulator.wires.wire import Headers


class Closed(Exception):  # noqa: N818 - an end, not an error
    """The other side has closed the socket: with an error where `code` is Twilio's (31900 family), else in peace."""

    def __init__(self, code: int | None = None, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Socket(Protocol):
    """One open WebSocket."""

    async def send(self, text: str) -> None:
        """Send a text message; nothing happens when the socket is closed."""

    def messages(self) -> AsyncIterator[str | None]:
        """What comes: texts, and None for a message that is none. Ends by raising Closed."""

    async def rest(self) -> None:
        """Wait until the application has read what was sent, so that its answers are in; not for ever."""

    async def close(self) -> None:
        """Close it in peace."""


class Sockets(Protocol):
    """Opens WebSockets."""

    async def connect(self, url: str, headers: Headers) -> Socket:
        """Raises WireError (31900 family) when none comes about."""
