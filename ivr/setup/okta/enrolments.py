"""The test user's own factors: SMS and call, which are active at once, and Okta Verify, which needs their phone."""

from __future__ import annotations

from typing import Any

from ivr.identity.okta_answers import TOTP, field, link
from ivr.setup.okta.org import Org
from ivr.setup.okta.parts import HERE, Action, Deed, Find, Found, Known, Part, Request, blocked, change, create, ok
from ivr.setup.okta.people import USER
from ivr.setup.okta.wishes import Body

SCAN = "needs the person's phone"
CODE = "needs the app's code"
COMES_ALONG = "comes with Okta Verify"


def by_phone(kind: str, email: str, phone: str) -> Part:
    """SMS or call to this number. `activate=true` sends nothing (Okta docs: Enroll Factor)."""

    async def look(org: Org, known: Known) -> Found:
        own = _factors(known)
        wanted = _enrol(own, kind, phone)
        find = Find(own, {"factorType": kind, "profile.phoneNumber": phone})
        undo = Request("DELETE", f"{own}/{HERE}")
        now = _of_kind(await org.rows(own) if USER in known.ids else [], kind)
        if now is None:
            return create(f"{phone}, sends nothing", Deed((wanted,), (undo,), find))
        number, status = str(field(field(now, "profile"), "phoneNumber")), str(field(now, "status"))
        if (number, status) == (phone, "ACTIVE"):
            return ok()
        remove = Request("DELETE", f"{own}/{field(now, 'id')}")
        # A pending one cannot be brought back without a text to its phone; an active one can, under a new id.
        former = (_enrol(own, kind, number),) if status == "ACTIVE" else ()
        return change(f"{number} {status} -> {phone} ACTIVE", Deed((remove, wanted), (undo, *former), find))

    return Part(f"{kind} factor", email, look)


def push(email: str) -> Part:
    """Okta Verify: enrolled here, activated by the person. Begun again when nobody scanned in time."""

    async def look(org: Org, known: Known) -> Found:
        own = _factors(known)
        now = _of_kind(await org.rows(own) if USER in known.ids else [], "push")
        if now is None:
            enrol = Request("POST", own, {"factorType": "push", "provider": "OKTA"})
            undo = (Request("DELETE", f"{own}/{HERE}"),)
            return create(SCAN, Deed((enrol,), undo, Find(own, {"factorType": "push"})))
        if field(now, "status") == "ACTIVE":
            return ok()
        return await _pending(org, f"{own}/{field(now, 'id')}/lifecycle/activate", link(now, "poll"))

    return Part("push factor", email, look)


async def _pending(org: Org, activate: str, poll: str | None) -> Found:
    """A poll tells how the activation stands; a TIMEOUT is begun again when the plan is applied, by polling it."""
    poll = poll or f"{activate}/poll"
    body = (await org.send("POST", poll)).body
    if field(body, "status") == "ACTIVE":
        return ok()
    if field(body, "factorResult") != "WAITING":
        return Found(Action.WAIT, f"{SCAN}; its time ran out, begins again", _again(activate), poll=poll)
    return Found(Action.WAIT, SCAN, poll=poll, qr=qr_of(body))


def code(email: str, *, is_classic: bool) -> Part:
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
            return create(CODE, Deed((enrol,), undo, find))
        remove = Request("DELETE", f"{own}/{field(now, 'id')}")
        return change(f"{CODE}; begins again", Deed((remove, enrol), undo, find))

    part = Part("code factor", email, look)
    return part


def qr_of(body: Any) -> str:
    """The address of the picture that Okta Verify scans. Whoever has it can enrol their phone: it is never kept."""
    for place in (body, field(field(body, "_embedded"), "activation")):
        href = field(field(field(place, "_links"), "qrcode"), "href")
        if isinstance(href, str):
            return href
    return ""


def _again(activate: str) -> Deed:
    return Deed((Request("POST", activate),), ())


def _factors(known: Known) -> str:
    return f"/api/v1/users/{known.ids.get(USER, HERE)}/factors"


def _enrol(own: str, kind: str, phone: str) -> Request:
    body: Body = {"factorType": kind, "provider": "OKTA", "profile": {"phoneNumber": phone}}
    return Request("POST", f"{own}?activate=true", body)


def _of_kind(rows: list[Any], kind: str) -> Any:
    """An active one, else a pending one: several devices may be enrolled on Identity Engine."""
    theirs = [row for row in rows if field(row, "factorType") == kind and field(row, "provider") == "OKTA"]
    return next((row for row in theirs if field(row, "status") == "ACTIVE"), next(iter(theirs), None))
