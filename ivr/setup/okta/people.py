"""The group of callers, the test user and their membership, as parts of the plan; factors are apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

from ivr.identity.okta_answers import field
from ivr.setup.okta.org import Org
from ivr.setup.okta.parts import HERE, Deed, Find, Found, Known, Part, Request, blocked, change, create, ok
from ivr.setup.okta.wishes import PHONE, Caller

USERS, GROUPS = "/api/v1/users", "/api/v1/groups"
USER, GROUP = "user", "group"
UNKNOWN_ATTRIBUTE = "E0000031"  # a search for what the schema does not have
REMEDIES = {
    "STAGED": "activate them",
    "PROVISIONED": "let them set a password",
    "SUSPENDED": "unsuspend them",
    "LOCKED_OUT": "unlock them",
    "PASSWORD_EXPIRED": "reset their password",
    "DEPROVISIONED": "delete them",
}


def group(name: str) -> Part:
    """The group that the policies are for."""

    async def look(org: Org, known: Known) -> Found:
        if GROUP in known.ids and await org.get(f"{GROUPS}/{known.ids[GROUP]}"):
            return ok()  # just made: a list may not know it yet
        path = f"{GROUPS}?q={quote(name)}"
        rows = [row for row in await org.rows(path) if field(field(row, "profile"), "name") == name]
        if not rows:
            body = {"profile": {"name": name, "description": "People who may use the phone line"}}
            undo = (Request("DELETE", f"{GROUPS}/{HERE}"),)
            return create("", Deed((Request("POST", GROUPS, body),), undo, Find(path, {"profile.name": name})))
        if field(rows[0], "type") != "OKTA_GROUP":
            return blocked(f"it is a group of type {field(rows[0], 'type')}: give another --group")
        known.ids[GROUP] = str(field(rows[0], "id"))
        return ok()

    return Part("group", name, look, GROUP)


def user(caller: Caller, password: Callable[[], str]) -> Part:
    """The test user; a new one gets a password that nobody sees."""
    path = f"{USERS}/{quote(caller.email, safe='')}"

    async def look(org: Org, known: Known) -> Found:
        row = await org.get(path)
        other = await _other_with_phone(org, caller)
        if other:
            return blocked(f"{other} has {caller.phone} in {PHONE} already: take it away there or give another --phone")
        if row is None:
            body = {"profile": caller.whole_profile, "credentials": {"password": {"value": password()}}}
            # The first DELETE deactivates, the second deletes.
            undo = (Request("DELETE", f"{USERS}/{HERE}"), Request("DELETE", f"{USERS}/{HERE}"))
            deed = Deed((Request("POST", f"{USERS}?activate=true", body),), undo, Find(path, {}))
            return create(f"{caller.phone}, prefers {caller.preference}", deed)
        status, person_id, profile = field(row, "status"), str(field(row, "id")), field(row, "profile")
        if status != "ACTIVE":
            remedy = REMEDIES.get(str(status), "make them active")
            return blocked(f"they are {status}: {remedy} in the admin console or give another --email")
        known.ids[USER] = person_id
        differs = {name: value for name, value in caller.profile.items() if field(profile, name) != value}
        if not differs:
            return ok()
        why = "; ".join(f"{name} {field(profile, name) or '(none)'} -> {value}" for name, value in differs.items())
        former = {name: field(profile, name) for name in differs}
        own = f"{USERS}/{quote(person_id)}"
        deed = Deed((Request("POST", own, {"profile": differs}),), (Request("POST", own, {"profile": former}),))
        return change(why, deed)

    return Part("user", caller.email, look, USER)


def membership(email: str, group_name: str) -> Part:
    """The test user is in the group."""

    async def look(org: Org, known: Known) -> Found:
        group_id, person_id = known.ids.get(GROUP, ""), known.ids.get(USER, "")
        if group_id and person_id:
            theirs = await org.rows(f"{USERS}/{person_id}/groups")
            if any(field(row, "id") == group_id for row in theirs):
                return ok()
        path = f"{GROUPS}/{group_id}/users/{person_id}"
        return create("", Deed((Request("PUT", path),), (Request("DELETE", path),)))

    return Part("membership", f"{email} in {group_name}", look)


async def _other_with_phone(org: Org, caller: Caller) -> str:
    """Who else has this number: the line would know neither. Without the attribute nobody can have it."""
    expression = f"profile.{PHONE} eq {json.dumps(caller.phone)}"
    rows = await org.rows(f"{USERS}?search={quote(expression, safe='')}&limit=10", none_if=UNKNOWN_ATTRIBUTE)
    present = [str(field(field(row, "profile"), "login")) for row in rows if field(row, "status") != "DEPROVISIONED"]
    return next((login for login in present if login.casefold() != caller.email.casefold()), "")
