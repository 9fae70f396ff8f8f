"""Callers proven by Okta's Factors API, on both engines; no sign-on policy is evaluated, no session is made."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from ivr.identity.okta_answers import failed, field, polled, refused, started
from ivr.identity.okta_wire import Answer, OktaWire
from ivr.identity.protocol import (
    Challenged,
    Checked,
    CodeSent,
    Factor,
    Found,
    Kind,
    Listed,
    Locked,
    Person,
    Polled,
    Push,
    Pushed,
    TooSoon,
    Trouble,
    Unavailable,
    Unknown,
    Unusable,
    Verified,
    WrongCode,
)

_MOST_HITS = 25


class OktaFactors:
    """Identity by `/api/v1/users` and `/api/v1/users/{id}/factors` (Okta docs: Users, UserFactors)."""

    def __init__(self, wire: OktaWire, *, number_challenge: bool = False) -> None:
        self._wire = wire
        self._number_challenge = number_challenge

    async def find_caller(self, phone: str) -> Found:
        """The one user with this `ivrPhone`.

        The search also returns DEPROVISIONED users, and nothing keeps two users from sharing a number: leavers
        are not counted, and whoever shares a number with someone, or is not ACTIVE, is unknown.
        """
        expression = f"profile.ivrPhone eq {json.dumps(phone)}"
        path = f"/api/v1/users?search={quote(expression, safe='')}&limit={_MOST_HITS}"
        answer = await self._wire.send("GET", path)
        if isinstance(answer, Unavailable):
            return answer
        if answer.status != 200 or not isinstance(answer.body, list):
            return failed(answer)
        if len(answer.body) >= _MOST_HITS:
            return Unknown("more users than we care to look through")
        present = [
            user
            for user in answer.body
            if field(user, "status") != "DEPROVISIONED" and field(field(user, "profile"), "ivrPhone") == phone
        ]
        match present:
            case []:
                return Unknown("no user has this number")
            case [user]:
                return _person(user)
            case _:
                return Unknown(f"{len(present)} users share this number")

    async def usable_factors(self, person_id: str) -> Listed:
        """ACTIVE factors only: PENDING rows are listed too, and Identity Engine adds kinds no one enrolled."""
        answer = await self._wire.send("GET", f"/api/v1/users/{quote(person_id, safe='')}/factors")
        if isinstance(answer, Unavailable):
            return answer
        if answer.status != 200 or not isinstance(answer.body, list):
            return failed(answer)
        return tuple(factor for row in answer.body if (factor := _factor(row)) is not None)

    async def challenge(self, person_id: str, factor: Factor) -> Challenged:
        """An empty verify sends a code; doing it again is how a code is sent again."""
        answer = await self._wire.send("POST", _verify_path(person_id, factor))
        if isinstance(answer, Unavailable):
            return answer
        if answer.status == 200:
            return CodeSent() if field(answer.body, "factorResult") == "CHALLENGE" else _nonsense(answer)
        match refused(answer):
            case WrongCode():
                return _nonsense(answer)
            case result:
                return result

    async def verify(self, person_id: str, factor: Factor, code: str) -> Checked:
        """Only a 200 that says SUCCESS is a success."""
        answer = await self._wire.send("POST", _verify_path(person_id, factor), {"passCode": code})
        if isinstance(answer, Unavailable):
            return answer
        if answer.status == 200:
            return Verified() if field(answer.body, "factorResult") == "SUCCESS" else _nonsense(answer)
        match refused(answer):
            case TooSoon():
                return Unavailable(Trouble.BUSY, answer.code)
            case result:
                return result

    async def start_push(self, person_id: str, factor: Factor) -> Pushed:
        """A 201 with a transaction to poll."""
        body = {"useNumberMatchingChallenge": True} if self._number_challenge else None
        answer = await self._wire.send("POST", _verify_path(person_id, factor), body)
        if isinstance(answer, Unavailable):
            return answer
        if answer.status in (200, 201):
            return started(answer)
        match refused(answer):
            case Locked() | Unusable() | Unavailable() as result:
                return result
            case _:
                return _nonsense(answer)

    async def poll_push(self, push: Push) -> Polled:
        """One look at the transaction."""
        answer = await self._wire.send("GET", push.poll)
        return answer if isinstance(answer, Unavailable) else polled(answer)

    async def cancel_push(self, push: Push) -> None:
        """Okta documents only the link, not its answer; a push that stays would merely time out."""
        if push.cancel is not None:
            await self._wire.send("DELETE", push.cancel)

    async def health(self) -> str | None:
        """Asks the one address that needs no rights, so a wrong token is not seen here."""
        answer = await self._wire.send("GET", "/.well-known/okta-organization")
        if isinstance(answer, Unavailable):
            return f"Okta: {answer.trouble} ({answer.detail})."
        return None if answer.status < 500 else f"Okta answers with status {answer.status}."

    def warm(self) -> None:
        """Load the SDK."""
        self._wire.warm()

    async def close(self) -> None:
        """Close what the wire opened."""
        await self._wire.close()


def _verify_path(person_id: str, factor: Factor) -> str:
    return f"/api/v1/users/{quote(person_id, safe='')}/factors/{quote(factor.id, safe='')}/verify"


def _person(user: Any) -> Person | Unknown | Unavailable:
    if field(user, "status") != "ACTIVE":
        return Unknown(f"the user is {field(user, 'status')}")
    person_id, profile = field(user, "id"), field(user, "profile")
    if not isinstance(person_id, str) or not person_id:
        return Unavailable(Trouble.GARBLED, "a user without an id")
    return Person(
        id=person_id,
        first_name=_text(field(profile, "firstName")),
        preference=_text(field(profile, "ivrFactorPreference")),
    )


def _factor(row: Any) -> Factor | None:
    """A row we can use. A mobile app's own push (`provider: CUSTOM`) is not Okta Verify and is left out."""
    kind, factor_id = field(row, "factorType"), field(row, "id")
    usable = field(row, "status") == "ACTIVE" and field(row, "provider") == "OKTA"
    if usable and kind in tuple(Kind) and isinstance(factor_id, str):
        return Factor(id=factor_id, kind=Kind(kind))
    return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _nonsense(answer: Answer) -> Unavailable:
    return Unavailable(Trouble.GARBLED, f"{answer.status} {answer.code} {field(answer.body, 'factorResult')}")
