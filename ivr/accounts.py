"""The company's internal API: balances, and a list of whom to call back: what it may answer, and its client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, Protocol
from urllib.parse import quote

from ivr.external import Connection, Session
from ivr.foreign import whole_json

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


class NotConfiguredAccounts:
    """Stands where no accounts API is configured: callers hear that it cannot be reached, the home page says why."""

    WHY = "ACCOUNTS_API_URL is not set."

    async def standing(self, person_id: str) -> Account | NoAccount | AccountsDown:
        """Never known."""
        return AccountsDown(self.WHY)

    async def request_callback(
        self, *, person_id: str | None, phone: str, topic: Topic, call_sid: str
    ) -> CallbackRequested | AccountsDown:
        """Never possible."""
        return AccountsDown(self.WHY)

    async def health(self) -> str | None:
        """What to set."""
        return self.WHY

    async def close(self) -> None:
        """Nothing is open."""


NOBODY = "ivr-health"


class HttpAccounts:
    """`GET /v1/accounts/{person}` and `POST /v1/callbacks` with a bearer token.

    `patience` (seconds) is for the whole request, far below the 15 s Twilio grants a webhook. A session given
    from outside is not closed here. Recordings are not asked for health: it is how the last request went.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        session: Session | None = None,
        patience: float = 4.0,
        asks_for_health: bool = True,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._connection = Connection(session)
        self._patience = patience
        self._asks_for_health = asks_for_health
        self._last_trouble: str | None = None

    async def standing(self, person_id: str) -> Account | NoAccount | AccountsDown:
        """Balance and due date."""
        answer = await self._send("GET", f"/v1/accounts/{quote(person_id, safe='')}")
        match answer:
            case AccountsDown():
                return answer
            case 200, {"userId": str(owner), **rest} if owner == person_id:
                return _account(rest)
            case 404, {"error": "account_not_found"}:
                return NoAccount()
            case status, _:
                return self._down(f"status {status} with an answer that is not an account")

    async def request_callback(
        self, *, person_id: str | None, phone: str, topic: Topic, call_sid: str
    ) -> CallbackRequested | AccountsDown:
        """A repeat with the same call and topic has the same Idempotency-Key."""
        body = {"userId": person_id, "phone": phone, "topic": topic, "callSid": call_sid}
        answer = await self._send("POST", "/v1/callbacks", body, {"Idempotency-Key": f"{call_sid}-{topic}"})
        match answer:
            case AccountsDown():
                return answer
            case 200 | 201, {"id": str(request_id)}:
                return CallbackRequested(request_id)
            case status, _:
                return self._down(f"status {status} to a call-back request")

    async def health(self) -> str | None:
        """How a request goes for an account that nobody has: the API has no address of its own for this."""
        if self._asks_for_health:
            await self._send("GET", f"/v1/accounts/{NOBODY}")
        return self._last_trouble

    async def close(self) -> None:
        """Close the session, if it was made here."""
        await self._connection.close()

    async def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any] | AccountsDown:
        import aiohttp  # a quarter of a second, so only when an account is first asked for

        options: dict[str, Any] = {
            "headers": {"Authorization": f"Bearer {self._token}", "Accept": "application/json", **(headers or {})},
            "timeout": aiohttp.ClientTimeout(total=self._patience),
            "allow_redirects": False,  # a redirect would carry our token to another place
        }
        if body is not None:
            options["data"] = json.dumps(body)
            options["headers"]["Content-Type"] = "application/json"
        try:
            async with self._connection.session().request(method, self._base_url + path, **options) as response:
                status, text = int(response.status), await response.text()
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            return self._down(f"out of reach ({type(error).__name__})")
        self._last_trouble = None if status < 500 and status != 401 else f"The accounts API answers {status}."
        try:
            return status, whole_json(text)
        except (ValueError, RecursionError):
            return status, None

    def _down(self, why: str) -> AccountsDown:
        self._last_trouble = f"The accounts API is not well: {why}."
        return AccountsDown(why)


_MOST = Decimal(10) ** 12  # also keeps 1e999999 from becoming a million digits


def _account(record: Mapping[Any, Any]) -> Account | AccountsDown:
    balance, currency, due = record.get("balance"), record.get("currency"), record.get("dueDate")
    try:
        # Only a string keeps cents exact; a JSON number is refused rather than rounded.
        amount = Decimal(balance) if isinstance(balance, str) else Decimal("NaN")
        day = date.fromisoformat(str(due))
    except (InvalidOperation, ValueError):
        return AccountsDown("an account with a malformed balance or due date")
    if not amount.is_finite() or abs(amount) >= _MOST or not isinstance(currency, str) or len(currency) != 3:
        return AccountsDown("an account with a malformed balance or currency")
    return Account(balance=amount, currency=currency.upper(), due=day)
