"""What the company knows of its customers: balances, due dates, call-backs asked for. HTTP is in `app`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fakes.clock import AdjustableClock
from fakes.faults import Faults

DEMO_TOKEN = "fake-accounts-token-not-a-secret"  # noqa: S105 - opens nothing but this fake
API_URL = "http://accounts.atko-mobile.example"
PHONE = re.compile(r"\+[1-9]\d{1,14}")
CALL_SID = re.compile(r"CA[0-9a-f]{32}")
TOPICS = ("support", "account")
MOST = 5000
"""Call-backs remembered, with their idempotency keys, so that a long load test does not fill our memory."""


class AccountsError(Exception):
    """A refusal by the API: HTTP status, error word and a message for people."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(f"{status} {error}: {message}")
        self.status = status
        self.error = error
        self.message = message


@dataclass(frozen=True, slots=True)
class Account:
    user_id: str
    balance: Decimal
    due_date: date
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Callback:
    """A request that somebody of support calls back."""

    id: str
    user_id: str | None
    phone: str
    topic: str
    call_sid: str
    requested_at: float


class Accounts:
    """The accounts API's state. `now` gives Unix epoch seconds and is its only clock."""

    def __init__(self, *, now: Callable[[], float], token: str = DEMO_TOKEN, url: str = API_URL) -> None:
        self.url = url
        self.clock = AdjustableClock(now)
        self.token = token
        self.faults = Faults()
        self.accounts: dict[str, Account] = {}
        self.callbacks: list[Callback] = []
        self._by_key: dict[str, Callback] = {}
        self._noted = 0

    def open(self, account: Account) -> None:
        """Add an account, or replace the one of the same user."""
        self.accounts[account.user_id] = account

    def account(self, user_id: str) -> Account:
        found = self.accounts.get(user_id)
        if found is None:
            raise AccountsError(404, "account_not_found", f"There is no account for user {user_id}.")
        return found

    def request_callback(self, key: str, wish: Mapping[str, object]) -> Callback:
        """Note a call-back. The same idempotency key gives the same answer and no second request."""
        if not key:
            raise _invalid("Idempotency-Key", "is required")
        earlier = self._by_key.get(key)
        if earlier is not None:
            return earlier
        callback = Callback(
            id=f"cb_{self._noted + 1:06d}",
            user_id=_text_or_none(wish, "userId"),
            phone=_matching(wish, "phone", PHONE, "must be an E.164 number"),
            topic=_topic(wish),
            call_sid=_matching(wish, "callSid", CALL_SID, "must be a Twilio call SID"),
            requested_at=self.clock(),
        )
        self._noted += 1
        self.callbacks.append(callback)
        self._by_key[key] = callback
        if len(self.callbacks) > MOST:  # both are in the order they came
            del self.callbacks[0], self._by_key[next(iter(self._by_key))]
        return callback

    def snapshot(self) -> "Snapshot":
        return Snapshot(dict(self.accounts), tuple(self.callbacks), dict(self._by_key), self._noted)

    def restore(self, earlier: "Snapshot") -> None:
        self.accounts = dict(earlier.accounts)
        self.callbacks = list(earlier.callbacks)
        self._by_key = dict(earlier.by_key)
        self._noted = earlier.noted


@dataclass(frozen=True, slots=True)
class Snapshot:
    accounts: Mapping[str, Account]
    callbacks: tuple[Callback, ...]
    by_key: Mapping[str, Callback]
    noted: int


def _text_or_none(wish: Mapping[str, object], name: str) -> str | None:
    value = wish.get(name)
    if value is None or (isinstance(value, str) and value):
        return value
    raise _invalid(name, "must be a user id or null")


def _topic(wish: Mapping[str, object]) -> str:
    value = wish.get("topic")
    if isinstance(value, str) and value in TOPICS:
        return value
    raise _invalid("topic", f"must be one of {', '.join(TOPICS)}")


def _matching(wish: Mapping[str, object], name: str, pattern: re.Pattern[str], rule: str) -> str:
    value = wish.get(name)
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    raise _invalid(name, rule)


def _invalid(name: str, rule: str) -> AccountsError:
    return AccountsError(400, "invalid_request", f"{name} {rule}.")
