"""A good document with one value of it exchanged for something that nobody expects there."""

import copy
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]
NASTY: tuple[Any, ...] = (
    float("nan"), float("inf"), 1e308, -1.0, 10**400, 5, True, None, "", "x", "\x1b\n::error::", "http://[",
    [], ["x"], [[]], {}, {"x": 1}, "e999", "s999",
)  # fmt: skip
_FIRST = 3
"""Of a list; the others are like them."""


def places_in(document: Any, path: Path = ()) -> Iterator[Path]:
    """Where there are values in it."""
    if isinstance(document, dict):
        inner: list[tuple[str | int, Any]] = list(document.items())
    else:
        inner = list(enumerate(document[:_FIRST])) if isinstance(document, list) else []
    for name, value in inner:
        yield (*path, name)
        yield from places_in(value, (*path, name))


def changed(document: Any, path: Path, value: Any) -> Any:
    """A copy that differs in one place."""
    document = copy.deepcopy(document)
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return document
