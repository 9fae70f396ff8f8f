"""From a tape to a file of `cassettes/`: scrubbed, scanned, and only then written; or refused in one sentence."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from demo.recording.acting import RecordingError
from demo.recording.plans import Plan
from demo.recording.scan import secrets_in
from demo.recording.scrub import Scrubber, told_about
from demo.recording.tape import Mark, Note, Taped, kept
from demo.recording.twilio_plans import AccountPlan

Source = Literal["fakes", "live"]
SDKS = {
    "okta": ("okta", "aiohttp"),
    "accounts": ("aiohttp",),
    "twilio": ("twilio", "requests"),
}
FROM = {
    "fakes": "the fakes of this repository, served over loopback; no real service was asked",
    "live": "the real service",
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """The whole content of one file. `text` begins with the header, a comment."""

    service: str
    name: str
    text: str
    requests: int

    @property
    def interactions(self) -> str:
        """Without the header, which tells a date."""
        return without_header(self.text)


def recorded(
    plan: Plan | AccountPlan,
    tape: Sequence[Taped],
    marks: Sequence[Mark],
    scrubber: Scrubber,
    *,
    source: Source,
    on: date,
    forbidden: Iterable[str],
) -> Recorded:
    """The file of this plan. Raises RecordingError when a secret would remain, or nothing was recorded."""
    clean = scrubber.scrub(tape)
    said = [replace(each, value=scrubber.placeholder(each.value)) if each.kind == "code" else each for each in marks]
    interactions, notes = kept(clean, said, plan.service)
    if not interactions:
        raise RecordingError(f"{plan.service}/{plan.name}: nothing was asked of {plan.service}, nothing is written.")
    text = _header(plan, source, on) + _yaml(plan, interactions, notes, source)
    never = {*forbidden, *told_about(tape, plan.role)}
    for place, words in (*_places(interactions), ("the file as a whole", text)):
        if remaining := secrets_in(words, never):
            raise RecordingError(
                f"{plan.service}/{plan.name}.yaml is not written: {_listed(remaining)} would remain in {place}."
            )
    return Recorded(plan.service, plan.name, text, len(interactions))


def is_as_kept(home: Path, new: Recorded) -> bool:
    """The file that is there says the same, byte for byte; its header may tell another day and other versions."""
    path = path_of(home, new)
    return path.exists() and without_header(path.read_text(encoding="utf-8")) == new.interactions


def write(home: Path, new: Recorded) -> None:
    """Write the file at once or not at all: whatever happens, the old one stays whole until the new one is."""
    path = path_of(home, new)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    try:
        unfinished.write_text(new.text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def path_of(home: Path, new: Recorded) -> Path:
    """Where it is kept."""
    return home / new.service / f"{new.name}.yaml"


def without_header(text: str) -> str:
    """The file without the comment it begins with."""
    return re.sub(r"\A(?:#.*\n)*", "", text)


def _header(plan: Plan | AccountPlan, source: Source, on: date) -> str:
    return (
        f"# {plan.about}.\n"
        f"# Recorded {on:%Y-%m-%d} from {FROM[source]}.\n"
        f"# Through {_versions(plan.service)}. Names, numbers, codes, tokens and ids are placeholders.\n"
        "# Made by `ivr record`; not to be edited by hand.\n"
    )


@cache
def _versions(service: str) -> str:
    """Of what speaks to this service, and of what wrote it down."""
    return ", ".join(f"{name} {version(name)}" for name in (*SDKS[service], "vcrpy"))


def _yaml(plan: Plan | AccountPlan, interactions: Sequence[Taped], notes: Sequence[Note], source: Source) -> str:
    from vcr.request import Request
    from vcr.serialize import serialize
    from vcr.serializers import yamlserializer

    metadata: Mapping[str, Any] = {
        "about": plan.about,
        "caller": {"name": plan.role.name, "phone": plan.role.phone},
        "interactions": [each.as_data() for each in notes],
        "source": source,
    }
    document = {
        "requests": [Request(each.method, each.uri, each.body or None, dict(each.headers)) for each in interactions],
        "responses": [_answer(each) for each in interactions],
        "metadata": metadata,
    }
    return str(serialize(document, yamlserializer))


def _answer(each: Taped) -> dict[str, Any]:
    headers: dict[str, list[str]] = {}
    for name, value in each.answer_headers:
        headers.setdefault(name, []).append(value)
    return {
        "status": {"code": each.status, "message": each.reason},
        "headers": headers,
        "body": {"string": each.answer.encode()},
    }


def _places(interactions: Iterable[Taped]) -> Iterable[tuple[str, str]]:
    """All there is with the name of its place, each in one piece: YAML breaks long lines."""
    for at, each in enumerate(interactions, 1):
        yield f"the address of request {at}", each.uri
        yield f"the body of request {at}", each.body
        yield from ((f"header {name} of request {at}", f"{name}: {value}") for name, value in each.headers.items())
        yield f"the body of answer {at}", each.answer
        yield from ((f"header {name} of answer {at}", f"{name}: {value}") for name, value in each.answer_headers)


def _listed(items: Sequence[str]) -> str:
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last
