"""Values that never change once they are made: events, effects, rows. A dataclass that is frozen for type checkers.

Freezing at run time would cost every value four times its making and every import a third of its time; nothing here
needs a guard that mypy has already stood. Everything of `dataclasses` works on them (`replace`, `fields`, `asdict`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def frozen(cls: type[T]) -> type[T]: ...
@overload
def frozen(*, kw_only: bool = ...) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T] | None = None, *, kw_only: bool = False) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a class of values: compared and hashed by their fields, with slots, to be matched by position."""
    make = dataclass(slots=True, unsafe_hash=True, kw_only=kw_only)
    return make if cls is None else make(cls)
