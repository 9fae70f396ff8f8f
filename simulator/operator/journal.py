"""The journal: everything that happened, in order, with the time; kept in memory, written as JSON lines.

What is kept is whole; what leaves through `lines` is masked unless it is asked for unmasked. `read_journal` reads such
lines back; what was masked stays masked.
"""

from base64 import b64encode
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, get_args

from simulator.errors import SimulatorError
from simulator.operator.beside import Beside
from simulator.operator.masking import Mask
from simulator.printable import json_text
from simulator.typed_json import parsed, value_of
from simulator.vocabulary import Bridged, Effect, Event, Parted, Told

Item = Event | Effect | Told | Beside
Listener = Callable[["Entry"], None]


class Entry(NamedTuple):
    """One thing that happened to one call at one time (Unix seconds)."""

    at: float
    sid: str
    item: Item


class Journal:
    """Entries in the order they happened; those who listen are told of each as it comes."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._listeners: dict[str | None, list[Listener]] = {None: []}
        self._has_listeners = False

    def listen(self, listener: Listener, sid: str | None = None) -> Callable[[], None]:
        """Be told of every entry from now on, or of those that concern one call; returns what undoes it.

        The joining and parting of two calls concern both.
        """
        listeners = self._listeners.setdefault(sid, [])
        listeners.append(listener)
        self._has_listeners = True

        def unlisten() -> None:
            if listener in listeners:
                listeners.remove(listener)
            if not listeners and sid is not None and self._listeners.get(sid) is listeners:
                del self._listeners[sid]
            self._has_listeners = any(self._listeners.values())

        return unlisten

    def add(self, at: float, sid: str, item: Item) -> None:
        entry = Entry(at, sid, item)
        self.entries.append(entry)
        if self._has_listeners:
            self._tell(entry)

    def _tell(self, entry: Entry) -> None:
        for listener in tuple(self._listeners[None]):
            listener(entry)
        sids = (entry.sid, entry.item.other) if isinstance(entry.item, Bridged | Parted) else (entry.sid,)
        for sid in sids:
            for listener in tuple(self._listeners.get(sid, ())):
                listener(entry)

    def forget(self, sids: Container[str]) -> None:
        """Drop the entries of calls that nobody will ask about any more, and whoever listened to one of them."""
        self.entries[:] = [entry for entry in self.entries if entry.sid not in sids]
        for sid in [each for each in self._listeners if each is not None and each in sids]:
            del self._listeners[sid]
        self._has_listeners = any(self._listeners.values())

    def of(self, sid: str) -> list[Entry]:
        """The entries of one call."""
        return [entry for entry in self.entries if entry.sid == sid]

    def lines(self, mask: Mask | None = None) -> Iterator[str]:
        """One JSON object a line, keys in a fixed order; masked by `mask` (None: as it was)."""
        for entry in self.entries:
            yield json_text(as_data(entry, mask))


def as_data(entry: Entry, mask: Mask | None = None) -> dict[str, Any]:  # JSON's own types
    """An entry as JSON values: at, sid, what it is, and its fields."""
    what = type(entry.item).__name__
    data: dict[str, Any] = _plain(entry.item)  # a dataclass becomes a dict
    if mask is not None:
        data = mask.item(entry.sid, what, data)
    return {"at": round(entry.at, 3), "sid": entry.sid, "what": what, **data}


def _plain(value: Any) -> Any:  # any value of the vocabulary to JSON's own types
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name != "sid"}
    if isinstance(value, bytes):
        return _text_or_base64(value)
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def _text_or_base64(body: bytes) -> str | dict[str, str]:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(body).decode()}


_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Item)}
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class UnreadableJournalError(SimulatorError):
    """A file that is not a journal, or is broken; says in which line."""


def read_journal(path: Path) -> list[Entry]:
    """All entries of a journal file. Raises UnreadableJournalError in one sentence, with the line's number."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise UnreadableJournalError(f"{path} is not a journal: it is not text in UTF-8") from None
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
        raise ValueError(f"nothing is called {data['what']!r}")
    at, sid = data["at"], data["sid"]
    if isinstance(at, bool) or not isinstance(at, int | float) or not isinstance(sid, str):
        raise TypeError("at is a number and sid a text")
    if not 0 <= at <= _LATEST:
        raise ValueError("at is not a time, which is in Unix seconds")
    return Entry(float(at), sid, value_of(data, kind, {"sid": sid}))


def _read_line(path: Path, number: int, line: str) -> Entry:
    try:
        data = parsed(line)
    except ValueError:
        reason = "this is not JSON, so the file is not a journal or was cut off"
        raise UnreadableJournalError(f"{path}, line {number}: {reason}") from None
    if not isinstance(data, dict) or not {"at", "sid", "what"} <= data.keys():
        raise UnreadableJournalError(f"{path}, line {number}: no journal of the phone has such a line (at, sid, what)")
    try:
        return entry_from(data)
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise UnreadableJournalError(f"{path}, line {number}: {data['what']!r} cannot be read: {reason}") from None
