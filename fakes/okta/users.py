"""Users: find, create, change, remove; the moves of their status, factors and HTTP live elsewhere."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from fakes.okta import factors, schema, terms
from fakes.okta.errors import invalid, missing, refusal
from fakes.okta.org import Org
from fakes.okta.records import CALL, EMAIL, SMS, User
from fakes.okta.search import Compare, Every, Expression, check_filter, check_search, is_match, parse

DEFAULT_TYPE = "otyfakedefault0000d7"
STATUSES = (
    "STAGED",
    "PROVISIONED",
    "ACTIVE",
    "RECOVERY",
    "LOCKED_OUT",
    "PASSWORD_EXPIRED",
    "SUSPENDED",
    "DEPROVISIONED",
)
WEAK = (
    "password: Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, "
    "an uppercase letter, a number, no parts of your username."
)
NUMBERS = frozenset(f"profile.{name}" for name in terms.NUMBERS)
TAKEN = "An object with this field already exists in the current organization"


def find(org: Org, given: str) -> User:
    """By id, login, or the part of the login before the `@` where only one user has it."""
    user = org.tables.users.get(given)
    if user is not None:
        return user
    user = with_login(org, given)
    if user is not None:
        return user
    short_names = org.tables.users.having(terms.short_name(given))
    if len(short_names) == 1:
        return short_names[0]
    raise missing(given, "User")


def with_login(org: Org, login: str) -> User | None:
    """Whose login this is, case and accents aside."""
    return next(iter(org.tables.users.having(terms.login(login))), None)


def search(org: Org, expression: str) -> list[User]:
    tree = parse(expression)
    check_search(tree, schema.attribute_names(org))
    return [user for user in _candidates(org, tree) if is_match(tree, reader(user), fold=True)]


def filtered(org: Org, expression: str) -> list[User]:
    tree = parse(expression)
    check_filter(tree)
    return [user for user in org.tables.users.values() if is_match(tree, reader(user), fold=False)]


def listed(org: Org, start: str = "") -> list[User]:
    """Everybody but the DEPROVISIONED; with `start`, those whose name or e-mail starts so."""
    wanted = start.lower()
    names = ("firstName", "lastName", "email")
    return [
        user
        for user in org.tables.users.values()
        if user.status != "DEPROVISIONED"
        and (not wanted or any(str(user.profile.get(name) or "").lower().startswith(wanted) for name in names))
    ]


def reader(user: User) -> Callable[[str], Any]:
    """Reads an attribute of the search language; dates are epoch seconds."""

    def read(attribute: str) -> Any:
        if attribute.startswith("profile."):
            return user.profile.get(attribute[8:])
        return {
            "id": user.id,
            "status": user.status,
            "created": user.created,
            "activated": user.activated,
            "statusChanged": user.status_changed,
            "lastUpdated": user.last_updated,
            "type.id": DEFAULT_TYPE,
        }[attribute]

    return read


def create(
    org: Org,
    profile: Mapping[str, Any],
    *,
    password: str | None = None,
    provider: str = "OKTA",
    activate: bool = True,
    must_change_password: bool = False,
    user_id: str | None = None,
    recovery_question: str | None = None,
    recovery_answer: str | None = None,
) -> User:
    """A new user; `user_id` fixes the id, for seeds."""
    schema.check_profile(org, profile, is_new=True)
    _check_login_is_free(org, str(profile["login"]), None)
    now = org.now()
    status = "STAGED" if not activate else "PROVISIONED" if password is None else "ACTIVE"
    if must_change_password and status == "ACTIVE":
        status = "PASSWORD_EXPIRED"
    user = User(
        id=user_id or org.source.id("00u"),
        status=status,
        created=now,
        activated=now if activate else None,
        status_changed=now if activate or password is not None else None,
        last_login=None,
        last_updated=now,
        password_changed=now if password is not None else None,
        profile={name: value for name, value in profile.items() if value is not None},
        password=password,
        provider=provider,
        recovery_question=recovery_question,
        recovery_answer=recovery_answer,
    )
    org.tables.users[user.id] = user
    _enrol_email(org, user)
    return user


def update(
    org: Org,
    user: User,
    profile: Mapping[str, Any],
    *,
    whole: bool,
    password: str | None = None,
    provider: str = "OKTA",
) -> User:
    """Change a profile; `whole` replaces it. What is null, or not given then, is gone (A2)."""
    if user.status == "DEPROVISIONED":
        raise refusal("E0000038")
    kept = {} if whole else dict(user.profile)
    changed = {name: value for name, value in {**kept, **profile}.items() if value is not None}
    schema.check_profile(org, changed)
    _check_login_is_free(org, str(changed["login"]), user)
    now = org.now()
    after = replace(user, profile=changed, last_updated=now)
    if password is not None:
        after = replace(after, password=password, provider=provider, password_changed=now)
    org.tables.users[user.id] = after
    return after


def set_status(org: Org, user: User, status: str) -> User:
    now = org.now()
    activated = now if status in ("ACTIVE", "PROVISIONED") and user.activated is None else user.activated
    after = replace(user, status=status, status_changed=now, last_updated=now, activated=activated)
    if status == "DEPROVISIONED":  # the password does not come back with the user (A7)
        after = replace(after, password=None, password_changed=None)
    org.tables.users[user.id] = after
    _enrol_email(org, after)
    return after


def delete(org: Org, user: User) -> None:
    """The first time deactivates; a DEPROVISIONED user is gone for good, with all that hangs on them."""
    if user.status != "DEPROVISIONED":
        set_status(org, user, "DEPROVISIONED")
        return
    tables = org.tables
    del tables.users[user.id]
    for factor in factors.of_user(org, user):
        factors.forget(org, factor.id)
    for group in _groups_of(org, user.id):
        tables.groups[group.id] = replace(group, members=group.members - {user.id})
    for kind in (SMS, CALL):
        tables.former_numbers.pop((user.id, kind), None)
    tables.roles = {role.id: role for role in tables.roles.values() if role.user_id != user.id}
    tables.failures.pop(user.id, None)


def check_password(password: str, login: str) -> None:
    """Okta's default rules: eight characters, both cases, a digit, no part of the username (confidence M)."""
    parts = [part for part in re.split(r"[@._-]", login.lower()) if len(part) >= 4]
    kinds = (str.islower, str.isupper, str.isdecimal)
    is_varied = all(any(is_kind(mark) for mark in password) for is_kind in kinds)
    if len(password) < 8 or not is_varied or any(part in password.lower() for part in parts):
        raise invalid("password", WEAK)


def _candidates(org: Org, tree: Expression) -> Iterable[User]:
    """Narrow the users down by a number that all of them must have."""
    for part in tree.parts if isinstance(tree, Every) else (tree,):
        match part:
            case Compare(attribute, "eq", str() as number) if number and attribute in NUMBERS:
                return org.tables.users.having(terms.number(number))
    return org.tables.users.values()


def _enrol_email(org: Org, user: User) -> None:
    """Identity Engine enrols an active user's primary address by itself (L02)."""
    if org.is_classic or user.status != "ACTIVE":
        return
    if all(factor.type != EMAIL for factor in factors.of_user(org, user)):
        factors.add(org, user, EMAIL, {"email": user.profile["email"]})


def _groups_of(org: Org, user_id: str) -> Iterable[Any]:
    return [group for group in org.tables.groups.values() if user_id in group.members]


def _check_login_is_free(org: Org, login: str, owner: User | None) -> None:
    if any(user is not owner for user in org.tables.users.having(terms.login(login))):
        raise invalid("login", f"login: {TAKEN}")


def phones(user: User) -> list[str]:
    """The numbers of a person's own, as the profile has them."""
    return sorted({str(user.profile[key]) for key in terms.NUMBERS if user.profile.get(key)})


def with_phone(org: Org, number: str) -> User | None:
    """Whose mobile has this number, by profile or factor; the one who came first, if several share it."""
    tables, term = org.tables, terms.number(number)
    own = {user.id for user in tables.users.having(term) if number in phones(user)}
    enrolled = {each.user_id for each in tables.factors.having(term) if each.profile.get("phoneNumber") == number}
    return next(iter(tables.users.in_order(own | enrolled)), None)
