"""Which factors the org has switched on: Classic's org factors, Identity Engine's authenticators and their methods."""

from __future__ import annotations

from typing import Any

from ivr.identity.okta_answers import field
from ivr.setup.okta.org import Org
from ivr.setup.okta.parts import HERE, Deed, Find, Found, Known, Part, Request, blocked, change, create, ok

ORG_FACTORS = "/api/v1/org/factors"
AUTHENTICATORS = "/api/v1/authenticators"
NAMES = {"phone_number": "Phone", "okta_verify": "Okta Verify"}
# Okta documents switching these by API for SMS and the one-time password; the others may be missing there.
CLICKS = "switch it on by hand (Security, Multifactor), Okta's API does not list it in this org"


def org_factor(factor_id: str) -> Part:
    """Classic: the factor type is offered at all."""

    async def look(org: Org, _: Known) -> Found:
        row = _with(await org.rows(ORG_FACTORS), "id", factor_id)
        status = field(row, "status")
        if row is None:
            return blocked(CLICKS)
        if status == "ACTIVE":
            return ok()
        path = f"{ORG_FACTORS}/{factor_id}/lifecycle"
        deed = Deed((Request("POST", f"{path}/activate"),), (Request("POST", f"{path}/deactivate"),))
        return change(f"{status} -> ACTIVE", deed)

    return Part("org factor", factor_id, look)


def authenticator(key: str) -> Part:
    """Identity Engine: the authenticator is there and active. Okta has no request that removes one."""
    name = f"authenticator {NAMES[key]}"

    async def look(org: Org, known: Known) -> Found:
        row = _with(await org.rows(AUTHENTICATORS), "key", key)
        own = f"{AUTHENTICATORS}/{field(row, 'id') or HERE}/lifecycle"
        off = (Request("POST", f"{own}/deactivate"),)
        if row is None:
            add = Request("POST", f"{AUTHENTICATORS}?activate=true", {"key": key, "name": NAMES[key]})
            find = Find(AUTHENTICATORS, {"key": key, "status": "ACTIVE"})
            return create("undo can only deactivate it", Deed((add,), off, find))
        status = field(row, "status")
        if status == "ACTIVE":
            known.ids[name] = str(field(row, "id"))
            return ok()
        return change(f"{status} -> ACTIVE", Deed((Request("POST", f"{own}/activate"),), off))

    return Part("authenticator", NAMES[key], look, name)


def method(key: str, kind: str) -> Part:
    """Identity Engine: one way in which the authenticator works, as text messages of Phone."""
    name = f"authenticator {NAMES[key]}"

    async def look(org: Org, known: Known) -> Found:
        path = f"{AUTHENTICATORS}/{known.ids.get(name, HERE)}/methods"
        if name not in known.ids:
            return ok("comes with the authenticator")
        status = field(_with(await org.rows(path), "type", kind), "status")
        if status == "ACTIVE":
            return ok()
        own = f"{path}/{kind}/lifecycle"
        deed = Deed((Request("POST", f"{own}/activate"),), (Request("POST", f"{own}/deactivate"),))
        return change(f"{status} -> ACTIVE", deed)

    return Part("method", f"{kind} of {NAMES[key]}", look)


def _with(rows: list[Any], name: str, value: str) -> Any:
    return next((row for row in rows if field(row, name) == value), None)
