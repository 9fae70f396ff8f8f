"""Callers proven by Okta's Authentication API: the org's sign-on policy decides which factors suffice.

Classic Engine with factor sequencing only (Okta docs: Authentication API): a username alone opens a transaction. Its
state token is the attempt's secret. The session token at the end is dropped: nobody signs in anywhere, and only the
fact counts. A policy that wants a second step after the first factor is not served: such a caller is not proven.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ivr.identity.directory import Directory
from ivr.identity.okta_answers import failed, field, kind_of, number, refused
from ivr.identity.okta_wire import Answer, OktaWire
from ivr.identity.protocol import (
    Attempt,
    Begun,
    Challenged,
    Checked,
    CodeSent,
    Expired,
    Factor,
    Lapsed,
    Locked,
    Person,
    Polled,
    Push,
    Pushed,
    Rejected,
    Started,
    TooSoon,
    Trouble,
    Unavailable,
    Unusable,
    Verified,
    Waiting,
    WrongCode,
)
from ivr.identity.provider import CLASSIC, Fit, Provider

LAPSED_CODE = "E0000011"  # the state token is used up, cancelled or too old
DENIED = "401 E0000004: denied, locked out, or the org does not sign anybody on with a factor alone"


class OktaAuthn:
    """Identity by `/api/v1/authn`."""

    def __init__(self, wire: OktaWire) -> None:
        self._wire = wire
        self._directory = Directory(wire)

    async def begin(self, person: Person) -> Started:
        """Open a transaction for the username alone. Its status is UNAUTHENTICATED, in older orgs MFA_REQUIRED.

        For a user whom Okta does not have (a decoy) it is asked as often, by a state token that nobody was given: a
        username that nobody has would be a failed sign-in from our address.
        """
        login = await self._directory.find_login(person.id)
        if isinstance(login, Unavailable):
            return login
        answer = await self._send("", {"stateToken": person.id} if login is None else {"username": login})
        if isinstance(answer, Unavailable):
            return answer
        if answer.code in ("E0000004", LAPSED_CODE):
            return Unusable(DENIED if login is not None else "no user has this id")
        status, token = field(answer.body, "status"), field(answer.body, "stateToken")
        if answer.status == 200 and status == "LOCKED_OUT":
            return Locked()
        if answer.status != 200 or status not in ("UNAUTHENTICATED", "MFA_REQUIRED") or not isinstance(token, str):
            return _nonsense(answer) if answer.status == 200 else failed(answer)
        rows = field(field(answer.body, "_embedded"), "factors")
        factors = tuple(factor for row in rows or () if (factor := _factor(row)) is not None)
        return Begun(Attempt(person.id, token), factors)

    async def challenge(self, attempt: Attempt, factor: Factor) -> Challenged:
        """Send a code: a verify without a code does, and so does the next."""
        answer = await self._verify(attempt, factor)
        if isinstance(answer, Unavailable):
            return answer
        if answer.status == 200:
            return CodeSent() if field(answer.body, "status") == "MFA_CHALLENGE" else _nonsense(answer)
        match _refused(answer):
            case WrongCode():
                return _nonsense(answer)
            case result:
                return result

    async def verify(self, attempt: Attempt, factor: Factor, code: str) -> Checked:
        """Check a code. Only a SUCCESS with a session token is a success."""
        answer = await self._verify(attempt, factor, code)
        if isinstance(answer, Unavailable):
            return answer
        if answer.status == 200:
            return _finished(answer)
        match _refused(answer):
            case TooSoon():
                return Unavailable(Trouble.BUSY, answer.code)
            case result:
                return result

    async def start_push(self, attempt: Attempt, factor: Factor) -> Pushed:
        """Send a push by a verify; the same request is how it is polled."""
        answer = await self._verify(attempt, factor)
        if isinstance(answer, Unavailable):
            return answer
        if answer.status == 200:
            if field(answer.body, "factorResult") != "WAITING":
                return _nonsense(answer)
            return Push(poll=_verify_path(factor), cancel=None, number=_shown_number(answer))
        match _refused(answer):
            case Locked() | Unusable() | Lapsed() | Unavailable() as result:
                return result
            case _:
                return _nonsense(answer)

    def unsent_push(self, attempt: Attempt, factor: Factor) -> Push:
        """Give the address at which any push is polled."""
        return Push(poll=_verify_path(factor), cancel=None)

    async def poll_push(self, attempt: Attempt, push: Push) -> Polled:
        """Look once. After a rejection or a timeout was told, the same request would send another push."""
        answer = await self._send(push.poll, {"stateToken": attempt.token})
        if isinstance(answer, Unavailable):
            return answer
        if answer.code == "E0000073":
            return Rejected()
        if answer.code == LAPSED_CODE:
            return Expired()
        if answer.status != 200:
            return failed(answer)
        if field(answer.body, "status") != "MFA_CHALLENGE":
            match _finished(answer):
                case Verified():
                    return Verified()
                case _:
                    return _nonsense(answer)
        match field(answer.body, "factorResult"):
            case "WAITING":
                return Waiting(_shown_number(answer))
            case "REJECTED":
                return Rejected()
            case "TIMEOUT" | "CANCELLED":
                return Expired()
            case _:
                return _nonsense(answer)

    async def step_back(self, attempt: Attempt, push: Push | None) -> Unavailable | None:
        """Go back from a challenge to the factors. What becomes of a push is not documented; it cannot be used.

        A transaction that is gone is found out by the next challenge.
        """
        answer = await self._send("/previous", {"stateToken": attempt.token})
        if isinstance(answer, Unavailable):
            return answer
        return failed(answer) if answer.status == 429 or answer.status >= 500 else None

    async def _verify(self, attempt: Attempt, factor: Factor, code: str | None = None) -> Answer | Unavailable:
        given = {} if code is None else {"passCode": code}
        return await self._send(_verify_path(factor), {"stateToken": attempt.token, **given})

    async def _send(self, path: str, body: dict[str, Any]) -> Answer | Unavailable:
        """An API token goes along and makes us a trusted application; a service app's has no business here."""
        return await self._wire.send("POST", f"/api/v1/authn{path}", body, needs_token=False)


def _verify_path(factor: Factor) -> str:
    return f"/factors/{quote(factor.id, safe='')}/verify"


def _factor(row: Any) -> Factor | None:
    """These rows have no status: only what may be used is listed."""
    factor_id, kind = field(row, "id"), kind_of(row)
    return Factor(id=factor_id, kind=kind) if kind is not None and isinstance(factor_id, str) else None


def _finished(answer: Answer) -> Verified | Unusable | Unavailable:
    """SUCCESS, or a policy that is not content with one factor."""
    match field(answer.body, "status"):
        case "SUCCESS" if isinstance(field(answer.body, "sessionToken"), str):
            return Verified()
        case "MFA_REQUIRED" | "MFA_ENROLL" | "PASSWORD_EXPIRED" | "PASSWORD_WARN" as status:
            return Unusable(f"the sign-on policy wants more than this factor: {status}")
        case _:
            return _nonsense(answer)


def _refused(answer: Answer) -> WrongCode | Locked | TooSoon | Unusable | Lapsed | Unavailable:
    return Lapsed() if answer.code == LAPSED_CODE else refused(answer)


def _shown_number(answer: Answer) -> int | None:
    return number(field(field(answer.body, "_embedded"), "factor"))


def _nonsense(answer: Answer) -> Unavailable:
    status, result = field(answer.body, "status"), field(answer.body, "factorResult")
    return Unavailable(Trouble.GARBLED, f"{answer.status} {answer.code} {status} {result}")


def _conflict(settings: Any) -> str | None:
    if not settings.push_number_challenge:
        return None
    return "IVR_PUSH_NUMBER_CHALLENGE needs OKTA_MFA_API=factors: the Authentication API cannot ask for a number"


def _fit(engine: str) -> Fit:
    if engine == CLASSIC:
        return Fit("Authentication API; whether the org has factor sequencing shows only with a caller.")
    return Fit(
        f"OKTA_MFA_API=authn needs factor sequencing, a feature of {CLASSIC}, and this org has {engine};",
        "set OKTA_MFA_API=factors.",
    )


AUTHN = Provider(
    name="authn",
    api="Authentication API",
    make=lambda wire, *_: OktaAuthn(wire),
    conflict=_conflict,
    fit=_fit,
    refused="Look at their sign-on policy: a chain must begin with a factor (OKTA_MFA_API=factors needs none).",
)
