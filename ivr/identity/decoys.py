"""Proofs by the identity provider, and decoys for callers who cannot be proven: asked alike, and never passed.

A decoy keeps a stranger who forges a caller ID from learning whether its owner is a customer. Its attempt is that of
somebody whom the provider does not have, so every question is the one that a customer's attempt asks, at the same
address: what is slow, down or rate limited for one is so for the other. Whatever else the provider answers does not
count: nothing is sent, and no code is right.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

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

NOBODYS_ID = re.compile(r"\bdecoy[0-9a-f]{15}\b")  # as long as Okta's ids
REFUSED = "a factor that this caller does not have"
ONE_IN_30_SECONDS = Limit("decoy codes", 1, 30.0)  # as Okta's own texts and calls


@dataclass(frozen=True, slots=True)
class DecoyIdentity:
    """Attempts that all look alike. `kinds` are a decoy's factors, `key` keeps its choices from being foreseen.

    `refuses`: the provider offers everybody the same factors and refuses those that a person does not have, so half of
    a decoy's are refused, too. A code that another call has ordered is of no use to this one.
    """

    inner: Identity
    limits: Limits
    now: Callable[[], float]
    key: bytes
    kinds: tuple[Kind, ...]
    speaks_numbers: bool = False
    refuses: bool = False

    async def begin(self, caller: Person | Unknown, phone: str) -> Begun | Unavailable:
        """Begin an attempt, for whoever cannot be proven a decoy's, which says why for the log."""
        if isinstance(caller, Unknown):
            answer = await self.inner.begin(Person(self._nobody(phone), "", ""))
            return answer if isinstance(answer, Unavailable) else self._decoy(phone, caller.why)
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
        """See `Identity`. A decoy says no more often than Okta that something was sent."""
        answer = await self.inner.challenge(attempt, factor)
        if not attempt.decoy or isinstance(answer, Unavailable):
            return answer
        if self._is_refused(attempt, factor.kind):
            return Unusable(REFUSED)
        is_soon = await self.limits.take((ONE_IN_30_SECONDS, f"{factor.kind} {attempt.person}"))
        sent = f"{factor.kind} {attempt.person}"
        if is_soon and self.refuses and attempt.challenge != sent:
            return Unusable(REFUSED)
        return TooSoon() if is_soon else CodeSent(sent)

    async def verify(self, attempt: Attempt, factor: Factor, code: str) -> Checked:
        """See `Identity`. No code is right for a decoy."""
        answer = await self.inner.verify(attempt, factor, code)
        if not attempt.decoy or isinstance(answer, Unavailable):
            return answer
        return Unusable(REFUSED) if self._is_refused(attempt, factor.kind) else WrongCode()

    async def start_push(self, attempt: Attempt, factor: Factor) -> Pushed:
        """See `Identity`. A decoy's push reaches nobody."""
        answer = await self.inner.start_push(attempt, factor)
        if not attempt.decoy or isinstance(answer, Unavailable):
            return answer
        if self._is_refused(attempt, factor.kind):
            return Unusable(REFUSED)
        number = self._chosen(f"number {attempt.person} {self.now()}", 100) if self.speaks_numbers else None
        return replace(self.inner.unsent_push(attempt, factor), number=number)

    async def poll_push(self, attempt: Attempt, push: Push) -> Polled:
        """See `Identity`. Nobody answers a decoy's push."""
        answer = await self.inner.poll_push(attempt, push)
        return answer if not attempt.decoy or isinstance(answer, Unavailable) else Waiting(push.number)

    async def step_back(self, attempt: Attempt, push: Push | None) -> Unavailable | None:
        """See `Identity`."""
        return await self.inner.step_back(attempt, push)

    def _decoy(self, phone: str, why: str) -> Begun:
        """The same number is offered the same, on every call and by every worker."""
        nobody = self._nobody(phone)
        first = self._chosen(phone, len(self.kinds))
        factors = tuple(Factor(f"decoy{kind}", kind) for kind in (*self.kinds[first:], *self.kinds[:first]))
        return Begun(Attempt(nobody, token=nobody, decoy=why), factors)

    def _is_refused(self, attempt: Attempt, kind: Kind) -> bool:
        """The same kind is refused on every call."""
        return self.refuses and self._chosen(f"{kind} {attempt.person}", 2) == 1

    def _nobody(self, phone: str) -> str:
        """An id that no provider gives to anybody; the number cannot be found from it."""
        return f"decoy{hmac.digest(self.key, f'nobody {phone}'.encode(), 'sha256').hex()[:15]}"

    def _chosen(self, what: str, of: int) -> int:
        return int.from_bytes(hmac.digest(self.key, what.encode(), "sha256")[:8]) % of
