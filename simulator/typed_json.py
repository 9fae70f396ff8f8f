"""JSON values read as dataclasses, by the types of their fields; whatever does not fit is refused. Reads no files."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from simulator.foreign import whole_json

_MOST = 10**15
"""No number of ours is larger, and larger ones end in errors wherever a time or a number of lines is made of them."""


def parsed(text: str) -> Any:
    """Read the values of a JSON text, all texts in it whole. Raises ValueError, also for NaN and Infinity.

    JSON does not have those two.
    """
    try:
        return whole_json(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def value_of(data: Any, kind: Any, given: Mapping[str, Any] | None = None) -> Any:  # JSON's own types to any type
    """Make a value of that type. Raises ValueError, KeyError (a field is missing) or TypeError.

    `given` are fields of every dataclass inside that stand elsewhere.
    """
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _one_of(data, get_args(kind), given)
    if origin is tuple:
        return _tuple(data, get_args(kind), given)
    if origin is Literal:
        if data not in get_args(kind):
            raise ValueError(f"{data!r} is none of {', '.join(map(str, get_args(kind)))}")
        return data
    if origin is not None:  # a Mapping with names for keys
        if not isinstance(data, dict):
            raise TypeError("an object was expected")
        return {name: value_of(value, get_args(kind)[1], given) for name, value in data.items()}
    if is_dataclass(kind):
        return _dataclass(data, kind, given or {})
    return _plain(data, kind)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _one_of(data: Any, kinds: tuple[Any, ...], given: Mapping[str, Any] | None) -> Any:
    """Make the first kind that fits; where only one could, its own reason is given."""
    if data is None and NoneType in kinds:
        return None
    *others, last = [each for each in kinds if each is not NoneType]
    for kind in others:
        try:
            return value_of(data, kind, given)
        except (ValueError, KeyError, TypeError):
            continue
    return value_of(data, last, given)


def _dataclass(data: Any, kind: Any, given: Mapping[str, Any]) -> Any:
    if not isinstance(data, dict):
        raise TypeError(f"{kind.__name__} is an object")
    values: dict[str, Any] = {}
    for name, hint, is_needed in _fields(kind):
        if name in given:
            values[name] = given[name]
        elif name in data:
            values[name] = value_of(data[name], hint, given)
            if name == "url" and isinstance(values[name], str):
                urlsplit(values[name])
        elif is_needed:
            raise KeyError(name)
    return kind(**values)


@lru_cache(maxsize=128)
def _fields(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (each.name, hints[each.name], each.default is MISSING and each.default_factory is MISSING)
        for each in fields(kind)
    )


def _tuple(data: Any, kinds: tuple[Any, ...], given: Mapping[str, Any] | None) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise TypeError("a list was expected")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(value_of(each, kinds[0], given) for each in data)
    if len(data) != len(kinds):
        raise ValueError(f"{len(kinds)} values were expected, not {len(data)}")
    return tuple(value_of(each, one, given) for each, one in zip(data, kinds, strict=True))


def _plain(data: Any, kind: Any) -> Any:
    if kind is bytes:
        return b64decode(str(data["base64"])) if isinstance(data, dict) else str(data).encode("utf-8", "replace")
    if isinstance(data, int | float) and not isinstance(data, bool) and not -_MOST <= data <= _MOST:
        raise ValueError("a number is too large")
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return data
    if not isinstance(data, kind) or (kind is not bool and isinstance(data, bool)):
        raise TypeError(f"{data!r} is not a {kind.__name__}")
    return data
