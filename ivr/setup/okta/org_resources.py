"""What the org itself needs: attributes of the user profile, and factors that are switched on."""

from __future__ import annotations

from typing import Any

from ivr.identity.okta_answers import field
from ivr.setup.okta.desired import ATTRIBUTES, PREFERENCE, READ_ONLY, Body
from ivr.setup.okta.org import Org
from ivr.setup.okta.resources import HERE, Change, Find, Found, Known, Request, Resource, blocked, change, create, ok

SCHEMA = "/api/v1/meta/schemas/user/default"
OKTA_S_OWN = ("scope", "mutability", "master")  # added by Okta; not ours to send back
SHORTEST_PHONE = 16  # a plus and fifteen digits (E.164)


def attribute(name: str) -> Resource:
    """The attribute `name` of ATTRIBUTES."""

    async def look(org: Org, _: Known) -> Found:
        schema = await org.get(SCHEMA)
        now = field(field(field(field(schema, "definitions"), "custom"), "properties"), name)
        then = ATTRIBUTES[name]
        if not isinstance(now, dict):
            return create("a string, users only read", Change((_set(name, then),), (_set(name, None),)))
        if now.get("type") != "string":
            return blocked(
                f"it is there as {now.get('type')}: remove it (Directory, Profile Editor), Okta changes no types"
            )
        changed, why = _mended(name, now)
        if not why:
            return ok()
        former = {key: value for key, value in now.items() if key not in OKTA_S_OWN}
        return change("; ".join(why), Change((_set(name, changed),), (_set(name, former),)))

    return Resource("attribute", name, look)


def _set(name: str, body: Body | None) -> Request:
    return Request("POST", SCHEMA, {"definitions": {"custom": {"properties": {name: body}}}})


def _mended(name: str, now: Body) -> tuple[Body, list[str]]:
    """The attribute as it should be, keeping what else it has, and what differs."""
    after, why = {key: value for key, value in now.items() if key not in OKTA_S_OWN}, []
    rights = now.get("permissions")
    if any(field(each, "action") == "READ_WRITE" for each in (rights if isinstance(rights, list) else [])):
        after["permissions"] = READ_ONLY
        why.append("users may change their own -> only read")
    longest = now.get("maxLength")
    if name != PREFERENCE and isinstance(longest, int) and longest < SHORTEST_PHONE:
        after["maxLength"] = ATTRIBUTES[name]["maxLength"]
        why.append(f"{longest} characters -> {after['maxLength']}")
    if name == PREFERENCE:
        why += _values(after, now.get("enum"))
    return after, why


def _values(after: Body, now: Any) -> list[str]:
    """A free string may name anything; an enum must name every factor of the line. Its own values stay."""
    if not isinstance(now, list):
        return []
    lacking = [value for value in ATTRIBUTES[PREFERENCE]["enum"] if value not in now]
    if not lacking:
        return []
    titles = {each["const"]: each["title"] for each in ATTRIBUTES[PREFERENCE]["oneOf"]}
    after["enum"] = [*now, *lacking]
    if isinstance(after.get("oneOf"), list):
        after["oneOf"] = [*after["oneOf"], *({"const": value, "title": titles[value]} for value in lacking)]
    return [f"values {', '.join(map(str, now))} -> also {', '.join(lacking)}"]


ORG_FACTORS = "/api/v1/org/factors"
AUTHENTICATORS = "/api/v1/authenticators"
NAMES = {"phone_number": "Phone", "okta_verify": "Okta Verify"}
# Okta documents switching these by API for SMS and the one-time password; the others may be missing there.
CLICKS = "switch it on by hand (Security, Multifactor), Okta's API does not list it in this org"


def org_factor(factor_id: str) -> Resource:
    """Classic: the factor type is offered at all."""

    async def look(org: Org, _: Known) -> Found:
        row = _with(await org.rows(ORG_FACTORS), "id", factor_id)
        status = field(row, "status")
        if row is None:
            return blocked(CLICKS)
        if status == "ACTIVE":
            return ok()
        path = f"{ORG_FACTORS}/{factor_id}/lifecycle"
        deed = Change((Request("POST", f"{path}/activate"),), (Request("POST", f"{path}/deactivate"),))
        return change(f"{status} -> ACTIVE", deed)

    return Resource("org factor", factor_id, look)


def authenticator(key: str) -> Resource:
    """Identity Engine: the authenticator is there and active. Okta has no request that removes one."""
    name = f"authenticator {NAMES[key]}"

    async def look(org: Org, known: Known) -> Found:
        row = _with(await org.rows(AUTHENTICATORS), "key", key)
        own = f"{AUTHENTICATORS}/{field(row, 'id') or HERE}/lifecycle"
        off = (Request("POST", f"{own}/deactivate"),)
        if row is None:
            add = Request("POST", f"{AUTHENTICATORS}?activate=true", {"key": key, "name": NAMES[key]})
            find = Find(AUTHENTICATORS, {"key": key, "status": "ACTIVE"})
            return create("undo can only deactivate it", Change((add,), off, find))
        status = field(row, "status")
        if status == "ACTIVE":
            known.ids[name] = str(field(row, "id"))
            return ok()
        return change(f"{status} -> ACTIVE", Change((Request("POST", f"{own}/activate"),), off))

    return Resource("authenticator", NAMES[key], look, name)


def method(key: str, kind: str) -> Resource:
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
        deed = Change((Request("POST", f"{own}/activate"),), (Request("POST", f"{own}/deactivate"),))
        return change(f"{status} -> ACTIVE", deed)

    return Resource("method", f"{kind} of {NAMES[key]}", look)


def _with(rows: list[Any], name: str, value: str) -> Any:
    return next((row for row in rows if field(row, name) == value), None)
