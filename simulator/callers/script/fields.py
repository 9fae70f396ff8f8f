"""Reading one value of a script as what its place needs: a text, a number, a word of a few."""

import json
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import get_args

from simulator.callers.script.source import Fields, Items, Scalar, UnreadableError, Value
from simulator.errors import WrongUseError
from simulator.numbers import Stir, read_called, read_caller
from simulator.vocabulary import CallerId

CALLER_ID_FIELDS = ("stir", "caller_name", "forwarded_from")
_STIRS: Mapping[str, Stir] = {stir: stir for stir in get_args(Stir)}

_MOST_DIGITS = 9


def shown(value: Value) -> str:
    """The value in one line, as a person would write it."""
    match value:
        case Scalar(text=text, is_null=True):
            return text or "nothing"
        case Scalar(text=text):
            return json.dumps(text, ensure_ascii=False)
        case Items(values=values):
            return f"[{', '.join(map(shown, values))}]"
        case Fields(values=fields):
            return "{" + ", ".join(f"{name}: {shown(each)}" for name, each in fields.items()) + "}"


def text_of(value: Value, what: str) -> str:
    """A text that is not empty."""
    if not isinstance(value, Scalar) or value.is_null or not value.text.strip():
        raise UnreadableError(value.line, f"{what} is a text, got {shown(value)}")
    return value.text


def optional_text_of(value: Value, what: str) -> str | None:
    """A text, which may be empty or not there at all."""
    if not isinstance(value, Scalar):
        raise UnreadableError(value.line, f"{what} is a text, got {shown(value)}")
    return None if value.is_null else value.text.strip()


def number_of(value: Value, what: str, *, least: float = 0.0, most: float = float("inf")) -> float:
    """A number within limits."""
    text = value.text if isinstance(value, Scalar) else ""
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not least <= number <= most or number == float("inf"):
        limits = f" from {least:g}" + ("" if most == float("inf") else f" to {most:g}")
        raise UnreadableError(value.line, f"{what} is a number{limits}, got {shown(value)}")
    return number


def whole_number_of(value: Value, what: str) -> int:
    """A whole number, not negative."""
    text = value.text if isinstance(value, Scalar) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise UnreadableError(value.line, f"{what} is a whole number, got {shown(value)}")
    return int(text)


def check_true(value: Value, what: str) -> None:
    """`true`, the only thing such a field can say."""
    if not isinstance(value, Scalar) or value.text.lower() not in ("true", "yes", "on"):
        raise UnreadableError(value.line, f"{what} takes true, got {shown(value)}")


def choice_of(value: Value, what: str, choices: tuple[str, ...]) -> str:
    """One of a few words."""
    text = value.text if isinstance(value, Scalar) else ""
    if text not in choices:
        raise UnreadableError(
            value.line, f"{what} is one of {', '.join(choices)}, got {shown(value)}{near(text, choices)}"
        )
    return text


def caller_of(value: Value, what: str) -> str:
    """The number that calls, or what a network gives in its place."""
    return _checked(value, lambda: read_caller(text_of(value, what), what))


def called_of(value: Value, what: str) -> str:
    """The number or address that is called."""
    return _checked(value, lambda: read_called(text_of(value, what), what))


def caller_id_of(fields: Mapping[str, Value]) -> CallerId:
    """What these fields say about a calling number; they are those of `CALLER_ID_FIELDS`."""
    stir = _STIRS[choice_of(fields["stir"], "stir", tuple(_STIRS))] if "stir" in fields else None
    name = text_of(fields["caller_name"], "caller_name") if "caller_name" in fields else None
    diverting = called_of(fields["forwarded_from"], "forwarded_from") if "forwarded_from" in fields else None
    return CallerId(stir, name, diverting)


def _checked(value: Value, read: Callable[[], str]) -> str:
    try:
        return read()
    except WrongUseError as error:
        raise UnreadableError(value.line, str(error)) from None


def texts_of(value: Value, what: str) -> tuple[str, ...]:
    """A list of texts; a single text is a list of one."""
    if isinstance(value, Items):
        return tuple(text_of(each, what) for each in value.values)
    return (text_of(value, what),)


def fields_of(value: Value, what: str, allowed: tuple[str, ...]) -> dict[str, Value]:
    """A mapping with none but these names."""
    if not isinstance(value, Fields):
        raise UnreadableError(value.line, f"{what} is a mapping with {', '.join(allowed)}, got {shown(value)}")
    for name, each in value.values.items():
        if name not in allowed:
            hint = near(name, allowed) or f"; there are {', '.join(allowed)}"
            raise UnreadableError(each.line, f"{what} has no field {name}{hint}")
    return value.values


def parameters_of(value: Value, what: str) -> dict[str, str]:
    """A mapping of any names to texts; nothing is an empty text."""
    if not isinstance(value, Fields):
        raise UnreadableError(value.line, f"{what} is a mapping of names to values, got {shown(value)}")
    parameters: dict[str, str] = {}
    for name, each in value.values.items():
        if not isinstance(each, Scalar):
            raise UnreadableError(each.line, f"the parameter {name} is a text, got {shown(each)}")
        parameters[name] = "" if each.is_null else each.text
    return parameters


def near(word: str, known: Sequence[str]) -> str:
    """`; did you mean …?` where something known looks like it."""
    found = get_close_matches(word, known, n=1)
    return f"; did you mean '{found[0]}'?" if found else ""
