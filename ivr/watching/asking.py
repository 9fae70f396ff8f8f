"""A line's services with somebody watching how long they take and what comes of it; the answers pass unchanged."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from ivr.accounts.protocol import Account, Accounts, AccountsDown, CallbackRequested, NoAccount, Topic
from ivr.identity.protocol import (
    Attempt,
    Challenged,
    Checked,
    Factor,
    Found,
    Identity,
    Person,
    Polled,
    Push,
    Pushed,
    Started,
    Waiting,
)
from ivr.limits import Count, Limit, Limits


class Watcher(Protocol):
    """Whoever counts and times."""

    def asking(self, service: str, what: str) -> AbstractContextManager[None]:
        """Around one question to a service."""
        ...

    def came(self, factor: str, outcome: str) -> None:
        """What came of a challenge or a proof, by the kind of factor."""
        ...

    def hit(self, limit: str) -> None:
        """Somebody has used up a limit."""
        ...


@dataclass(frozen=True, slots=True)
class WatchedIdentity:
    """An identity provider. Outcomes are named by the answers: Verified, WrongCode, Rejected and so on."""

    inner: Identity
    watcher: Watcher

    async def find_caller(self, phone: str) -> Found:
        """See `Identity`."""
        with self.watcher.asking("okta", "find_caller"):
            return await self.inner.find_caller(phone)

    async def begin(self, person: Person) -> Started:
        """See `Identity`."""
        with self.watcher.asking("okta", "begin"):
            return await self.inner.begin(person)

    async def challenge(self, attempt: Attempt, factor: Factor) -> Challenged:
        """See `Identity`."""
        with self.watcher.asking("okta", "challenge"):
            answer = await self.inner.challenge(attempt, factor)
        self.watcher.came(factor.kind, type(answer).__name__)
        return answer

    async def verify(self, attempt: Attempt, factor: Factor, code: str) -> Checked:
        """See `Identity`."""
        with self.watcher.asking("okta", "verify"):
            answer = await self.inner.verify(attempt, factor, code)
        self.watcher.came(factor.kind, type(answer).__name__)
        return answer

    async def start_push(self, attempt: Attempt, factor: Factor) -> Pushed:
        """See `Identity`."""
        with self.watcher.asking("okta", "start_push"):
            answer = await self.inner.start_push(attempt, factor)
        self.watcher.came(factor.kind, type(answer).__name__)
        return answer

    async def poll_push(self, attempt: Attempt, push: Push) -> Polled:
        """See `Identity`. Waiting is no outcome."""
        with self.watcher.asking("okta", "poll_push"):
            answer = await self.inner.poll_push(attempt, push)
        if not isinstance(answer, Waiting):
            self.watcher.came("push", type(answer).__name__)
        return answer

    async def step_back(self, attempt: Attempt, push: Push | None) -> None:
        """See `Identity`."""
        with self.watcher.asking("okta", "step_back"):
            await self.inner.step_back(attempt, push)

    async def health(self) -> str | None:
        """See `Identity`."""
        return await self.inner.health()

    def warm(self) -> None:
        """See `Identity`."""
        self.inner.warm()

    async def close(self) -> None:
        """See `Identity`."""
        await self.inner.close()


@dataclass(frozen=True, slots=True)
class WatchedAccounts:
    """The accounts API."""

    inner: Accounts
    watcher: Watcher

    async def standing(self, person_id: str) -> Account | NoAccount | AccountsDown:
        """See `Accounts`."""
        with self.watcher.asking("accounts", "standing"):
            return await self.inner.standing(person_id)

    async def request_callback(
        self, *, person_id: str | None, phone: str, topic: Topic, call_sid: str
    ) -> CallbackRequested | AccountsDown:
        """See `Accounts`."""
        with self.watcher.asking("accounts", "request_callback"):
            return await self.inner.request_callback(person_id=person_id, phone=phone, topic=topic, call_sid=call_sid)

    async def health(self) -> str | None:
        """See `Accounts`."""
        return await self.inner.health()

    async def close(self) -> None:
        """See `Accounts`."""
        await self.inner.close()


@dataclass(frozen=True, slots=True)
class WatchedLimits:
    """The limits."""

    inner: Limits
    watcher: Watcher

    async def take(self, *counts: Count) -> Limit | None:
        """See `Limits`."""
        hit = await self.inner.take(*counts)
        if hit is not None:
            self.watcher.hit(hit.name)
        return hit

    async def left(self, limit: Limit, whose: str) -> int:
        """See `Limits`. Nothing left is a limit hit, too: nobody asks in vain."""
        left = await self.inner.left(limit, whose)
        if left <= 0:
            self.watcher.hit(limit.name)
        return left

    async def clear(self, *counts: Count) -> None:
        """See `Limits`."""
        await self.inner.clear(*counts)
