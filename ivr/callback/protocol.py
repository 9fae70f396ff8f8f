"""What the line asks of whoever makes its calls, and the closed set of answers; transport is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Order:
    """A call to `to`, showing `caller` (both E.164); `document` and `status` are paths below its public address."""

    to: str
    caller: str
    document: str
    status: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """The call is on its way; the sid is Twilio's."""

    sid: str


@dataclass(frozen=True, slots=True)
class NotOrdered:
    """No call was made, as far as is known; `why` is for the log, never spoken."""

    why: str


class Dialler(Protocol):
    """Makes calls; every method answers, none raises for what Twilio or a network does."""

    async def ring(self, order: Order) -> Ordered | NotOrdered:
        """Ring somebody."""
        ...

    def warm(self) -> None:
        """Load what is slow to load; may be called in a thread of its own."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
