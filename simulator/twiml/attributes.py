"""Attributes as data: a verb's dataclass field says its XML name, how it is read, and Twilio's code when it is wrong.

An invalid value is reported and the default used, as Twilio does; an unknown attribute is reported as 12200 and
ignored (Twilio docs: error dictionary). Documentation and tests read the same table.
"""

import re
from collections.abc import Callable
from dataclasses import MISSING, Field, field, fields
from functools import cache
from typing import Any, TypeVar

from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.vocabulary import Method

T = TypeVar("T")
Reader = Callable[[str], T]


class InvalidValueError(ValueError):
    """The text is not a value of this attribute; `code` overrides the attribute's own code."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__()
        self.code = code


@frozen
class Finding:
    """Something Twilio's debugger would note about a document: its code and what exactly was found on which line."""

    code: int
    detail: str
    line: int


@frozen
class AttributeSpec:
    """One row of a verb's attribute table."""

    xml: str
    name: str
    read: Reader[Any]  # readers of one table return different types
    invalid: int
    default: Any  # see above


def attribute(xml: str, read: Reader[T], *, default: T, invalid: int = 12200) -> T:
    """A dataclass field that is read from the XML attribute `xml`; typed as the value it will hold."""
    declared: Any = field(default=default, metadata={"xml": xml, "read": read, "invalid": invalid})
    return declared  # type: ignore[no-any-return]


@cache
def attributes_of(verb: type) -> tuple[AttributeSpec, ...]:
    """The attribute table of a verb's dataclass, in the order of its fields."""
    return tuple(_spec(f) for f in fields(verb) if "xml" in f.metadata)


def read_attributes(verb: type, element: Element, findings: list[Finding]) -> dict[str, Any]:
    """The keyword arguments that `element` gives to its verb's dataclass; notes what is unknown or invalid."""
    if not element.attributes:
        return {}
    values: dict[str, Any] = {}
    table = {spec.xml: spec for spec in attributes_of(verb)}
    for xml, text in element.attributes.items():
        spec = table.get(xml)
        if spec is None:
            findings.append(Finding(12200, f"<{element.name}> has no attribute {xml}", element.line))
            continue
        try:
            values[spec.name] = spec.read(text)
        except InvalidValueError as error:
            code = error.code or spec.invalid
            findings.append(Finding(code, f'{xml}="{text}" on <{element.name}>', element.line))
    return values


def attributes_in_force(verb: Any) -> dict[str, str]:  # the dataclass of any verb or noun
    """What a verb's attributes are, as they would be written, those left out with their defaults."""
    kind: type = type(verb)
    return {spec.xml: _written(getattr(verb, spec.name)) for spec in attributes_of(kind)}


def _written(value: Any) -> str:  # whatever a reader returns
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case frozenset():
            return " ".join(sorted(value))
        case _:
            return str(value)


def _spec(f: "Field[Any]") -> AttributeSpec:
    assert f.default is not MISSING
    return AttributeSpec(f.metadata["xml"], f.name, f.metadata["read"], f.metadata["invalid"], f.default)


# ---------------------------------------------------------------- readers


def whole_number(least: int, most: int | None = None) -> Reader[int]:
    """Digits only, from `least` to `most`."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least or (most is not None and int(text) > most):
            raise InvalidValueError
        return int(text)

    return read


def one_of(*words: str) -> Reader[str]:
    """Exactly one of the words; case counts."""

    def read(text: str) -> str:
        if text not in words:
            raise InvalidValueError
        return text

    return read


def boolean(text: str) -> bool:
    """`true` or `false`, in any case; `1` and `0` are neither (Twilio's support says so in public, confidence M)."""
    word = text.lower()
    if word not in ("true", "false"):
        raise InvalidValueError
    return word == "true"


def boolean_or(*words: str) -> Reader[str]:
    """`true` or `false`, in any case, or exactly one of the words."""
    read_word = one_of(*words)

    def read(text: str) -> str:
        word = text.lower()
        return word if word in ("true", "false") else read_word(text)

    return read


def method(text: str) -> Method:
    """`GET` or `POST`, in any case (that case does not matter: confidence M)."""
    match text.upper():
        case "GET":
            return "GET"
        case "POST":
            return "POST"
        case _:
            raise InvalidValueError


def anything(text: str) -> str:
    """Text that is not judged here, such as a URL that is resolved when it is used."""
    return text


def matching(pattern: str) -> Reader[str]:
    """Text that matches the whole of a regular expression."""
    compiled = re.compile(pattern)

    def read(text: str) -> str:
        if not compiled.fullmatch(text):
            raise InvalidValueError
        return text

    return read


METHOD: Reader[Method] = method
LANGUAGE: Reader[str] = matching(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}")
