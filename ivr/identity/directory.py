"""Finds whose number this is, and whether the org is there, for every provider that proves callers."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from ivr.identity.okta_answers import TOTP, failed, field
from ivr.identity.okta_wire import OktaWire
from ivr.identity.protocol import Found, Kind, Person, Trouble, Unavailable, Unknown

_MOST_HITS = 25
# A profile may name a factor as Okta does.
ALSO_CALLED = {TOTP: Kind.TOTP.value}


class Directory:
    """The users of one org, found by their number. It serves every provider, and owns what leads to the org."""

    def __init__(self, wire: OktaWire) -> None:
        self._wire = wire

    async def find_caller(self, phone: str) -> Found:
        """Find the one user with this `ivrPhone`.

        The search also returns DEPROVISIONED users, and nothing keeps two users from sharing a number: leavers
        are not counted, and whoever shares a number with someone, or is not ACTIVE, is unknown.
        """
        expression = f"profile.ivrPhone eq {json.dumps(phone)}"
        answer = await self._wire.send("GET", f"/api/v1/users?search={quote(expression, safe='')}&limit={_MOST_HITS}")
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

    async def find_login(self, person_id: str) -> str | Unavailable | None:
        """Find the login of the user with this id; None when there is no such user.

        It is asked for when an attempt begins, and kept only where the provider needs it for each request.
        """
        answer = await self._wire.send("GET", f"/api/v1/users/{quote(person_id, safe='')}")
        if isinstance(answer, Unavailable):
            return answer
        if answer.status == 404:
            return None
        login = field(field(answer.body, "profile"), "login")
        return login if answer.status == 200 and isinstance(login, str) else failed(answer)

    async def health(self) -> str | None:
        """Ask the one address that needs no rights, so a wrong token is not seen here."""
        answer = await self._wire.send("GET", "/.well-known/okta-organization", needs_token=False)
        if isinstance(answer, Unavailable):
            return f"Okta: {answer.trouble} ({answer.detail})."
        return None if answer.status < 500 else f"Okta answers with status {answer.status}."

    def warm(self) -> None:
        """Load what is slow to load (blocking; call it from a thread); done at first use otherwise."""
        self._wire.warm()

    async def close(self) -> None:
        """Give back connections."""
        await self._wire.close()


def _person(user: Any) -> Person | Unknown | Unavailable:
    if field(user, "status") != "ACTIVE":
        return Unknown(f"the user is {field(user, 'status')}")
    person_id, profile = field(user, "id"), field(user, "profile")
    if not isinstance(person_id, str) or not person_id:
        return Unavailable(Trouble.GARBLED, "a user without an id")
    return Person(
        id=person_id,
        first_name=_text(field(profile, "firstName")),
        preference=_preference(profile),
    )


def _preference(profile: Any) -> str:
    named = _text(field(profile, "ivrFactorPreference"))
    return ALSO_CALLED.get(named, named)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
