"""Proofs by the identity provider, and decoys for callers who cannot be proven: asked alike, and never passed.

A decoy keeps a stranger who forges a caller ID from learning whether its owner is a customer. It sends nothing, no code
is right for it, and it asks the provider as often as a real attempt does (polls of a push aside, which nobody hears):
so that what is slow or down for one is so for the other.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from ivr.identity.protocol import (
    Attempt,
    Begun,
    Challenged,
    Checked,
    CodeSent,
    Factor,
    Identity,
    Kind,
    Locked,
    Person,
    Polled,
    Push,
    Pushed,
    TooSoon,
    Unavailable,
    Unknown,
    Unusable,
    Waiting,
    WrongCode,
)
from ivr.limits import Limit, Limits

ONE_IN_30_SECONDS = Limit("decoy codes", 1, 30.0)  # as Okta's own texts and calls


@dataclass(frozen=True, slots=True)
class Discreet:
    """Attempts that all look alike. `kinds` are a decoy's factors, `key` keeps its choices from being foreseen."""

    inner: Identity
    limits: Limits
    now: Callable[[], float]
    key: bytes
    kinds: tuple[Kind, ...]
    speaks_numbers: bool = False

    async def begin(self, caller: Person | Unknown, phone: str) -> Begun | Unavailable:
        """Whoever cannot be proven, for whatever reason, gets a decoy; why is told in its attempt, for the log."""
        if isinstance(caller, Unknown):
            return await self._trouble(phone) or self._decoy(phone, caller.why)
        match await self.inner.begin(caller):
            case Begun(_, ()):
                return self._decoy(phone, "no active factor that works on the phone")
            case Locked():
                return self._decoy(phone, "locked")
            case Unusable(why):
                return self._decoy(phone, why)
            case answer:
                return answer

    async def challenge(self, attempt: Attempt, factor: Factor) -> Challenged:
        """See `Identity`. A decoy sends nothing, and says no more often than Okta that it did."""
        if not attempt.decoy:
            return await self.inner.challenge(attempt, factor)
        trouble = await self._trouble(attempt.person)
        if trouble is not None:
            return trouble
        is_soon = await self.limits.take((ONE_IN_30_SECONDS, f"{factor.kind} {attempt.person}"))
        return TooSoon() if is_soon else CodeSent()

    async def verify(self, attempt: Attempt, factor: Factor, code: str) -> Checked:
        """See `Identity`. No code is right for a decoy."""
        if not attempt.decoy:
            return await self.inner.verify(attempt, factor, code)
        return await self._trouble(attempt.person) or WrongCode()

    async def start_push(self, attempt: Attempt, factor: Factor) -> Pushed:
        """See `Identity`. A decoy's push reaches nobody."""
        if not attempt.decoy:
            return await self.inner.start_push(attempt, factor)
        number = self._chosen(f"number {attempt.person} {self.now()}", 100) if self.speaks_numbers else None
        return await self._trouble(attempt.person) or Push(poll="", cancel=None, number=number)

    async def poll_push(self, attempt: Attempt, push: Push) -> Polled:
        """See `Identity`. Nobody answers a decoy's push."""
        if not attempt.decoy:
            return await self.inner.poll_push(attempt, push)
        return Waiting(push.number)

    async def step_back(self, attempt: Attempt, push: Push | None) -> None:
        """See `Identity`. To withdraw a push is a question, too."""
        if not attempt.decoy:
            await self.inner.step_back(attempt, push)
        elif push is not None:
            await self._trouble(attempt.person)

    async def _trouble(self, phone: str) -> Unavailable | None:
        """The provider's time and its troubles, by the one question that can be asked about anybody."""
        found = await self.inner.find_caller(phone)
        return found if isinstance(found, Unavailable) else None

    def _decoy(self, phone: str, why: str) -> Begun:
        """The same number is offered the same, on every call and by every worker."""
        first = self._chosen(phone, len(self.kinds))
        factors = tuple(Factor(f"decoy {kind}", kind) for kind in (*self.kinds[first:], *self.kinds[:first]))
        return Begun(Attempt(phone, decoy=why), factors)

    def _chosen(self, what: str, of: int) -> int:
        return int.from_bytes(hmac.digest(self.key, what.encode(), "sha256")[:8]) % of
