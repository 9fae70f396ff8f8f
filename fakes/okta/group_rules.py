"""Group rules: who is put into which groups by an expression about their profile; and the expressions themselves.

Of Okta's expression language what recorded rules have, and a little more; the rest is refused by name. A rule that is
active holds at every moment; in Okta it takes minutes. What it did stays when it is deactivated.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from fakes.okta.errors import OktaError, invalid, missing
from fakes.okta.org import Org
from fakes.okta.records import Group, GroupRule, User

Values: TypeAlias = Sequence[Any]
FUNCTIONS: Mapping[str, tuple[int, Callable[[Values], Any]]] = {
    "String.startsWith": (2, lambda given: _text(given[0]).startswith(_text(given[1]))),
    "String.stringContains": (2, lambda given: _text(given[1]) in _text(given[0])),
    "String.toLowerCase": (1, lambda given: _text(given[0]).lower()),
    "String.toUpperCase": (1, lambda given: _text(given[0]).upper()),
    "String.append": (2, lambda given: _text(given[0]) + _text(given[1])),
    "Arrays.contains": (2, lambda given: given[1] in (given[0] or ())),
}
# Of groups that people are in by hand: a rule does not look at what rules do.
OF_GROUPS: Mapping[str, Callable[[Group, str], bool]] = {
    "isMemberOfGroup": lambda group, given: group.id == given,
    "isMemberOfAnyGroup": lambda group, given: group.id == given,
    "isMemberOfGroupName": lambda group, given: group.name == given,
    "isMemberOfGroupNameStartsWith": lambda group, given: group.name.startswith(given),
    "isMemberOfGroupNameContains": lambda group, given: given in group.name,
}
COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": lambda one, two: bool(one == two),
    "!=": lambda one, two: bool(one != two),
}
WORDS = {"and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!="}
LITERALS = {"true": True, "false": False, "null": None}
TOKEN = re.compile(
    r"""\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w.]*)|(&&|\|\||[=!]=|[!(),]))"""
)
DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Subject:
    """List the users that a rule looks at."""

    user: User
    groups: Sequence[Group]


Reader: TypeAlias = Callable[[Subject], Any]


def find(org: Org, rule_id: str) -> GroupRule:
    rule = org.tables.group_rules.get(rule_id)
    if rule is None:
        raise missing(rule_id, "GroupRule")
    return rule


def create(org: Org, body: Mapping[str, Any]) -> GroupRule:
    """INACTIVE at first."""
    now = org.now()
    rule = _filled(org, GroupRule(org.source.id("0pr"), "", "INACTIVE", "", (), (), now, now), body)
    if any(each.name == rule.name for each in org.tables.group_rules.values()):
        raise invalid("name", "name: Group rule name is already in use.")
    org.tables.group_rules[rule.id] = rule
    return rule


def change(org: Org, rule: GroupRule, body: Mapping[str, Any]) -> GroupRule:
    """Only one that is not active can be changed; so it is deleted (the code is our guess)."""
    _check_inactive(rule)
    after = replace(_filled(org, rule, body), last_updated=org.now())
    org.tables.group_rules[rule.id] = after
    return after


def delete(org: Org, rule: GroupRule, *, takes_people_out: bool) -> None:
    _check_inactive(rule)
    del org.tables.group_rules[rule.id]
    if takes_people_out:
        for group_id, people in rule.put_in.items():
            _set_members(org, group_id, org.tables.groups[group_id].members - people)


def switch(org: Org, rule: GroupRule, status: str) -> None:
    """Deactivated, a rule leaves the people where it put them."""
    put_in: dict[str, frozenset[str]] = {}
    if status == "INACTIVE" and rule.status == "ACTIVE":
        for group in [org.tables.groups[each] for each in rule.group_ids if each in org.tables.groups]:
            people = {user.id for user in org.tables.users.values() if puts(org, rule, user)} - group.members
            put_in[group.id] = frozenset(people)
            _set_members(org, group.id, group.members | people)
    org.tables.group_rules[rule.id] = replace(rule, status=status, put_in=put_in, last_updated=org.now())


def is_put_in(org: Org, group: Group, user: User) -> bool:
    """Whether an active rule has put the user into the group."""
    rules = org.tables.group_rules.values()
    return any(rule.status == "ACTIVE" and group.id in rule.group_ids and puts(org, rule, user) for rule in rules)


def puts(org: Org, rule: GroupRule, user: User) -> bool:
    if user.id in rule.excluded or user.status == "DEPROVISIONED":
        return False
    own = [group for group in org.tables.groups.values() if user.id in group.members]
    return read_expression(rule.expression)(Subject(user, own)) is True


def read_expression(text: str) -> Reader:
    """What it says of a subject. E0000001 for what is not an expression, or not simulated."""
    tokens = _tokens(text)
    reader = _either(tokens, 0)
    if tokens:
        raise _bad(f"unexpected {tokens[-1]}")
    return reader


def _either(tokens: list[str], depth: int) -> Reader:
    return _joined(tokens, depth, "||", _every, any)


def _every(tokens: list[str], depth: int) -> Reader:
    return _joined(tokens, depth, "&&", _compared, all)


def _joined(
    tokens: list[str], depth: int, word: str, part: Callable[[list[str], int], Reader], joined: Callable[[Any], bool]
) -> Reader:
    parts = [part(tokens, depth)]
    while _takes(tokens, word):
        parts.append(part(tokens, depth))
    return parts[0] if len(parts) == 1 else lambda subject: joined(each(subject) is True for each in parts)


def _compared(tokens: list[str], depth: int) -> Reader:
    if depth > DEEPEST:
        raise _bad("too deeply nested")
    if _takes(tokens, "!"):
        inner = _compared(tokens, depth + 1)
        return lambda subject: inner(subject) is not True
    one = _value(tokens, depth)
    compare = COMPARED.get(_as_sign(tokens[-1])) if tokens else None
    if compare is None:
        return one
    tokens.pop()
    two = _value(tokens, depth)
    return lambda subject: compare(one(subject), two(subject))


def _value(tokens: list[str], depth: int) -> Reader:
    token = tokens.pop() if tokens else ""
    if token == "(":  # noqa: S105 - a parenthesis
        inner = _either(tokens, depth + 1)
        _want(tokens, ")")
        return inner
    if token[:1] in ("'", '"'):
        text = re.sub(r"\\(.)", r"\1", token[1:-1])
        return lambda _: text
    if re.fullmatch(r"-?\d+(\.\d+)?", token):
        number = float(token)
        return lambda _: number
    if token.lower() in LITERALS:
        literal = LITERALS[token.lower()]
        return lambda _: literal
    if _takes(tokens, "("):
        return _call(token, _arguments(tokens, depth))
    if of_user := re.fullmatch(r"user\.(?:profile\.)?(\w+)", token):
        name = of_user.group(1)
        return lambda subject: subject.user.profile.get(name)
    raise _bad(f"{token or 'the end'} is not simulated here")


def _call(name: str, given: list[Reader]) -> Reader:
    if name in OF_GROUPS:
        is_such = OF_GROUPS[name]
        return lambda subject: any(is_such(each, _text(one(subject))) for each in subject.groups for one in given)
    count, function = FUNCTIONS.get(name, (0, None))
    if function is None:
        raise _bad(f"the function {name} is not simulated")
    if len(given) != count:
        raise _bad(f"{name} takes {count} values")
    return lambda subject: function([each(subject) for each in given])


def _arguments(tokens: list[str], depth: int) -> list[Reader]:
    found: list[Reader] = []
    while not _takes(tokens, ")"):
        if found:
            _want(tokens, ",")
        found.append(_either(tokens, depth + 1))
    return found


def _tokens(text: str) -> list[str]:
    """The last one first, to pop from."""
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        matched = TOKEN.match(text, at)
        if matched is None:
            raise _bad(f"unexpected {text[at:].strip()[:20]}")
        found.append(matched.group().strip())
        at = matched.end()
    return found[::-1]


def _takes(tokens: list[str], sign: str) -> bool:
    if tokens and _as_sign(tokens[-1]) == sign:
        tokens.pop()
        return True
    return False


def _want(tokens: list[str], sign: str) -> None:
    if not _takes(tokens, sign):
        raise _bad(f"{sign} is missing")


def _as_sign(token: str) -> str:
    return WORDS.get(token.lower(), token)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _bad(why: str) -> OktaError:
    return invalid("conditions.expression.value", f"conditions.expression.value: {why}")


def _filled(org: Org, rule: GroupRule, body: Mapping[str, Any]) -> GroupRule:
    expression = _object(_object(body, "conditions"), "expression")
    people = _object(_object(_object(body, "conditions"), "people"), "users")
    group_ids = _ids(_object(_object(body, "actions"), "assignUserToGroups"), "groupIds")
    name, words = body.get("name"), expression.get("value")
    if not isinstance(name, str) or not 1 <= len(name) <= 50:
        raise invalid("name", "name: must have 1 to 50 characters")
    if not isinstance(words, str):
        raise _bad("must be a string")
    read_expression(words)
    for group_id in group_ids:
        if group_id not in org.tables.groups:
            raise missing(group_id, "UserGroup")
    return replace(rule, name=name, expression=words, excluded=_ids(people, "exclude"), group_ids=group_ids)


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name) or {}
    if not isinstance(value, Mapping):
        raise invalid(name, f"{name}: must be an object")
    return value


def _ids(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise invalid(name, f"{name}: must be a list of ids")
    return tuple(value)


def _check_inactive(rule: GroupRule) -> None:
    if rule.status == "ACTIVE":
        raise invalid("status", "Cannot change or delete a group rule that is active.")


def _set_members(org: Org, group_id: str, members: frozenset[str]) -> None:
    group = org.tables.groups[group_id]
    org.tables.groups[group_id] = replace(group, members=members, last_membership_updated=org.now())
