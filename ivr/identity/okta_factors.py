"""Callers proven by Okta's Factors API, on both engines; no sign-on policy is evaluated, no session is made."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, Field

from ivr.identity.okta_answers import failed, field, kind_of, polled, refused, started
from ivr.identity.okta_wire import Answer, OktaWire
from ivr.identity.protocol import (
    Attempt,
    Begun,
    Challenged,
    Checked,
    CodeSent,
    Factor,
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
from ivr.identity.provider import Fit, Provider


class FactorsSettings(BaseModel):
    """The settings of this provider."""

    push_number_challenge: bool = Field(default=False, validation_alias="IVR_PUSH_NUMBER_CHALLENGE")


class OktaFactors:
    """Identity by `/api/v1/users/{id}/factors` (Okta docs: UserFactors)."""

    def __init__(self, wire: OktaWire, *, number_challenge: bool = False) -> None:
        self._wire = wire
        self._number_challenge = number_challenge

    async def begin(self, person: Person) -> Begun | Unusable | Unavailable:
        """Begin with ACTIVE factors: PENDING rows are listed too, and Identity Engine adds kinds no one enrolled."""
        answer = await self._wire.send("GET", f"/api/v1/users/{quote(person.id, safe='')}/factors")
        if isinstance(answer, Unavailable):
            return answer
        if answer.status == 404:
            return Unusable("no user has this id")
        if answer.status != 200 or not isinstance(answer.body, list):
            return failed(answer)
        factors = tuple(factor for row in answer.body if (factor := _factor(row)) is not None)
        return Begun(Attempt(person.id), factors)

    async def challenge(self, attempt: Attempt, factor: Factor) -> Challenged:
        """Send a code by an empty verify; doing it again sends another."""
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
        """Check a code. Only a 200 that says SUCCESS is a success."""
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
        """Send a push: a 201 with a transaction to poll."""
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

    def unsent_push(self, attempt: Attempt, factor: Factor) -> Push:
        """Give the addresses that a push which went out would have."""
        transaction = f"{_factor_path(attempt, factor)}/transactions/{quote(attempt.person, safe='')}"
        return Push(poll=transaction, cancel=transaction)

    async def poll_push(self, attempt: Attempt, push: Push) -> Polled:
        """Look at the transaction once."""
        answer = await self._wire.send("GET", push.poll)
        return answer if isinstance(answer, Unavailable) else polled(answer)

    async def step_back(self, attempt: Attempt, push: Push | None) -> None:
        """Withdraw the push. Okta documents only the link. A push that stays does not block other factors."""
        if push is not None and push.cancel is not None:
            await self._wire.send("DELETE", push.cancel)


def _verify_path(attempt: Attempt, factor: Factor) -> str:
    return f"{_factor_path(attempt, factor)}/verify"


def _factor_path(attempt: Attempt, factor: Factor) -> str:
    return f"/api/v1/users/{quote(attempt.person, safe='')}/factors/{quote(factor.id, safe='')}"


def _factor(row: Any) -> Factor | None:
    """A row we can use."""
    factor_id, kind = field(row, "id"), kind_of(row)
    if field(row, "status") == "ACTIVE" and kind is not None and isinstance(factor_id, str):
        return Factor(id=factor_id, kind=kind)
    return None


def _nonsense(answer: Answer) -> Unavailable:
    return Unavailable(Trouble.GARBLED, f"{answer.status} {answer.code} {field(answer.body, 'factorResult')}")


FACTORS = Provider(
    name="factors",
    api="Factors API",
    make=lambda wire, settings, _: OktaFactors(wire, number_challenge=settings.push_number_challenge),
    conflict=lambda _: None,
    fit=lambda _: Fit("Factors API, which works on both engines."),
    refused="Look at the user in the admin console.",
)
