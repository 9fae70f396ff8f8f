"""Callers proven by Okta's Factors API, on both engines; no sign-on policy is evaluated, no session is made."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ivr.identity.okta_answers import failed, field, kind_of, polled, refused, started
from ivr.identity.okta_people import find_caller, health
from ivr.identity.okta_wire import Answer, OktaWire
from ivr.identity.protocol import (
    Attempt,
    Begun,
    Challenged,
    Checked,
    CodeSent,
    Factor,
    Found,
    Locked,
    Person,
    Polled,
    Push,
    Pushed,
    TooSoon,
    Trouble,
    Unavailable,
    Unusable,
    Verified,
    WrongCode,
)


class OktaFactors:
    """Identity by `/api/v1/users` and `/api/v1/users/{id}/factors` (Okta docs: Users, UserFactors)."""

    def __init__(self, wire: OktaWire, *, number_challenge: bool = False) -> None:
        self._wire = wire
        self._number_challenge = number_challenge

    async def find_caller(self, phone: str) -> Found:
        """The one user with this `ivrPhone`."""
        return await find_caller(self._wire, phone)

    async def begin(self, person: Person) -> Begun | Unavailable:
        """ACTIVE factors only: PENDING rows are listed too, and Identity Engine adds kinds no one enrolled."""
        answer = await self._wire.send("GET", f"/api/v1/users/{quote(person.id, safe='')}/factors")
        if isinstance(answer, Unavailable):
            return answer
        if answer.status != 200 or not isinstance(answer.body, list):
            return failed(answer)
        factors = tuple(factor for row in answer.body if (factor := _factor(row)) is not None)
        return Begun(Attempt(person.id), factors)

    async def challenge(self, attempt: Attempt, factor: Factor) -> Challenged:
        """An empty verify sends a code; doing it again is how a code is sent again."""
        answer = await self._wire.send("POST", _verify_path(attempt, factor))
        if isinstance(answer, Unavailable):
            return answer
        if answer.status == 200:
            return CodeSent() if field(answer.body, "factorResult") == "CHALLENGE" else _nonsense(answer)
        match refused(answer):
            case WrongCode():
                return _nonsense(answer)
            case result:
                return result

    async def verify(self, attempt: Attempt, factor: Factor, code: str) -> Checked:
        """Only a 200 that says SUCCESS is a success."""
        answer = await self._wire.send("POST", _verify_path(attempt, factor), {"passCode": code})
        if isinstance(answer, Unavailable):
            return answer
        if answer.status == 200:
            return Verified() if field(answer.body, "factorResult") == "SUCCESS" else _nonsense(answer)
        match refused(answer):
            case TooSoon():
                return Unavailable(Trouble.BUSY, answer.code)
            case result:
                return result

    async def start_push(self, attempt: Attempt, factor: Factor) -> Pushed:
        """A 201 with a transaction to poll."""
        body = {"useNumberMatchingChallenge": True} if self._number_challenge else None
        answer = await self._wire.send("POST", _verify_path(attempt, factor), body)
        if isinstance(answer, Unavailable):
            return answer
        if answer.status in (200, 201):
            return started(answer)
        match refused(answer):
            case Locked() | Unusable() | Unavailable() as result:
                return result
            case _:
                return _nonsense(answer)

    async def poll_push(self, attempt: Attempt, push: Push) -> Polled:
        """One look at the transaction."""
        answer = await self._wire.send("GET", push.poll)
        return answer if isinstance(answer, Unavailable) else polled(answer)

    async def step_back(self, attempt: Attempt, push: Push | None) -> None:
        """Okta documents only the link, not its answer; a push that stays would merely time out."""
        if push is not None and push.cancel is not None:
            await self._wire.send("DELETE", push.cancel)

    async def health(self) -> str | None:
        """Whether the org answers."""
        return await health(self._wire)

    def warm(self) -> None:
        """Load the SDK."""
        self._wire.warm()

    async def close(self) -> None:
        """Close what the wire opened."""
        await self._wire.close()


def _verify_path(attempt: Attempt, factor: Factor) -> str:
    return f"/api/v1/users/{quote(attempt.person, safe='')}/factors/{quote(factor.id, safe='')}/verify"


def _factor(row: Any) -> Factor | None:
    """A row we can use."""
    factor_id, kind = field(row, "id"), kind_of(row)
    if field(row, "status") == "ACTIVE" and kind is not None and isinstance(factor_id, str):
        return Factor(id=factor_id, kind=kind)
    return None


def _nonsense(answer: Answer) -> Unavailable:
    return Unavailable(Trouble.GARBLED, f"{answer.status} {answer.code} {field(answer.body, 'factorResult')}")
