"""A table of rows by id, in the order they came; rows are also found by a term, without a walk over all of them."""

from collections.abc import Callable, Iterable, Iterator, MutableMapping, ValuesView
from copy import copy
from typing import Generic, TypeAlias, TypeVar

Row = TypeVar("Row")
Term: TypeAlias = tuple[str, str]  # what it is, and its value: ("login", "jane@example.com")


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
