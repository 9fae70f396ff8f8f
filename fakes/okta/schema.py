"""The user schema: base attributes, custom ones, and whether a profile fits; HTTP shapes live in the endpoints."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

from fakes.okta.errors import OktaError, invalid, refusal
from fakes.okta.org import Org

# name: (title, required, shortest, longest, format). The 31 base attributes of every recorded org.
BASE: Mapping[str, tuple[str, bool, int | None, int | None, str | None]] = {
    "login": ("Username", True, 5, 100, None),
    "firstName": ("First name", True, 1, 50, None),
    "lastName": ("Last name", True, 1, 50, None),
    "middleName": ("Middle name", False, None, None, None),
    "honorificPrefix": ("Honorific prefix", False, None, None, None),
    "honorificSuffix": ("Honorific suffix", False, None, None, None),
    "email": ("Primary email", True, None, None, "email"),
    "title": ("Title", False, None, None, None),
    "displayName": ("Display name", False, None, None, None),
    "nickName": ("Nickname", False, None, None, None),
    "profileUrl": ("Profile Url", False, None, None, "uri"),
    "secondEmail": ("Secondary email", False, None, None, "email"),
    "mobilePhone": ("Mobile phone", False, None, 100, None),
    "primaryPhone": ("Primary phone", False, None, 100, None),
    "streetAddress": ("Street address", False, None, None, None),
    "city": ("City", False, None, None, None),
    "state": ("State", False, None, None, None),
    "zipCode": ("Zip code", False, None, None, None),
    "countryCode": ("Country code", False, None, None, "country-code"),
    "postalAddress": ("Postal Address", False, None, None, None),
    "preferredLanguage": ("Preferred language", False, None, None, "language-code"),
    "locale": ("Locale", False, None, None, "locale"),
    "timezone": ("Time zone", False, None, None, "timezone"),
    "userType": ("User type", False, None, None, None),
    "employeeNumber": ("Employee number", False, None, None, None),
    "costCenter": ("Cost center", False, None, None, None),
    "organization": ("Organization", False, None, None, None),
    "division": ("Division", False, None, None, None),
    "department": ("Department", False, None, None, None),
    "managerId": ("ManagerId", False, None, None, None),
    "manager": ("Manager", False, None, None, None),
}
LONGEST_EMAIL = 100  # enforced, though the schema does not say so
SHOWN_AS_NULL = ("mobilePhone", "secondEmail")  # every other attribute without a value is left out (A2)
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
            changed[name] = _completed(body)
    org.tables.attributes = changed


def check_profile(org: Org, profile: Mapping[str, Any], *, is_new: bool = False) -> None:
    """E0000001 with one cause for each attribute that does not fit the schema."""
    unknown = [name for name in profile if name not in BASE and name not in org.tables.attributes]
    if unknown:
        causes = [f"Property name '{name}' is not defined in profile" for name in unknown]
        raise invalid("newUser" if is_new else unknown[0], *causes)
    causes = [cause for name, value in profile.items() for cause in _value(org, name, value)]
    causes += [
        f"{name}: The field cannot be left blank"
        for name, (_, required, *_rest) in BASE.items()
        if required and not profile.get(name)
    ]
    causes += [
        f"{name}: The field cannot be left blank"
        for name, body in org.tables.attributes.items()
        if body.get("required") and profile.get(name) is None
    ]
    if causes:
        raise invalid(causes[0].partition(":")[0], *causes)


def _completed(body: Mapping[str, Any]) -> dict[str, Any]:
    """With the keys that Okta adds on its own; `required` is there only where it is true (recorded, B11)."""
    defaults = {"type": "string", "mutability": "READ_WRITE", "scope": "NONE", "master": {"type": "PROFILE_MASTER"}}
    found = {**defaults, **{key: value for key, value in body.items() if value is not None}}
    if found.get("unique") in (True, "UNIQUE_VALIDATED", "NOT_VALIDATED"):
        found["unique"] = "UNIQUE_VALIDATED"
    return found if found.get("required") else {key: value for key, value in found.items() if key != "required"}


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
        _, _, shortest, longest, written_as = BASE[name]
        if not isinstance(value, str):
            yield f"{name}: The value must be a string"
        else:
            yield from _length(name, value, LONGEST_EMAIL if written_as == "email" else longest, shortest)
        return
    kind = _type(custom)
    is_number = not isinstance(value, float) or isfinite(value)
    if not (isinstance(value, TYPES[kind]) and is_number) or (kind != "boolean" and isinstance(value, bool)):
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
