"""A seed file: people, groups, attributes, apps and accounts in YAML, merged into the fakes by natural key.

A user is known by login, a group and an attribute by name, an app by client id, a factor of a user by its type.
What the file does not mention stays as it is.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from fakes.accounts.state import Account, Accounts
from fakes.foreign import whole_data
from fakes.okta import direct, enrol, factors, groups, oauth, schema, users
from fakes.okta.errors import OktaError
from fakes.okta.records import CALL, EMAIL, PUSH, QUESTION, SMS, TOTP, User
from fakes.okta.state import Okta

SECTIONS = ("attributes", "groups", "users", "apps")
MOST_MONEY = 10**12
MOST_VALUES = 1_000_000
OF_USER = ("login", "password", "status", "groups", "factors", "account", "profile")


class SeedError(Exception):
    """The seed file cannot be used; the message is one sentence that says where and why."""


def read_seed(path: Path) -> Mapping[str, Any]:
    """The document of a seed file. SeedError when it cannot be read or is not a mapping of the known sections."""
    import yaml

    try:
        document = _document(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise SeedError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, yaml.YAMLError, RecursionError) as error:
        reason = str(error).replace("\n", " ")
        raise SeedError(f"{path}: {reason}") from None
    with _at(str(path)):
        _check_keys(document, SECTIONS)
    return _mapping(document, str(path))


def _document(text: str) -> Any:
    """What YAML makes of it, as JSON would. Raises ValueError, TypeError, RecursionError or an error of YAML's."""
    import yaml

    kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, ten times as fast, is not everywhere
    loader = kind(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        if _size(node, {}) > MOST_VALUES:
            raise ValueError(f"with its aliases (*name) it has more than {MOST_VALUES:,} values")
        return whole_data(json.loads(json.dumps(loader.construct_document(node), allow_nan=False, default=_written)))
    finally:
        loader.dispose()


def _written(value: Any) -> str:
    """What YAML has and JSON has not: dates are written as they were read, all else is refused."""
    if isinstance(value, date):
        return value.isoformat()
    raise ValueError(f"a {type(value).__name__} is not a value that Okta could give back")


def _size(node: Any, known: dict[int, int]) -> int:
    """Values in it, those of an alias wherever it stands. Raises RecursionError for one that holds itself."""
    if not isinstance(node.value, list):
        return 1
    if id(node) not in known:
        parts = (part for each in node.value for part in (each if isinstance(each, tuple) else (each,)))
        known[id(node)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(node)]


def plant(document: Mapping[str, Any], okta: Okta, accounts: Accounts) -> None:
    """Merge a seed into the fakes: all of it, or, when SeedError is raised, nothing."""
    before, accounts_before = okta.snapshot(), accounts.snapshot()
    try:
        _plant(document, okta, accounts)
    except SeedError:
        okta.restore(before)
        accounts.restore(accounts_before)
        raise


def _plant(document: Mapping[str, Any], okta: Okta, accounts: Accounts) -> None:
    with _at("attributes"):
        schema.set_attributes(okta.org, _mapping(document.get("attributes") or {}, "attributes"))
    for at, group in enumerate(_list(document, "groups")):
        with _at(f"groups[{at}]"):
            _plant_group(okta, group)
    for at, user in enumerate(_list(document, "users")):
        with _at(f"users[{at}]"):
            _plant_user(okta, accounts, user)
    for at, app in enumerate(_list(document, "apps")):
        with _at(f"apps[{at}]"):
            if "scopes" not in _mapping(app, "an app"):
                direct.read_app(okta.org, app)
                continue
            _check_keys(app, ("client_id", "keys", "scopes"))
            keys = [_mapping(key, "a key") for key in app["keys"]]
            oauth.register(okta.org, str(app["client_id"]), keys, app["scopes"])


def _plant_group(okta: Okta, body: Any) -> None:
    _check_keys(body, ("name", "description"))
    name, description = str(body["name"]), body.get("description")
    found = _group(okta, name)
    if found is None:
        groups.create(okta.org, name, description)
    else:
        groups.rename(okta.org, found, name, description)


def _plant_user(okta: Okta, accounts: Accounts, body: Any) -> None:
    _check_keys(body, OF_USER)
    org, login = okta.org, str(body["login"])
    profile = {"login": login, **_mapping(body.get("profile") or {}, "profile")}
    password = None if body.get("password") is None else str(body["password"])
    found = users.with_login(org, login)
    if found is None:
        names = dict.fromkeys(("firstName", "lastName"), login.partition("@")[0])
        user = users.create(org, {"email": login, **names, **profile}, password=password)
    else:
        user = users.update(org, found, profile, whole=False, password=password)
    for name in body.get("groups") or ():
        group = _group(okta, str(name)) or groups.create(org, str(name))
        groups.join(org, group.id, user)
    for kind, value in _mapping(body.get("factors") or {}, "factors").items():
        _plant_factor(okta, user, str(kind), value)
    if body.get("account") is not None:
        accounts.open(_account(user, body["account"]))
    status = body.get("status")
    if status is not None:
        if status not in users.STATUSES:
            raise ValueError(f"status must be one of {', '.join(users.STATUSES)}")
        users.set_status(org, user, status)


def _plant_factor(okta: Okta, user: User, kind: str, value: Any) -> None:
    """`sms: "+1…"`, `push: "Name of the phone"`, `totp: BASE32`, `question: {disliked_food: "…"}`; null removes."""
    org = okta.org
    kind = {"totp": TOTP}.get(kind, kind)
    if kind not in (SMS, CALL, PUSH, EMAIL, QUESTION, TOTP):
        raise ValueError(f"unknown factor {kind}")
    existing = next((each for each in factors.of_user(org, user) if each.type == kind), None)
    if value is None:
        if existing is not None:
            factors.remove(org, existing)
        return
    profile, secret = _factor(user, kind, value)
    if existing is None:
        factors.add(org, user, kind, profile, secret=secret)
    else:
        org.tables.factors[existing.id] = replace(existing, profile=profile, secret=secret, status="ACTIVE")


def _factor(user: User, kind: str, value: Any) -> tuple[Mapping[str, Any], str]:
    if kind in (SMS, CALL):
        return {"phoneNumber": enrol.normalized(str(value))}, ""
    if kind == EMAIL:
        return {"email": str(value)}, ""
    if kind == PUSH:
        return factors.device(str(user.profile["login"]), str(value)), ""
    if kind == TOTP:
        return {"credentialId": user.profile["login"]}, str(value)
    ((question, answer),) = _mapping(value, "question").items()
    return {"question": str(question)}, str(answer)


def _account(user: User, body: Any) -> Account:
    _check_keys(body, ("balance", "due", "currency"))
    due, balance = body["due"], Decimal(str(body["balance"]))
    if not (balance.is_finite() and -MOST_MONEY < balance < MOST_MONEY):
        raise ValueError(f"balance must be an amount of less than {MOST_MONEY:,}")
    return Account(
        user.id,
        balance,
        due if isinstance(due, date) else date.fromisoformat(str(due)),
        str(body.get("currency", "USD")),
    )


def _group(okta: Okta, name: str) -> Any:
    return next((group for group in okta.org.tables.groups.values() if group.name == name), None)


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    found = document.get(name) or []
    if not isinstance(found, list):
        raise SeedError(f"{name} must be a list.")
    return found


def _mapping(found: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise ValueError(f"{name} must be a mapping")
    return found


def _check_keys(found: Any, known: tuple[str, ...]) -> None:
    unknown = sorted(str(key) for key in _mapping(found, "it") if key not in known)
    if unknown:
        raise ValueError(f"{unknown[0]} is not one of {', '.join(known)}")


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Add its place in the file to any error inside the block."""
    try:
        yield
    except OktaError as error:
        reason = error.causes[0] if error.causes else error.summary
        raise SeedError(f"{place}: {reason}") from None
    except KeyError as error:
        raise SeedError(f"{place}: {error.args[0]} is missing") from None
    except (ValueError, TypeError, InvalidOperation) as error:
        raise SeedError(f"{place}: {error}") from None
