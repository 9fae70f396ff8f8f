"""Groups and who is in them; policies that include groups live in their own room."""

from dataclasses import replace

from fakes.okta.errors import invalid, missing
from fakes.okta.org import Org
from fakes.okta.records import Group, User
from fakes.okta.users import TAKEN


def find(org: Org, group_id: str) -> Group:
    group = org.tables.groups.get(group_id)
    if group is None:
        raise missing(group_id, "UserGroup")
    return group


def create(org: Org, name: str, description: str | None = None) -> Group:
    """A new group; a name that is taken is refused (the code is our guess)."""
    _check_name(org, name, None)
    now = org.now()
    group = Group(org.source.id("00g"), name, description, "OKTA_GROUP", now, now, now)
    org.tables.groups[group.id] = group
    return group


def join(org: Org, group_id: str, user: User) -> None:
    group = find(org, group_id)
    _set_members(org, group, group.members | {user.id})


def leave(org: Org, group_id: str, user: User) -> None:
    group = find(org, group_id)
    _set_members(org, group, group.members - {user.id})


def _set_members(org: Org, group: Group, members: frozenset[str]) -> None:
    if members != group.members:
        org.tables.groups[group.id] = replace(group, members=members, last_membership_updated=org.now())


def _check_name(org: Org, name: str, owner: Group | None) -> None:
    if not 1 <= len(name) <= 255:
        raise invalid("name", "name: must have 1 to 255 characters")
    if any(each.name == name and each is not owner for each in org.tables.groups.values()):
        raise invalid("name", f"name: {TAKEN}")
