"""The words of a plan, and the record of what was done, in a local file that holds ids and former values, no secrets.

An entry is written before its request goes out, so that what Okta did is undone even when its answer was lost.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

from ivr.foreign import whole_json
from ivr.setup.okta.org import Org

HERE = "{id}"  # in a path of an undo: the id of what was made


class Action(StrEnum):
    """What is to be done about a part. `WAIT`: a person must act first. `BLOCKED`: it cannot be done from here."""

    NONE = "ok"
    CREATE = "create"
    CHANGE = "change"
    WAIT = "wait"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Request:
    """One request to Okta."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Find:
    """How to find what was made when its id was never learnt: the item of a list, or the one thing, that matches.

    Keys of `match` are dotted, as `profile.name`.
    """

    path: str
    match: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """Requests in their order, and how they are undone. The id of what is made is in the last answer."""

    requests: tuple[Request, ...]
    undo: tuple[Request, ...]
    find: Find | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """How a part stands. The last three belong to an Okta Verify that waits for its person's phone.

    `poll` asks whether the phone took part, `takes_code` is where the code goes that the app shows.
    """

    action: Action
    detail: str = ""
    deed: Change | None = None
    poll: str = ""
    takes_code: str = ""
    qr: str = ""


@dataclass(slots=True)
class Known:
    """Ids that later parts need, by the name of the part; they are learnt by looking. And what was made now."""

    ids: dict[str, str] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)


Look: TypeAlias = Callable[[Org, Known], Awaitable[Found]]


@dataclass(frozen=True, slots=True)
class Resource:
    """One row of the plan: its kind, what thing it is about, and under which name later parts know its id."""

    kind: str
    what: str
    look: Look
    known_as: str = ""

    @property
    def name(self) -> str:
        """Also its key in the record, so it names the thing."""
        return f"{self.kind} {self.what}"


def ok(detail: str = "") -> Found:
    """Nothing to do."""
    return Found(Action.NONE, detail)


def create(detail: str, deed: Change) -> Found:
    """It is not there."""
    return Found(Action.CREATE, detail, deed)


def change(detail: str, deed: Change) -> Found:
    """It is there and differs."""
    return Found(Action.CHANGE, detail, deed)


def blocked(why: str) -> Found:
    """It is there in a way that we do not touch; `why` ends with what to do."""
    return Found(Action.BLOCKED, why)


class RecordError(Exception):
    """The record cannot be used; the message is one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One part that was made or changed. `id` is None until Okta's answer told it."""

    part: str
    did: Action
    undo: tuple[Request, ...]
    find: Find | None = None
    id: str | None = None


class Record:
    """The entries for one org, oldest first; every change is on disk before the next request."""

    def __init__(self, path: Path, org_id: str, org_url: str, entries: tuple[Entry, ...] = ()) -> None:
        self.path = path
        self.entries = entries
        self._org = {"id": org_id, "url": org_url}

    @classmethod
    def read(cls, path: Path, org_id: str, org_url: str) -> Record:
        """The record at `path`, empty when there is none. Raises RecordError, also when it is another org's."""
        try:
            document = whole_json(path.read_text(encoding="utf-8"))
            org = document["org"]
            entries = tuple(_entry(each) for each in document["steps"])
        except FileNotFoundError:
            return cls(path, org_id, org_url)
        except OSError as error:
            raise RecordError(f"{path} cannot be read ({error.strerror}): give another --record.") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise RecordError(f"{path} is not a record of a set-up: give another --record.") from None
        if org != {"id": org_id, "url": org_url}:
            other = org.get("url") if isinstance(org, dict) else "?"
            raise RecordError(f"{path} is the record of {other}, not of {org_url}: give another --record.")
        return cls(path, org_id, org_url, entries)

    def begin(self, part: str, action: Action, deed: Change) -> None:
        """Before the requests. What is undone is the state before the first of all runs."""
        entry = Entry(part, action, deed.undo, deed.find)
        earlier = next((each for each in self.entries if each.part == part), None)
        if earlier is not None:
            entry = _joined(earlier, entry)
        self._keep(entry)

    def learn(self, part: str, new_id: str | None) -> None:
        """After them: the id of what was made."""
        entry = next(each for each in self.entries if each.part == part)
        if new_id is not None:
            self._keep(replace(entry, id=new_id))

    def forget(self, entry: Entry) -> None:
        """It was undone. The last one takes the file with it."""
        self.entries = tuple(each for each in self.entries if each is not entry)
        self._write()

    def _keep(self, entry: Entry) -> None:
        others = tuple(each for each in self.entries if each.part != entry.part)
        is_new = len(others) == len(self.entries)
        self.entries = (
            (*others, entry) if is_new else tuple(entry if each.part == entry.part else each for each in self.entries)
        )
        self._write()

    def _write(self) -> None:
        try:
            if not self.entries:
                self.path.unlink(missing_ok=True)
                return
            document = {
                "about": "What `ivr setup okta` made and changed; `ivr setup okta --undo` needs it.",
                "org": self._org,
                "steps": [_as_json(each) for each in self.entries],
            }
            fresh = self.path.with_name(f"{self.path.name}.new")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(json.dumps(document, indent=2))
            fresh.replace(self.path)
        except OSError as error:
            raise RecordError(f"{self.path} cannot be written ({error.strerror}): give another --record.") from None


def _joined(earlier: Entry, now: Entry) -> Entry:
    """A thing that is made or changed again. A changed one that had gone is made anew: both are undone."""
    undo = earlier.undo
    if now.did is Action.CREATE:
        kept = () if earlier.did is Action.CREATE else earlier.undo
        undo = (*now.undo, *(request for request in kept if HERE not in request.path))
    has_new_id = now.find is not None
    return Entry(
        now.part, earlier.did, undo, now.find if has_new_id else earlier.find, None if has_new_id else earlier.id
    )


def _as_json(entry: Entry) -> dict[str, Any]:
    find = None if entry.find is None else {"path": entry.find.path, "match": dict(entry.find.match)}
    undo = [{"method": each.method, "path": each.path, "body": each.body} for each in entry.undo]
    return {"part": entry.part, "did": str(entry.did), "id": entry.id, "find": find, "undo": undo}


def _entry(document: Mapping[str, Any]) -> Entry:
    find, new_id = document["find"], document["id"]
    return Entry(
        part=str(document["part"]),
        did=Action(document["did"]),
        undo=tuple(_request(each) for each in document["undo"]),
        find=None if find is None else Find(_path(find["path"]), dict(find["match"])),
        id=None if new_id is None else str(new_id),
    )


def _request(document: Mapping[str, Any]) -> Request:
    if document["method"] not in ("POST", "PUT", "DELETE"):
        raise ValueError(document["method"])
    return Request(document["method"], _path(document["path"]), document["body"])


def _path(text: Any) -> str:
    """Requests of a record go to Okta's management API and nowhere else."""
    if not isinstance(text, str) or not text.startswith("/api/v1/"):
        raise ValueError("not a path of Okta's API")
    return text
