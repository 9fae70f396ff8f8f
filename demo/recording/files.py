"""From a tape to a file of `cassettes/`: scrubbed, scanned, and only then written; or refused in one sentence."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from demo.recording.acting import RecordingError
from demo.recording.plans import Plan
from demo.recording.scan import secrets_in
from demo.recording.scrub import Scrubber
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
    searched = "\n".join((text, *_spoken(interactions)))
    if remaining := secrets_in(searched, forbidden):
        raise RecordingError(f"{plan.service}/{plan.name}: {_listed(remaining)} would remain, nothing is written.")
    return Recorded(plan.service, plan.name, text)


def write(home: Path, files: Iterable[Recorded]) -> list[tuple[Recorded, bool]]:
    """Write what differs from what is there, each at once or not at all; tells which were written."""
    outcome = []
    for each in files:
        path = home / each.service / f"{each.name}.yaml"
        is_new = not path.exists() or without_header(path.read_text()) != each.interactions
        if is_new:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".unfinished")
            unfinished.write_text(each.text)
            unfinished.replace(path)
        outcome.append((each, is_new))
    return outcome


def without_header(text: str) -> str:
    """The file without the comment it begins with."""
    return re.sub(r"\A(?:#.*\n)*", "", text)


def _header(plan: Plan | AccountPlan, source: Source, on: date) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in (*SDKS[plan.service], "vcrpy"))
    return (
        f"# {plan.about}.\n"
        f"# Recorded {on:%Y-%m-%d} from {FROM[source]}.\n"
        f"# Through {versions}. Names, numbers, codes, tokens and ids are placeholders.\n"
        "# Made by `ivr record`; not to be edited by hand.\n"
    )


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


def _spoken(interactions: Iterable[Taped]) -> Iterable[str]:
    """Everything once more in one piece: YAML breaks long lines."""
    for each in interactions:
        yield each.uri
        yield each.body
        yield each.answer
        yield from (f"{name}: {value}" for name, value in (*each.headers.items(), *each.answer_headers))


def _listed(items: Sequence[str]) -> str:
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last
