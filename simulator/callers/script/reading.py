"""Files of call scripts read into `Script`s; every mistake is told with file, line, step, what came and what fits."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from simulator.callers.script.fields import (
    CALLER_ID_FIELDS,
    called_of,
    caller_id_of,
    caller_of,
    fields_of,
    near,
    shown,
    text_of,
)
from simulator.callers.script.people import MACHINE, NEVER_ANSWER, Person
from simulator.callers.script.script import Placed, Script
from simulator.callers.script.source import Fields, Items, Scalar, ScriptError, UnreadableError, Value, load
from simulator.callers.script.steps.breaking import read_break
from simulator.callers.script.steps.table import STEPS
from simulator.callers.script.variables import CODES, fill, names_in, with_variables

CALL_FIELDS = ("name", "from", "to", *CALLER_ID_FIELDS, "vars", "trouble", "steps")
_HEADS = frozenset(("name", "from", "to", *CALLER_ID_FIELDS))


def read_scripts(path: Path, variables: Mapping[str, str] | None = None) -> tuple[Script, ...]:
    """The calls of a file in order; `variables` (of the command line) win over its own. Raises ScriptError."""
    try:
        return tuple(_scripts(load(path), path, variables or {}))
    except UnreadableError as error:
        raise ScriptError(f"{path}:{error.line}: {error}") from None


def _scripts(document: Value, path: Path, variables: Mapping[str, str]) -> Iterator[Script]:
    if not isinstance(document, Fields) or "calls" not in document.values:
        yield _script(document, path, path.stem, variables)
        return
    calls = fields_of(document, "a file of several calls", ("calls",))["calls"]
    if not isinstance(calls, Items) or not calls.values:
        raise UnreadableError(calls.line, f"calls: is a list of calls, got {shown(calls)}")
    for number, call in enumerate(calls.values, 1):
        yield _script(call, path, f"{path.stem} {number}", variables)


def _script(value: Value, path: Path, name: str, given: Mapping[str, str]) -> Script:
    fields = fields_of(value, "a call", CALL_FIELDS)
    variables = _variables(fields.get("vars"), given)
    heads = {key: with_variables(each, variables) for key, each in fields.items() if key in _HEADS}
    steps = fields.get("steps")
    if steps is None:
        raise UnreadableError(value.line, "a call has steps: and this one has none")
    return Script(
        name=text_of(heads["name"], "name") if "name" in heads else name,
        file=str(path),
        caller=caller_of(heads["from"], "from") if "from" in heads else None,
        called=called_of(heads["to"], "to") if "to" in heads else None,
        steps=tuple(_step(step, str(number), variables) for number, step in enumerate(_items(steps, "steps:"), 1)),
        variables=names_in(value) | _declared(fields.get("vars")),
        caller_id=caller_id_of(heads),
        troubles=() if "trouble" not in fields else tuple(_troubles(with_variables(fields["trouble"], variables))),
    )


def _variables(value: Value | None, given: Mapping[str, str]) -> Mapping[str, str]:
    """The variables of the command line, then those of the file, which may use the ones before them."""
    variables = dict(given)
    if value is None:
        return variables
    if not isinstance(value, Fields):
        raise UnreadableError(value.line, f"vars: is a mapping of names to values, got {shown(value)}")
    for name, each in value.values.items():
        if not isinstance(each, Scalar):
            raise UnreadableError(each.line, f"the variable {name} is a text, got {shown(each)}")
        if name in CODES:
            raise UnreadableError(each.line, f"${{{name}}} is a code on the handset; call the variable something else")
        if name not in given:
            variables[name] = fill(each.text, variables, each.line)
    return variables


def _declared(value: Value | None) -> frozenset[str]:
    return frozenset(value.values) if isinstance(value, Fields) else frozenset()


def _troubles(value: Value) -> Iterator[tuple[str, int | None]]:
    """One name or `break` step, or a list of them."""
    for each in value.values if isinstance(value, Items) else (value,):
        if isinstance(each, Scalar):
            yield text_of(each, "trouble").strip(), None
            continue
        fields = fields_of(each, "trouble", ("break", "times"))
        if "break" not in fields:
            raise UnreadableError(each.line, f"trouble is a name, or a mapping with break and times, got {shown(each)}")
        step = read_break(fields["break"], fields)
        yield step.name, step.times


def _items(value: Value, what: str) -> tuple[Value, ...]:
    if not isinstance(value, Items) or not value.values:
        raise UnreadableError(value.line, f"{what} is a list of steps, got {shown(value)}")
    return value.values


def read_people(path: Path) -> tuple[Person, ...]:
    """The people of a file: a list of rows with `number`, `answer` and `steps`. Raises ScriptError."""
    try:
        document = load(path)
        if not isinstance(document, Items):
            raise UnreadableError(document.line, "a file of people is a list of rows with number, answer and steps")
        people = tuple(map(_person, document.values))
    except UnreadableError as error:
        raise ScriptError(f"{path}:{error.line}: {error}") from None
    if len({person.number for person in people}) < len(people):
        raise ScriptError(f"{path}: a number is there twice; each person has one row")
    return people


def _person(value: Value) -> Person:
    fields = fields_of(value, "a person", ("number", "answer", "steps"))
    if "number" not in fields:
        raise UnreadableError(value.line, "a person has a number")
    answer = text_of(fields["answer"], "answer") if "answer" in fields else "0"
    seconds = float(answer) if re.fullmatch(r"\d{1,3}(\.\d+)?", answer) else None
    if seconds is None and answer not in NEVER_ANSWER and answer != MACHINE:
        words = ", ".join(f"'{each}'" for each in (*NEVER_ANSWER, MACHINE))
        raise UnreadableError(fields["answer"].line, f"answer is a number of seconds, {words}; got '{answer}'")
    steps = _items(fields["steps"], "steps:") if "steps" in fields else ()
    if steps and answer in NEVER_ANSWER:
        raise UnreadableError(fields["steps"].line, f"whoever is '{answer}' never answers, so there are no steps")
    number = called_of(fields["number"], "number")
    return Person(number, answer, seconds, tuple(_step(each, str(place), {}) for place, each in enumerate(steps, 1)))


class _StepError(UnreadableError):
    """The text says which step cannot be read."""


def _step(value: Value, place: str, variables: Mapping[str, str] | None) -> Placed:
    """`variables` is None where they have been filled in already."""
    try:
        return _read_step(value if variables is None else with_variables(value, variables), place)
    except _StepError:
        raise
    except UnreadableError as error:
        raise _StepError(error.line, f"step {place}: {error}") from None


def _read_step(value: Value, place: str) -> Placed:
    if not isinstance(value, Fields) or not value.values:
        raise UnreadableError(value.line, f"a step is a mapping such as `hear: words`, got {shown(value)}")
    names = [name for name in value.values if name in STEPS]
    if not names:
        name = next(iter(value.values))
        raise UnreadableError(value.line, f"unknown step '{name}'{near(name, tuple(STEPS)) or _all_steps()}")
    if len(names) > 1:
        raise UnreadableError(value.line, f"{' and '.join(names)} are two steps: give each its own `- `")
    name, kind = names[0], STEPS[names[0]]
    more = {key: each for key, each in value.values.items() if key != name}
    for key, each in more.items():
        if key not in kind.companions:
            fits = f"beside it fits {', '.join(kind.companions)}" if kind.companions else "nothing else fits beside it"
            raise UnreadableError(each.line, f"{name} does not go with {key}: {fits}")
    step = kind.read(value.values[name], more)
    inner = () if kind.inner is None else _inner(kind.inner(value.values[name]), name, place)
    return Placed(
        place, value.line, name, ", ".join(f"{key}: {shown(each)}" for key, each in value.values.items()), step, inner
    )


def _inner(value: Value, name: str, place: str) -> tuple[Placed, ...]:
    """The steps of somebody else inside of one."""
    return tuple(_step(each, f"{place}.{number}", None) for number, each in enumerate(_items(value, name), 1))


def _all_steps() -> str:
    return f"; there are {', '.join(STEPS)}"
