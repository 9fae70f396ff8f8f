"""The journal: everything that happened, in order, with the time; kept in memory, written as JSON lines.

What is kept is whole; what leaves through `lines` is masked unless it is asked for unmasked.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Container, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

from simulator.operator.beside import Beside
from simulator.operator.masking import Mask
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
            yield json.dumps(as_data(entry, mask), ensure_ascii=False, separators=(",", ":"))


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
