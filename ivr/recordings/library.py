"""Recordings read from `cassettes/<service>/*.yaml`, in vcrpy's format; what plays when is decided elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ivr.recordings.matching import agrees, is_same
from ivr.recordings.scenario import Interaction, Needs, Scenario, Shows
from ivr.settings import SettingsError

SERVICES = ("okta", "accounts", "twilio")
PACKED = Path(__file__).parent / "cassettes"
"""Where a wheel puts them; not there in a checkout."""
HOME = PACKED if PACKED.is_dir() else Path(__file__).parents[2] / "cassettes"


def load_service(home: Path, service: str) -> tuple[Scenario, ...]:
    """All scenarios of a service, in the order of their names. Raises SettingsError."""
    files = sorted((home / service).glob("*.yaml"))
    if not files:
        raise SettingsError(
            f"There are no recordings in {home / service}: set IVR_CASSETTES to the folder that holds them, "
            "or make them with `ivr record`."
        )
    return tuple(load(file, service) for file in files)


def load(file: Path, service: str) -> Scenario:
    """One file, read by vcrpy. Raises SettingsError."""
    try:
        from vcr.persisters.filesystem import FilesystemPersister
        from vcr.serializers import yamlserializer
    except ImportError:
        raise SettingsError(
            "Recordings need vcrpy, which is not installed: pip install 'okta-twilio-ivr[cassette]'."
        ) from None
    try:
        requests, responses, notes = FilesystemPersister.load_cassette(file, yamlserializer)
        played = [
            _interaction(*each, note)
            for each, note in zip(zip(requests, responses, strict=True), notes["interactions"], strict=True)
        ]
        who = notes["caller"]
        return Scenario(file.stem, service, str(notes["source"]), who["name"], who["phone"], tuple(_folded(played)))
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise SettingsError(
            f"{file} is not one of our recordings ({type(error).__name__}): record it again with `ivr record`."
        ) from None


def _interaction(asked: tuple[Any, Mapping[str, Any]] | Any, answered: Any, note: Mapping[str, Any]) -> Interaction:
    needs, shows = note.get("needs") or {}, note.get("shows") or {}
    headers = answered["headers"].items()
    return Interaction(
        request=asked,
        status=int(answered["status"]["code"]),
        headers=tuple((name, value) for name, values in headers for value in values),
        body=answered["body"].get("string") or b"",
        at=float(note["at"]),
        needs=Needs(**needs),
        shows=Shows(**{**shows, "choices": tuple(shows.get("choices", ()))}),
        fault=note.get("fault") or {},
        is_poll="prompt" not in shows and _is_waiting(answered),
    )


def _is_waiting(answered: Mapping[str, Any]) -> bool:
    try:
        document = json.loads(answered["body"].get("string") or b"")
    except ValueError:
        return False
    return (
        answered["status"]["code"] == 200 and isinstance(document, dict) and document.get("factorResult") == "WAITING"
    )


def _folded(interactions: Iterable[Interaction]) -> Iterable[Interaction]:
    """A run of equal polls counts as one: how long a person took when it was recorded does not matter."""
    last: Interaction | None = None
    for each in interactions:
        if last is None or not (last.is_poll and is_same(last.request, each.request) and agrees(last, each)):
            yield each
        last = each
