"""`${name}` in scripts: variables are filled in when a script is read, the newest code only when its step runs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from simulator.callers.script.fields import near
from simulator.callers.script.source import Fields, Items, Scalar, UnreadableError, Value

SMS_CODE, SPOKEN_CODE, TOTP_CODE = "sms_code", "spoken_code", "totp_code"
CODES = (SMS_CODE, SPOKEN_CODE, TOTP_CODE)
"""The newest code texted to the caller's handset, or spoken to it; what its authenticator app shows. Known only while
the call runs."""
_NONE: frozenset[str] = frozenset()
_LONGEST = 10_000
"""Characters that the variables of one text may come to; each may be made of others ten times over."""
_PLACE = re.compile(r"\$\{([^}]*)\}")


def with_variables(value: Value, variables: Mapping[str, str]) -> Value:
    """The value with every variable filled in; raises UnreadableError for a name nobody has given a value."""
    match value:
        case Scalar():
            return replace(value, text=fill(value.text, variables, value.line))
        case Items(line, values):
            return Items(line, tuple(with_variables(each, variables) for each in values))
        case Fields(line, values):
            return Fields(line, {name: with_variables(each, variables) for name, each in values.items()})


def fill(text: str, variables: Mapping[str, str], line: int) -> str:
    """The text with its variables; codes stay."""
    room = _LONGEST

    def value_of(name: str) -> str:
        nonlocal room
        if name in CODES:
            return f"${{{name}}}"
        if name not in variables:
            known = [*variables, *CODES]
            hint = near(name, known) or f"; there are {', '.join(known)}"
            raise UnreadableError(line, f"nothing is called ${{{name}}}{hint}")
        room -= len(variables[name])
        if room < 0:
            raise UnreadableError(line, f"with its variables this is longer than {_LONGEST:,} characters")
        return variables[name]

    return replaced(text, value_of)


def replaced(text: str, value_of: Callable[[str], str]) -> str:
    """The text with the value of each name in place of `${name}`."""
    return _PLACE.sub(lambda place: value_of(place[1].strip()), text) if "${" in text else text


def codes_in(text: str) -> frozenset[str]:
    """The codes that the text waits for, by their names."""
    return frozenset(place[1].strip() for place in _PLACE.finditer(text)) & frozenset(CODES) if "${" in text else _NONE


def names_in(value: Value) -> frozenset[str]:
    """Every `${name}` inside."""
    match value:
        case Scalar():
            return frozenset(place[1].strip() for place in _PLACE.finditer(value.text))
        case Items():
            return frozenset().union(*map(names_in, value.values))
        case Fields():
            return frozenset().union(*map(names_in, value.values.values()))
