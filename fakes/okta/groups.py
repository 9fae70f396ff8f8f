"""Groups and who is in them; policies that include groups live in their own room."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fakes.okta import group_rules
from fakes.okta.errors import invalid, missing, refusal
from fakes.okta.org import Org
from fakes.okta.records import Group, User
from fakes.okta.search import check_group_filter, check_group_search, is_match, parse
from fakes.okta.users import TAKEN

EVERYONE = "Everyone"


def found_everyone(org: Org) -> None:
    """The built-in group that has every user in it."""
    now = org.now()
    group = Group(org.source.id("00g"), EVERYONE, "All users in your organization", "BUILT_IN", now, now, now)
    org.tables.groups[group.id] = group


def find(org: Org, group_id: str) -> Group:
    group = org.tables.groups.get(group_id)
    if group is None:
        raise missing(group_id, "UserGroup")
    return group


def listed(org: Org, start: str = "") -> list[Group]:
    """`start` is a prefix of the name, case aside."""
    return [group for group in org.tables.groups.values() if group.name.lower().startswith(start.lower())]


def search(org: Org, expression: str) -> list[Group]:
    tree = parse(expression)
    check_group_search(tree)
    return [group for group in org.tables.groups.values() if is_match(tree, _reader(group), fold=True)]


def filtered(org: Org, expression: str) -> list[Group]:
    """By `id`, `type`, `lastUpdated` or `lastMembershipUpdated`; E0000094 for other attributes."""
    tree = parse(expression)
    check_group_filter(tree)
    return [group for group in org.tables.groups.values() if is_match(tree, _reader(group), fold=False)]


def members(org: Org, group: Group) -> list[User]:
    return [user for user in org.tables.users.values() if is_member(org, group, user)]


def of_user(org: Org, user: User) -> list[Group]:
    return [group for group in org.tables.groups.values() if is_member(org, group, user)]


def is_member(org: Org, group: Group, user: User) -> bool:
    """By hand, by an active rule, or because everybody is."""
    return group.type == "BUILT_IN" or user.id in group.members or group_rules.is_put_in(org, group, user)


def create(org: Org, name: str, description: str | None = None) -> Group:
    """A new group; a name that is taken is refused (the code is our guess)."""
    _check_name(org, name, None)
    now = org.now()
    group = Group(org.source.id("00g"), name, description, "OKTA_GROUP", now, now, now)
    org.tables.groups[group.id] = group
    return group


def rename(org: Org, group: Group, name: str, description: str | None) -> Group:
    check_own(group)
    _check_name(org, name, group)
    after = replace(group, name=name, description=description, last_updated=org.now())
    org.tables.groups[group.id] = after
    return after


def delete(org: Org, group: Group) -> None:
    check_own(group)
    del org.tables.groups[group.id]


def join(org: Org, group_id: str, user: User) -> None:
    """Joining again changes nothing."""
    group = find(org, group_id)
    check_own(group)
    _set_members(org, group, group.members | {user.id})


def leave(org: Org, group_id: str, user: User) -> None:
    group = find(org, group_id)
    check_own(group)
    _set_members(org, group, group.members - {user.id})


def _set_members(org: Org, group: Group, after: frozenset[str]) -> None:
    if after != group.members:
        org.tables.groups[group.id] = replace(group, members=after, last_membership_updated=org.now())


def check_own(group: Group) -> None:
    """Okta manages its built-in group itself (the code is our guess)."""
    if group.type == "BUILT_IN":
        raise refusal("E0000006")


def _check_name(org: Org, name: str, owner: Group | None) -> None:
    if not 1 <= len(name) <= 255:
        raise invalid("name", "name: must have 1 to 255 characters")
    if any(each.name == name and each is not owner for each in org.tables.groups.values()):
        raise invalid("name", f"name: {TAKEN}")


def _reader(group: Group) -> Callable[[str], Any]:
    return {
        "id": group.id,
        "type": group.type,
        "created": group.created,
        "lastUpdated": group.last_updated,
        "lastMembershipUpdated": group.last_membership_updated,
        "profile.name": group.name,
        "profile.description": group.description,
    }.__getitem__
