"""The record of what a set-up made and changed, in a local file; it holds ids and former values, and no secrets.

An entry is written before its request goes out, so that what Okta did is undone even when its answer was lost.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ivr.setup.okta.parts import HERE, Action, Deed, Find, Request


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
            document = json.loads(path.read_text(encoding="utf-8"))
            org = document["org"]
            entries = tuple(_entry(each) for each in document["steps"])
        except FileNotFoundError:
            return cls(path, org_id, org_url)
        except OSError as error:
            raise RecordError(f"{path} cannot be read ({error.strerror}): give another --record.") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise RecordError(f"{path} is no record of a set-up: give another --record.") from None
        if org != {"id": org_id, "url": org_url}:
            other = org.get("url") if isinstance(org, dict) else "?"
            raise RecordError(f"{path} is the record of {other}, not of {org_url}: give another --record.")
        return cls(path, org_id, org_url, entries)

    def begin(self, part: str, action: Action, deed: Deed) -> None:
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
