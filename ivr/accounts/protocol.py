"""What the line asks of the company's accounts API, and the closed set of answers; transport is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

Topic = Literal["support", "account"]


@dataclass(frozen=True, slots=True)
class Account:
    """What a person owes, in an ISO 4217 currency; a negative balance is in their favour."""

    balance: Decimal
    currency: str
    due: date


@dataclass(frozen=True, slots=True)
class NoAccount:
    """The company has no account for this person."""


@dataclass(frozen=True, slots=True)
class AccountsDown:
    """The API could not be used; `why` is for the log and the health line, never spoken."""

    why: str


@dataclass(frozen=True, slots=True)
class CallbackRequested:
    """An agent will call; the id is the company's own."""

    id: str


class Accounts(Protocol):
    """The accounts API; every method answers, none raises for what the API or a network does."""

    async def standing(self, person_id: str) -> Account | NoAccount | AccountsDown:
        """Balance and due date of a verified person."""
        ...

    async def request_callback(
        self, *, person_id: str | None, phone: str, topic: Topic, call_sid: str
    ) -> CallbackRequested | AccountsDown:
        """Ask for a call to this E.164 number; the same call and topic never make two requests."""
        ...

    async def health(self) -> str | None:
        """None as far as is known well, else one sentence."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
