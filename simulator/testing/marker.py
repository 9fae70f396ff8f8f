"""The arguments of `@pytest.mark.caller`, checked where they enter. Calls nobody."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import cast, get_args

from simulator.errors import WrongUseError
from simulator.numbers import Stir, read_called, read_caller
from simulator.operator.clock import START
from simulator.vocabulary import CallerId

_EXAMPLE = '"2026-12-24T18:00-05:00"'


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls which number (None: those by default), where ids come from, and when, in Unix seconds.

    `may_fail`: the application may fail the call without the test's saying so. The last three are what the network says
    about the calling number; None: what is usual, or nothing.
    """

    number: str | None = None
    called: str | None = None
    seed: int = 0
    starts_at: float = START
    may_fail: bool = False
    stir: Stir | None = None
    caller_name: str | None = None
    forwarded_from: str | None = None

    @property
    def caller_id(self) -> CallerId:
        return CallerId(self.stir, self.caller_name, self.forwarded_from)


def read_call(positional: tuple[object, ...], named: Mapping[str, object]) -> Call:
    """What a marker says; raises WrongUseError with one sentence."""
    names = [each.name for each in fields(Call)]
    given = dict(zip(names, positional, strict=False)) | dict(named)
    if len(positional) > len(names) or set(given) - set(names) or set(names[: len(positional)]) & set(named):
        raise WrongUseError(f"caller takes {', '.join(names[:-1])} and {names[-1]}, got {_shown(positional, named)}")
    return Call(
        number=_text(given, "number", read_caller),
        called=_text(given, "called", read_called),
        seed=_seed(given.get("seed", 0)),
        starts_at=_moment(given.get("starts_at", START)),
        may_fail=_yes_or_no(given.get("may_fail", False)),
        stir=read_stir(given.get("stir")),
        caller_name=_text(given, "caller_name", lambda text, _: text),
        forwarded_from=_text(given, "forwarded_from", read_called),
    )


def read_stir(value: object) -> Stir | None:
    """How a number is vouched for; raises WrongUseError for what is no such word."""
    for stir in get_args(Stir):
        if value == stir:
            return cast("Stir", stir)
    if value is None:
        return None
    raise WrongUseError(f"stir is one of {', '.join(get_args(Stir))}, got {value!r}")


def _text(given: Mapping[str, object], name: str, read: Callable[[str, str], str]) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.strip():
        return read(value, f"caller: {name}")
    raise WrongUseError(f"caller: {name} is a text, got {value!r}")


def _seed(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise WrongUseError(f"caller: seed is a whole number, got {value!r}")


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise WrongUseError(f"caller: may_fail is True or False, got {value!r}")


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
