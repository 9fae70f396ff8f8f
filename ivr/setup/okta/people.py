"""The group of callers, the test user, their membership and their own factors, as parts of the plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from ivr.identity.okta_answers import TOTP, field, link
from ivr.setup.okta.desired import PHONE, Body, Caller
from ivr.setup.okta.org import Org
from ivr.setup.okta.resources import (
    HERE,
    Action,
    Change,
    Find,
    Found,
    Known,
    Request,
    Resource,
    blocked,
    change,
    create,
    ok,
)

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


def group(name: str) -> Resource:
    """The group that the policies are for."""

    async def look(org: Org, known: Known) -> Found:
        if GROUP in known.ids and await org.get(f"{GROUPS}/{known.ids[GROUP]}"):
            return ok()  # just made: a list may not know it yet
        path = f"{GROUPS}?q={quote(name)}"
        rows = [row for row in await org.rows(path) if field(field(row, "profile"), "name") == name]
        if not rows:
            body = {"profile": {"name": name, "description": "People who may use the phone line"}}
            undo = (Request("DELETE", f"{GROUPS}/{HERE}"),)
            return create("", Change((Request("POST", GROUPS, body),), undo, Find(path, {"profile.name": name})))
        if field(rows[0], "type") != "OKTA_GROUP":
            return blocked(f"it is a group of type {field(rows[0], 'type')}: give another --group")
        known.ids[GROUP] = str(field(rows[0], "id"))
        return ok()

    return Resource("group", name, look, GROUP)


def user(caller: Caller, password: Callable[[], str]) -> Resource:
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
            deed = Change((Request("POST", f"{USERS}?activate=true", body),), undo, Find(path, {}))
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
        deed = Change((Request("POST", own, {"profile": differs}),), (Request("POST", own, {"profile": former}),))
        return change(why, deed)

    return Resource("user", caller.email, look, USER)


def membership(email: str, group_name: str) -> Resource:
    """The test user is in the group."""

    async def look(org: Org, known: Known) -> Found:
        group_id, person_id = known.ids.get(GROUP, ""), known.ids.get(USER, "")
        if group_id and person_id:
            theirs = await org.rows(f"{USERS}/{person_id}/groups")
            if any(field(row, "id") == group_id for row in theirs):
                return ok()
        path = f"{GROUPS}/{group_id}/users/{person_id}"
        return create("", Change((Request("PUT", path),), (Request("DELETE", path),)))

    return Resource("membership", f"{email} in {group_name}", look)


async def _other_with_phone(org: Org, caller: Caller) -> str:
    """Find another user with this number: the line would recognize neither. Without the attribute nobody has it."""
    expression = f"profile.{PHONE} eq {json.dumps(caller.phone)}"
    rows = await org.rows(f"{USERS}?search={quote(expression, safe='')}&limit=10", none_if=UNKNOWN_ATTRIBUTE)
    present = [str(field(field(row, "profile"), "login")) for row in rows if field(row, "status") != "DEPROVISIONED"]
    return next((login for login in present if login.casefold() != caller.email.casefold()), "")


SCAN = "needs the person's phone"
CODE = "needs the app's code"
COMES_ALONG = "comes with Okta Verify"


def by_phone(kind: str, email: str, phone: str) -> Resource:
    """SMS or call to this number. `activate=true` sends nothing; `updatePhone` is wanted where another number was."""

    async def look(org: Org, known: Known) -> Found:
        own = _factors(known)
        wanted = _enrol(own, kind, phone)
        find = Find(own, {"factorType": kind, "profile.phoneNumber": phone})
        undo = Request("DELETE", f"{own}/{HERE}")
        now = _of_kind(await org.rows(own) if USER in known.ids else [], kind)
        if now is None:
            return create(f"{phone}, sends nothing", Change((wanted,), (undo,), find))
        number, status = str(field(field(now, "profile"), "phoneNumber")), str(field(now, "status"))
        if (number, status) == (phone, "ACTIVE"):
            return ok()
        remove = Request("DELETE", f"{own}/{field(now, 'id')}")
        # A pending one cannot be brought back without a text to its phone; an active one can, under a new id.
        former = (_enrol(own, kind, number),) if status == "ACTIVE" else ()
        return change(f"{number} {status} -> {phone} ACTIVE", Change((remove, wanted), (undo, *former), find))

    return Resource(f"{kind} factor", email, look)


def push(email: str) -> Resource:
    """Okta Verify: enrolled here, activated by the person. Begun again when nobody scanned in time."""

    async def look(org: Org, known: Known) -> Found:
        own = _factors(known)
        now = _of_kind(await org.rows(own) if USER in known.ids else [], "push")
        if now is None:
            enrol = Request("POST", own, {"factorType": "push", "provider": "OKTA"})
            undo = (Request("DELETE", f"{own}/{HERE}"),)
            return create(SCAN, Change((enrol,), undo, Find(own, {"factorType": "push"})))
        if field(now, "status") == "ACTIVE":
            return ok()
        return await _pending(org, f"{own}/{field(now, 'id')}/lifecycle/activate", link(now, "poll"))

    return Resource("push factor", email, look)


async def _pending(org: Org, activate: str, poll: str | None) -> Found:
    """A poll tells how the activation stands; a TIMEOUT is begun again when the plan is applied, by polling it."""
    poll = poll or f"{activate}/poll"
    body = (await org.send("POST", poll)).body
    if field(body, "status") == "ACTIVE":
        return ok()
    if field(body, "factorResult") != "WAITING":
        return Found(Action.WAIT, f"{SCAN}; its time ran out, begins again", _again(activate), poll=poll)
    return Found(Action.WAIT, SCAN, poll=poll, qr=qr_of(body))


def code(email: str, *, is_classic: bool) -> Resource:
    """The code that Okta Verify shows. Identity Engine enrols it along with the push (Okta docs: Factors).

    On Classic it is a factor of its own. No document says whether a scan brings it along there, so it is looked for
    once the push is active, and enrolled only when it is not there. The picture is in the answer to the enrolment; that
    it cannot be had later is a guess, so a pending one begins again.
    """

    async def look(org: Org, known: Known) -> Found:
        own = _factors(known)
        rows = await org.rows(own) if USER in known.ids else []
        now = _of_kind(rows, TOTP)
        if field(now, "status") == "ACTIVE":
            return ok()
        if not is_classic:
            if field(_of_kind(rows, "push"), "status") != "ACTIVE":
                return ok(COMES_ALONG)
            return blocked(
                "their Okta Verify came without its code: reset it (People, More Actions) and run this again"
            )
        if now is not None and part.name in known.made:
            return Found(Action.WAIT, CODE, takes_code=f"{own}/{field(now, 'id')}/lifecycle/activate")
        enrol = Request("POST", own, {"factorType": TOTP, "provider": "OKTA"})
        undo, find = (Request("DELETE", f"{own}/{HERE}"),), Find(own, {"factorType": TOTP, "provider": "OKTA"})
        if now is None:
            return create(CODE, Change((enrol,), undo, find))
        remove = Request("DELETE", f"{own}/{field(now, 'id')}")
        return change(f"{CODE}; begins again", Change((remove, enrol), undo, find))

    part = Resource("code factor", email, look)
    return part


def qr_of(body: Any) -> str:
    """The address of the picture that Okta Verify scans. Whoever has it can enrol their phone: it is never kept."""
    for place in (body, field(field(body, "_embedded"), "activation")):
        href = field(field(field(place, "_links"), "qrcode"), "href")
        if isinstance(href, str):
            return href
    return ""


def _again(activate: str) -> Change:
    return Change((Request("POST", activate),), ())


def _factors(known: Known) -> str:
    return f"/api/v1/users/{known.ids.get(USER, HERE)}/factors"


def _enrol(own: str, kind: str, phone: str) -> Request:
    body: Body = {"factorType": kind, "provider": "OKTA", "profile": {"phoneNumber": phone}}
    return Request("POST", f"{own}?activate=true&updatePhone=true", body)


def _of_kind(rows: list[Any], kind: str) -> Any:
    """An active one, else a pending one: several devices may be enrolled on Identity Engine."""
    theirs = [row for row in rows if field(row, "factorType") == kind and field(row, "provider") == "OKTA"]
    return next((row for row in theirs if field(row, "status") == "ACTIVE"), next(iter(theirs), None))
