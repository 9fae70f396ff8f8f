"""Okta's `search` and `filter` language over users: text to a checked tree, and the tree asked about one user.

Sources: Okta docs, "List all users" (operators, case rules) and "Core: Filter" (grammar). What a query cannot
say is E0000031, never an empty answer.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from fakes.foreign import whole_json
from fakes.okta.errors import OktaError, refusal
from fakes.okta.times import parse_stamp

DEEPEST = 50
DATES = frozenset({"created", "activated", "statusChanged", "lastUpdated", "lastMembershipUpdated", "published"})
TOP_LEVEL = DATES - {"lastMembershipUpdated", "published"} | {"id", "status", "type.id"}
GROUP_FILTERABLE = ("id", "type", "lastUpdated", "lastMembershipUpdated")
GROUP_ATTRIBUTES = frozenset(
    {"id", "type", "created", "lastUpdated", "lastMembershipUpdated", "profile.name", "profile.description"}
)
CONTAINS = frozenset({"profile.firstName", "profile.lastName", "profile.email", "profile.login"})
FILTERABLE = frozenset({"id", "status", "lastUpdated"}) | CONTAINS
TOKEN = re.compile(r"""\s*(?:(?P<paren>[()])|(?P<string>"(?:[^"\\]|\\.)*")|(?P<word>[^\s()"]+))""")
ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": lambda have, want: have > want,
    "ge": lambda have, want: have >= want,
    "lt": lambda have, want: have < want,
    "le": lambda have, want: have <= want,
}
TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "eq": lambda have, want: have == want,
    "sw": lambda have, want: have.startswith(want),
    "co": lambda have, want: want in have,
}
OPERATORS = frozenset(ORDER) | frozenset(TEXT) | {"pr"}
Literal: TypeAlias = "str | int | float | bool | None"


@dataclass(frozen=True, slots=True)
class Compare:
    attribute: str
    operator: str
    value: Literal


@dataclass(frozen=True, slots=True)
class Every:
    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    parts: "tuple[Expression, ...]"


Expression: TypeAlias = "Compare | Every | Either"


@lru_cache(maxsize=512)
def parse(text: str) -> Expression:
    """The tree of an expression; E0000031 when it is not one."""
    tokens = _tokens(text)
    tree = _either(tokens, 0)
    if tokens:
        raise _bad(f"unexpected {tokens[-1][1]}")
    return tree


def check_search(tree: Expression, attributes: Iterable[str]) -> None:
    """Refuse what `search` does not offer; `attributes` are the profile attributes of the schema."""
    known = TOP_LEVEL | {f"profile.{name}" for name in attributes}
    for each in _comparisons(tree):
        if each.attribute not in known:
            raise _bad(f"unknown attribute {each.attribute}")
        if each.operator == "co" and each.attribute not in CONTAINS:
            raise _bad(f"co is not supported for {each.attribute}")
        _check_value(each)


def check_filter(tree: Expression) -> None:
    """Refuse what `filter` does not offer: other attributes, and any operator but eq (order: lastUpdated only)."""
    for each in _comparisons(tree):
        orders = each.attribute == "lastUpdated" and each.operator in ORDER
        if each.attribute not in FILTERABLE or not (each.operator == "eq" or orders):
            raise refusal("E0000094")
        _check_value(each)


def check_group_search(tree: Expression) -> None:
    """Groups have their own few attributes; `co` works on both profile ones (confidence M)."""
    for each in _comparisons(tree):
        if each.attribute not in GROUP_ATTRIBUTES:
            raise _bad(f"unknown attribute {each.attribute}")
        if each.operator == "co" and not each.attribute.startswith("profile."):
            raise _bad(f"co is not supported for {each.attribute}")
        _check_value(each)


def check_group_filter(tree: Expression) -> None:
    """A filter's few attributes: equal, or for dates an order."""
    for each in _comparisons(tree):
        orders = each.attribute in ("lastUpdated", "lastMembershipUpdated") and each.operator in ORDER
        if each.attribute not in GROUP_FILTERABLE or not (each.operator == "eq" or orders):
            raise refusal("E0000094")
        _check_value(each)


LOG_ATTRIBUTES = (
    "uuid",
    "published",
    "eventType",
    "severity",
    "displayMessage",
    "actor",
    "client",
    "outcome",
    "target",
    "transaction",
    "debugContext",
    "authenticationContext",
    "securityContext",
    "request",
    "version",
)


def check_log_filter(tree: Expression) -> None:
    """Refuse what an entry of the System Log does not have."""
    for each in _comparisons(tree):
        if each.attribute.partition(".")[0] not in LOG_ATTRIBUTES:
            raise _bad(f"unknown attribute {each.attribute}")
        _check_value(each)


def is_match(tree: Expression, read: Callable[[str], Any], *, fold: bool) -> bool:
    """Whether a user, read by attribute name, fits. `fold`: case of string values does not count (search)."""
    match tree:
        case Every(parts):
            return all(is_match(part, read, fold=fold) for part in parts)
        case Either(parts):
            return any(is_match(part, read, fold=fold) for part in parts)
        case Compare(attribute, operator, value):
            have = read(attribute)
            if operator == "pr":
                return have is not None and have != [] and have != ""
            several = have if isinstance(have, list | tuple) else (have,)
            return any(_holds(attribute, each, operator, value, fold) for each in several)


def _holds(attribute: str, have: Any, operator: str, want: Literal, fold: bool) -> bool:
    if have is None or want is None:
        return operator == "eq" and have is want
    if attribute in DATES:
        want = parse_stamp(str(want))
    elif isinstance(have, str) and isinstance(want, str):
        if fold:
            have, want = have.lower(), want.lower()
    elif isinstance(have, bool) is not isinstance(want, bool) or isinstance(have, str) is not isinstance(want, str):
        return False
    if operator in ORDER:
        return ORDER[operator](have, want)
    return TEXT[operator](have, want) if isinstance(have, str) and isinstance(want, str) else bool(have == want)


def _comparisons(tree: Expression) -> Iterable[Compare]:
    match tree:
        case Compare():
            yield tree
        case Every(parts) | Either(parts):
            for part in parts:
                yield from _comparisons(part)


def _check_value(each: Compare) -> None:
    if each.operator in ("sw", "co") and not isinstance(each.value, str):
        raise _bad(f"{each.operator} needs a string")
    if each.operator in ORDER and (isinstance(each.value, bool) or each.value is None):
        raise _bad(f"{each.operator} needs a string or a number")
    if each.attribute in DATES and each.operator != "pr":
        try:
            parse_stamp(str(each.value))
        except ValueError:
            raise _bad(f"{each.attribute} needs a date") from None


def _tokens(text: str) -> list[tuple[str, str]]:
    """All tokens as (kind, text), the first one last, to pop from."""
    found: list[tuple[str, str]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        matched = TOKEN.match(text, at)
        if matched is None:
            raise _bad("unbalanced quote")
        found.append((matched.lastgroup or "", matched.group(matched.lastgroup or 0)))
        at = matched.end()
    return found[::-1]


def _either(tokens: list[tuple[str, str]], depth: int) -> Expression:
    parts = [_every(tokens, depth)]
    while _takes_word(tokens, "or"):
        parts.append(_every(tokens, depth))
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def _every(tokens: list[tuple[str, str]], depth: int) -> Expression:
    parts = [_term(tokens, depth)]
    while _takes_word(tokens, "and"):
        parts.append(_term(tokens, depth))
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _term(tokens: list[tuple[str, str]], depth: int) -> Expression:
    kind, text = _next(tokens)
    if (kind, text) == ("paren", "("):
        if depth == DEEPEST:
            raise _bad("too deeply nested")
        inner = _either(tokens, depth + 1)
        if _next(tokens) != ("paren", ")"):
            raise _bad("unbalanced parenthesis")
        return inner
    if kind != "word":
        raise _bad(f"expected an attribute, got {text}")
    operator = _next(tokens)
    name = operator[1].lower()
    if operator[0] != "word" or name not in OPERATORS:
        raise _bad(f"unsupported operator {operator[1]}")
    return Compare(text, name, None if name == "pr" else _literal(*_next(tokens)))


def _literal(kind: str, text: str) -> Literal:
    try:
        value = whole_json(text if kind == "string" else text.lower())
    except ValueError:
        raise _bad(f"not a value: {text}") from None
    if isinstance(value, str | int | float):
        return value
    raise _bad(f"not a value: {text}")


def _takes_word(tokens: list[tuple[str, str]], word: str) -> bool:
    if tokens and tokens[-1][0] == "word" and tokens[-1][1].lower() == word:
        tokens.pop()
        return True
    return False


def _next(tokens: list[tuple[str, str]]) -> tuple[str, str]:
    if not tokens:
        raise _bad("unexpected end")
    return tokens.pop()


def _bad(why: str) -> OktaError:
    return refusal("E0000031", why)
