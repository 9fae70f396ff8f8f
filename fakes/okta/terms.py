"""Tables of users and factors, in the order they came; rows are found by id or by a term, without a walk over all."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, MutableMapping, ValuesView
from copy import copy
from functools import lru_cache
from typing import Generic, TypeAlias, TypeVar

from fakes.okta.records import Factor, User

Row = TypeVar("Row")
Term: TypeAlias = tuple[str, str]  # what it is, and its value: ("login", "jane@example.com")
NUMBERS = ("ivrPhone", "mobilePhone")


class Indexed(MutableMapping[str, Row], Generic[Row]):
    """`terms_of` says what a row is found by; rows are replaced and never changed, so the index is always right."""

    def __init__(self, terms_of: Callable[[Row], frozenset[Term]]) -> None:
        self._terms_of = terms_of
        self._rows: dict[str, Row] = {}
        self._places: dict[str, int] = {}  # a row that is replaced keeps its place, as in a dict
        self._ids: dict[Term, tuple[str, ...]] = {}
        self._came = 0

    def having(self, term: Term) -> list[Row]:
        """The rows of that term, in the table's order."""
        return self.in_order(self._ids.get(term, ()))

    def in_order(self, ids: Iterable[str]) -> list[Row]:
        """Those of the rows that are here, in the table's order."""
        here = [each for each in ids if each in self._rows]
        return [self._rows[each] for each in sorted(here, key=self._places.__getitem__)]

    def __getitem__(self, row_id: str) -> Row:
        return self._rows[row_id]

    def __setitem__(self, row_id: str, row: Row) -> None:
        before = self._terms_of(self._rows[row_id]) if row_id in self._rows else frozenset()
        after = self._terms_of(row)
        if row_id not in self._rows:
            self._came += 1
            self._places[row_id] = self._came
        self._rows[row_id] = row
        for term in before - after:
            self._drop(term, row_id)
        for term in after - before:
            self._ids[term] = (*self._ids.get(term, ()), row_id)

    def __delitem__(self, row_id: str) -> None:
        row = self._rows.pop(row_id)
        del self._places[row_id]
        for term in self._terms_of(row):
            self._drop(term, row_id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def values(self) -> ValuesView[Row]:
        return self._rows.values()

    def __copy__(self) -> "Indexed[Row]":
        twin = Indexed(self._terms_of)
        twin._rows, twin._places, twin._ids = copy(self._rows), copy(self._places), copy(self._ids)
        twin._came = self._came
        return twin

    def _drop(self, term: Term, row_id: str) -> None:
        left = tuple(each for each in self._ids[term] if each != row_id)
        if left:
            self._ids[term] = left
        else:
            del self._ids[term]


def people() -> Indexed[User]:
    """A table of users."""
    return Indexed(_of_user)


def enrolments() -> Indexed[Factor]:
    """A table of factors."""
    return Indexed(_of_factor)


def login(given: str) -> Term:
    """Whose login this is."""
    return "login", fold_login(given)


def short_name(given: str) -> Term:
    """Whose login begins so, before the `@`."""
    return "short name", fold_login(given)


def number(given: str) -> Term:
    """Find the users who may have this number; case does not count, as in a search."""
    return "number", given.lower()


def owner(user_id: str) -> Term:
    """Whose factors."""
    return "owner", user_id


@lru_cache(maxsize=65536)
def fold_login(login: str) -> str:
    """Logins are unique ignoring case and accents."""
    decomposed = unicodedata.normalize("NFKD", login)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()


def _of_user(user: User) -> frozenset[Term]:
    own = str(user.profile.get("login"))
    found = {login(own), ("short name", fold_login(own).partition("@")[0])}
    for key in NUMBERS:
        value = user.profile.get(key)
        several = value if isinstance(value, list | tuple) else (value,)
        found.update(number(str(each)) for each in several if each)
    return frozenset(found)


def _of_factor(factor: Factor) -> frozenset[Term]:
    own, given = owner(factor.user_id), factor.profile.get("phoneNumber")
    return frozenset({own, number(str(given))} if given else {own})
