"""A journal read back: JSON lines as `Journal.lines` writes them become entries again. Judges no story, plays nothing.

What was masked stays masked: dots are read as they stand.
"""

import json
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from functools import lru_cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from simulator.errors import SimulatorError
from simulator.operator.journal import Entry, Item, as_data
from simulator.operator.masking import Mask

_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Item)}


class UnreadableJournalError(SimulatorError):
    """A file that is no journal, or is broken; says in which line."""


def read_journal(path: Path) -> list[Entry]:
    """All entries of a journal file. Raises UnreadableJournalError in one sentence, with the line's number."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise UnreadableJournalError(f"{path} is no journal: it is not text in UTF-8") from None
    except OSError as error:
        raise UnreadableJournalError(f"{path} cannot be read: {error.strerror}") from None
    entries = [_read_line(path, number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not entries:
        raise UnreadableJournalError(f"{path} is empty: nothing was recorded")
    return entries


def masked(entries: Iterable[Entry], mask: Mask) -> list[Entry]:
    """The same entries with everything masked that must not leave; twice, for a code may be spoken before it is typed.

    Entries that come from a masked file are no different for it.
    """
    known = list(entries)
    for entry in known:
        as_data(entry, mask)
    return [entry_from(as_data(entry, mask)) for entry in known]


def entry_from(data: Mapping[str, Any]) -> Entry:  # JSON's own types
    """The entry that `as_data` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    kind = _KINDS.get(str(data["what"]))
    if kind is None:
        raise ValueError(f"nothing is called {data['what']}")
    at, sid = data["at"], data["sid"]
    if isinstance(at, bool) or not isinstance(at, int | float) or not isinstance(sid, str):
        raise TypeError("at is a number and sid a text")
    return Entry(float(at), sid, _value(data, kind, sid))


def _read_line(path: Path, number: int, line: str) -> Entry:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        reason = "this is no JSON, so the file is no journal or was cut off"
        raise UnreadableJournalError(f"{path}, line {number}: {reason}") from None
    if not isinstance(data, dict) or not {"at", "sid", "what"} <= data.keys():
        raise UnreadableJournalError(f"{path}, line {number}: no journal of the phone has such a line (at, sid, what)")
    try:
        return entry_from(data)
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise UnreadableJournalError(f"{path}, line {number}: {data['what']!r} cannot be read: {reason}") from None


def _value(data: Any, kind: Any, sid: str) -> Any:  # JSON's own types to any type of the vocabulary
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        if data is None and NoneType in get_args(kind):
            return None
        return _value(data, next(each for each in get_args(kind) if each is not NoneType), sid)
    if origin is tuple:
        return _tuple(data, get_args(kind), sid)
    if origin is Literal:
        if data not in get_args(kind):
            raise ValueError(f"{data!r} is none of {', '.join(map(str, get_args(kind)))}")
        return data
    if origin is not None:  # a Mapping of texts
        return {str(name): str(value) for name, value in dict(data).items()}
    if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
        return _dataclass(data, kind, sid)
    return _plain(data, kind)


def _dataclass(data: Any, kind: type, sid: str) -> Any:
    if not isinstance(data, dict):
        raise TypeError(f"{kind.__name__} is an object")
    values: dict[str, Any] = {}
    for name, hint, is_needed in _fields(kind):
        if name == "sid":
            values[name] = sid
        elif name in data:
            values[name] = _value(data[name], hint, sid)
        elif is_needed:
            raise KeyError(name)
    return kind(**values)


@lru_cache(maxsize=128)
def _fields(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (each.name, hints[each.name], each.default is MISSING and each.default_factory is MISSING)
        for each in fields(kind)
    )


def _tuple(data: Any, kinds: tuple[Any, ...], sid: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise TypeError("a list was expected")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_value(each, kinds[0], sid) for each in data)
    if len(data) != len(kinds):
        raise ValueError(f"{len(kinds)} values were expected, not {len(data)}")
    return tuple(_value(each, one, sid) for each, one in zip(data, kinds, strict=True))


def _plain(data: Any, kind: Any) -> Any:
    if kind is bytes:
        if isinstance(data, dict):
            return b64decode(str(data["base64"]))
        return str(data).encode()
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if not isinstance(data, kind) or (kind is not bool and isinstance(data, bool)):
        raise TypeError(f"{data!r} is no {kind.__name__}")
    return data
