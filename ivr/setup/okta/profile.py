"""The two custom attributes of the user profile, as parts of the plan; values in them belong to the users' part."""

from __future__ import annotations

from typing import Any

from ivr.identity.okta_answers import field
from ivr.setup.okta.org import Org
from ivr.setup.okta.parts import Deed, Found, Known, Part, Request, blocked, change, create, ok
from ivr.setup.okta.wishes import ATTRIBUTES, PREFERENCE, READ_ONLY, Body

SCHEMA = "/api/v1/meta/schemas/user/default"
OKTA_S_OWN = ("scope", "mutability", "master")  # added by Okta; not ours to send back
SHORTEST_PHONE = 16  # a plus and fifteen digits (E.164)


def attribute(name: str) -> Part:
    """The attribute `name` of ATTRIBUTES."""

    async def look(org: Org, _: Known) -> Found:
        schema = await org.get(SCHEMA)
        now = field(field(field(field(schema, "definitions"), "custom"), "properties"), name)
        then = ATTRIBUTES[name]
        if not isinstance(now, dict):
            return create("a string, users only read", Deed((_set(name, then),), (_set(name, None),)))
        if now.get("type") != "string":
            return blocked(
                f"it is there as {now.get('type')}: remove it (Directory, Profile Editor), Okta changes no types"
            )
        changed, why = _mended(name, now)
        if not why:
            return ok()
        former = {key: value for key, value in now.items() if key not in OKTA_S_OWN}
        return change("; ".join(why), Deed((_set(name, changed),), (_set(name, former),)))

    return Part("attribute", name, look)


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
