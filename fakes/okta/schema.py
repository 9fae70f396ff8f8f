"""The user schema: base attributes, custom ones, and whether a profile fits; HTTP shapes live in the endpoints."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from fakes.okta.errors import OktaError, invalid, refusal
from fakes.okta.org import Org

# name: (title, required, max length). The base attributes of an Okta user, the common ones.
BASE: Mapping[str, tuple[str, bool, int | None]] = {
    "login": ("Username", True, 100),
    "firstName": ("First name", False, 50),
    "lastName": ("Last name", False, 50),
    "middleName": ("Middle name", False, None),
    "displayName": ("Display name", False, None),
    "nickName": ("Nickname", False, None),
    "email": ("Primary email", True, 100),
    "secondEmail": ("Secondary email", False, 100),
    "mobilePhone": ("Mobile phone", False, 100),
    "primaryPhone": ("Primary phone", False, 100),
    "preferredLanguage": ("Preferred language", False, None),
    "locale": ("Locale", False, None),
    "timezone": ("Time zone", False, None),
    "organization": ("Organization", False, None),
    "department": ("Department", False, None),
    "city": ("City", False, None),
    "state": ("State", False, None),
    "countryCode": ("Country code", False, None),
    "title": ("Title", False, None),
    "userType": ("User type", False, None),
    "employeeNumber": ("Employee number", False, None),
}
ALWAYS_SHOWN = ("login", "email", "firstName", "lastName", "mobilePhone", "secondEmail")
TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def attribute_names(org: Org) -> Iterable[str]:
    return (*BASE, *org.tables.attributes)


def set_attributes(org: Org, properties: Mapping[str, Any]) -> None:
    """A partial update of the custom attributes; None removes one. All or nothing."""
    errors = [cause for name, body in properties.items() if body is not None for cause in _definition(name, body)]
    if errors:
        raise invalid("definitions.custom.properties", *errors)
    changed = dict(org.tables.attributes)
    retyped = [
        name for name, body in properties.items() if body and name in changed and _type(body) != _type(changed[name])
    ]
    if retyped:
        raise invalid(retyped[0], *(f"{name}: The type of an attribute cannot be changed" for name in retyped))
    for name, body in properties.items():
        if body is None:
            changed.pop(name, None)
            _forget_values(org, name)
        else:
            changed[name] = dict(body)
    org.tables.attributes = changed


def check_profile(org: Org, profile: Mapping[str, Any]) -> None:
    """E0000001 with one cause for each attribute that does not fit the schema."""
    causes = [cause for name, value in profile.items() for cause in _value(org, name, value)]
    causes += [
        f"{name}: The field cannot be left blank"
        for name, (_, required, _length) in BASE.items()
        if required and not profile.get(name)
    ]
    causes += [
        f"{name}: The field cannot be left blank"
        for name, body in org.tables.attributes.items()
        if body.get("required") and profile.get(name) is None
    ]
    if causes:
        raise invalid(causes[0].partition(":")[0], *causes)


def _type(body: Mapping[str, Any]) -> str:
    return str(body.get("type", "string"))


def _forget_values(org: Org, name: str) -> None:
    for user in list(org.tables.users.values()):
        if name in user.profile:
            kept = {key: value for key, value in user.profile.items() if key != name}
            org.tables.users[user.id] = replace(user, profile=kept)


def _value(org: Org, name: str, value: Any) -> Iterable[str]:
    if value is None:
        return
    custom = org.tables.attributes.get(name)
    if custom is None:
        if name not in BASE:
            yield f"{name}: Property name and value pairs must be defined in the schema"
        elif not isinstance(value, str):
            yield f"{name}: The value must be a string"
        else:
            yield from _length(name, value, BASE[name][2], 5 if name == "login" else None)
        return
    kind = _type(custom)
    if not isinstance(value, TYPES[kind]) or (kind != "boolean" and isinstance(value, bool)):
        yield f"{name}: The value must be of type {kind}"
        return
    for each in value if isinstance(value, list) else (value,):
        if custom.get("enum") and each not in custom["enum"]:
            yield f"{name}: Value is not one of the enumerated values"
    if isinstance(value, str):
        yield from _length(name, value, custom.get("maxLength"), custom.get("minLength"))


def _length(name: str, value: str, longest: int | None, shortest: int | None) -> Iterable[str]:
    if longest is not None and len(value) > longest:
        yield f"{name}: The field is too long (at most {longest} characters)"
    if shortest is not None and len(value) < shortest:
        yield f"{name}: The field is too short (at least {shortest} characters)"


def _definition(name: str, body: Any) -> Iterable[str]:
    if not NAME.fullmatch(name) or name in BASE:
        yield f"{name}: The variable name is invalid or already in use"
    if not isinstance(body, Mapping) or _type(body) not in TYPES:
        yield f"{name}: type must be one of {', '.join(TYPES)}"
        return
    yield from (
        f"{name}: {key} must be a whole number"
        for key in ("minLength", "maxLength")
        if body.get(key) is not None and type(body[key]) is not int
    )
    one_of, enum = body.get("oneOf"), body.get("enum")
    if not isinstance(one_of, list | None) or not isinstance(enum, list | None):
        yield f"{name}: enum and oneOf must be lists"
    elif one_of is not None:
        consts = [each.get("const") if isinstance(each, Mapping) else None for each in one_of]
        if consts != enum:
            if body.get("type") == "array":
                raise _array_mismatch()
            yield f"{name}: oneOf must list the values of enum in the same order"


def _array_mismatch() -> OktaError:
    return refusal("E0000123")
