"""The arguments of `@pytest.mark.caller`, checked where they enter. Calls nobody."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from simulator.errors import WrongUseError
from simulator.operator.clock import START

_EXAMPLE = '"2026-12-24T18:00-05:00"'


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls which number (None: those by default), where ids come from, and when, in Unix seconds."""

    number: str | None = None
    called: str | None = None
    seed: int = 0
    starts_at: float = START


def read_call(positional: tuple[object, ...], named: Mapping[str, object]) -> Call:
    """What a marker says; raises WrongUseError with one sentence."""
    names = [each.name for each in fields(Call)]
    given = dict(zip(names, positional, strict=False)) | dict(named)
    if len(positional) > len(names) or set(given) - set(names) or set(names[: len(positional)]) & set(named):
        raise WrongUseError(f"caller takes {', '.join(names[:-1])} and {names[-1]}, got {_shown(positional, named)}")
    return Call(
        number=_number(given, "number"),
        called=_number(given, "called"),
        seed=_seed(given.get("seed", 0)),
        starts_at=_moment(given.get("starts_at", START)),
    )


def _number(given: Mapping[str, object], name: str) -> str | None:
    value = given.get(name)
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    raise WrongUseError(f'caller: {name} is a text such as "+13125550100", got {value!r}')


def _seed(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise WrongUseError(f"caller: seed is a whole number, got {value!r}")


def _moment(value: object) -> float:
    """A date and time with its offset from UTC, as `datetime` or as ISO 8601 writes it, or Unix seconds."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise WrongUseError(f"caller: starts_at is a moment such as {_EXAMPLE}, got {value!r}") from None
    if not isinstance(value, datetime):
        raise WrongUseError(f"caller: starts_at is a moment such as {_EXAMPLE}, got {value!r}")
    if value.tzinfo is None:
        raise WrongUseError(f"caller: starts_at has to say its offset from UTC, as in {_EXAMPLE}, got {value}")
    return value.timestamp()


def _shown(positional: tuple[object, ...], named: Mapping[str, object]) -> str:
    return f"caller({', '.join([*map(repr, positional), *(f'{name}={value!r}' for name, value in named.items())])})"
