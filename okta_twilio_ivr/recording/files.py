"""From a tape to a file of `cassettes/`: scrubbed, searched for secrets, and only then written; or refused."""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from ivr.recordings.library import NOBODY, WRONG_CODE, is_pending
from ivr.recordings.session import SCRUBBED
from okta_twilio_ivr.recording.scenarios import ROLES, Scenario
from okta_twilio_ivr.recording.scrubbing import OUR_HOSTS, RIGHT_CODES, RIGHT_NUMBER, Scrubber, told_about
from okta_twilio_ivr.recording.steps import RecordingError
from okta_twilio_ivr.recording.taping import Tape, Taped

Source = Literal["fakes", "live"]
SDKS = {"okta": ("okta", "aiohttp"), "accounts": ("aiohttp",), "twilio": ("twilio", "requests")}
FROM = {
    "fakes": "the fakes of this repository, served over loopback; no real service was asked",
    "live": "the real service",
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """The whole content of one file. `text` begins with the header, a comment."""

    name: str
    text: str
    requests: int

    def path(self, home: Path) -> Path:
        """Where it is kept."""
        return home / f"{self.name}.yaml"


def recorded(scenario: Scenario, tape: Tape, origin: str, scrubber: Scrubber, source: Source, on: date) -> Recorded:
    """The file with what went to this origin. Raises RecordingError when a secret would remain."""
    taped = tape.of(origin)
    kept = list(_worth_keeping(scrubber.scrub(taped, learn_from=tape.of(""))))
    if not kept:
        raise RecordingError(f"{scenario.name}: nothing was asked of {scenario.service}, so nothing is written.")
    text = _header(scenario, source, on) + _yaml(scenario, kept, source)
    placeholders = {each for role in ROLES for each in (role.login, role.phone, *role.name.split())}
    never = {*told_about(taped), *scrubber.known, *scrubber.codes, *scrubber.people} - placeholders
    for place, words in (*_places(kept), ("the file as a whole", text)):
        if remaining := secrets_in(words, {each for each in never if not _is_masked(each, scrubber)}):
            listed = " and ".join(filter(None, (", ".join(remaining[:-1]), remaining[-1])))
            raise RecordingError(f"{scenario.name}.yaml is not written: {listed} would remain in {place}.")
    return Recorded(scenario.name, text, len(kept))


def is_as_kept(home: Path, new: Recorded) -> bool:
    """The file that is there says the same, byte for byte; its header may tell another day and other versions."""
    path = new.path(home)
    return path.exists() and without_header(path.read_text(encoding="utf-8")) == without_header(new.text)


def write(home: Path, new: Recorded) -> None:
    """Write the file at once or not at all: whatever happens, the old one stays whole until the new one is."""
    path = new.path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    try:
        unfinished.write_text(new.text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def without_header(text: str) -> str:
    """The file without the comment it begins with."""
    return re.sub(r"\A(?:#.*\n)*", "", text)


def _worth_keeping(tape: Iterable[Taped]) -> Iterable[Taped]:
    """Without polls that repeat the one before, and questions about nobody that were asked before."""
    last, before = Taped(None, {}, {"": ""}), set()
    for each in tape:
        is_poll_again = not (each.notes or last.notes) and is_pending(each.answered)
        is_about_nobody = NOBODY in f"{each.request.uri} {each.asked}" and each.words in before
        if not (is_about_nobody or (is_poll_again and each.words == last.words)):
            yield each
        before.add(each.words)
        last = each


# ---------------------------------------------------------------- the file


def _header(scenario: Scenario, source: Source, on: date) -> str:
    return (
        f"# {scenario.about}.\n"
        f"# Recorded {on:%Y-%m-%d} from {FROM[source]}.\n"
        f"# Through {_versions(scenario.service)}. Names, numbers, codes, tokens, ids and times are placeholders.\n"
        "# Made by `ivr record`; not to be edited by hand.\n"
    )


@cache
def _versions(service: str) -> str:
    """Of what speaks to this service, and of what wrote it down."""
    return ", ".join(f"{name} {version(name)}" for name in (*SDKS[service], "vcrpy"))


def _yaml(scenario: Scenario, kept: Sequence[Taped], source: Source) -> str:
    from vcr.serialize import serialize
    from vcr.serializers import yamlserializer

    metadata: Mapping[str, Any] = {
        "about": scenario.about,
        "caller": {"name": scenario.role.name, "phone": scenario.role.phone},
        "notes": {at: each.notes for at, each in enumerate(kept) if each.notes},
        "source": source,
        **({"api": api} if (api := scenario.settings.get("OKTA_MFA_API")) == "direct" else {}),
    }
    document = {
        "requests": [each.request for each in kept],
        "responses": deepcopy([each.answer for each in kept]),  # vcrpy changes them
        "metadata": metadata,
    }
    return str(serialize(document, yamlserializer))


# ---------------------------------------------------------------- the search for secrets

OUR_NUMBERS = frozenset(each.phone for each in ROLES)
SPOKEN_CODES = tuple(each[:5] for each in RIGHT_CODES)  # a call speaks five digits
_FICTITIOUS = re.compile(r"\+1[2-9]\d\d55501\d\d")  # 555-0100 to 555-0199 are kept for fiction

_OUR_CODES = "|".join((*RIGHT_CODES, *SPOKEN_CODES, WRONG_CODE, str(RIGHT_NUMBER)))
_FORBIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("an API token", re.compile(rf"\b(?:SSWS|Bearer|Basic)\s+(?!{SCRUBBED}\b)\S+", re.IGNORECASE)),
    ("a state or session token", re.compile(
        rf"(?:state|session|access|id|refresh)_?Token\\?[\"'=:\s]+(?!(?:{SCRUBBED}|{NOBODY})\b|null)[\w.-]+",
        re.IGNORECASE)),
    ("a signed token", re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}")),
    ("a private key", re.compile(r"-----BEGIN|\"d\"\s*:\s*\"[\w-]{40,}")),
    ("a cookie", re.compile(r"^\s*(?:set-)?cookie:", re.IGNORECASE | re.MULTILINE)),
    ("a passcode", re.compile(
        rf"(?:passCode|otp|binding_code)\\?[\"'=:\s]+(?!(?:{_OUR_CODES})\b)\d+", re.IGNORECASE)),
    ("the name of a real org", re.compile(r"[\w-]+\.(?:okta|oktapreview|okta-emea|trexcloud)\.com", re.IGNORECASE)),
)  # fmt: skip
_HOST = re.compile(r"https?(?:://|%3A%2F%2F)([^/\s\"'\\<>?%,;]+)", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\+|%2B)(\d{7,15})", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+(?:@|%40)([\w-]+(?:\.[\w-]+)+)")
_SID = re.compile(r"\b(?:AC|CA|SK|PN|AP|US)(?!0|1{32})[0-9a-f]{32}\b")


def secrets_in(text: str, known: Iterable[str]) -> list[str]:
    """What is still in there, by its kind and not repeated. `known` are values that may not be anywhere."""
    found = [what for what, pattern in _FORBIDDEN if pattern.search(text)]
    numbers = (f"+{each}" for each in _NUMBER.findall(text))
    if any(each not in OUR_NUMBERS and not _FICTITIOUS.fullmatch(each) for each in numbers):
        found.append("a phone number that is not fictitious")
    if any(host != "example.com" for host in _EMAIL.findall(text)):
        found.append("an e-mail address outside example.com")
    if any(host.lower() not in OUR_HOSTS for host in _HOST.findall(text)):
        found.append("the address of a host that is not a placeholder")
    if _SID.search(text):
        found.append("a Twilio sid")
    folded = text.casefold()
    if any(_stands_in(folded, each.casefold()) for each in known if each):
        found.append("a value that was to be replaced")
    return found


def _stands_in(text: str, value: str) -> bool:
    """As a word of its own."""
    return value in text and re.search(rf"(?<![0-9A-Za-z]){re.escape(value)}(?![0-9A-Za-z])", text) is not None


def _is_masked(value: str, scrubber: Scrubber) -> bool:
    """A number as Okta shows it, which is the role's own."""
    return "X" in value and value.endswith(scrubber.role.phone[-4:])


def _places(kept: Iterable[Taped]) -> Iterable[tuple[str, str]]:
    """All there is with the name of its place, each in one piece: YAML breaks long lines."""
    for at, each in enumerate(kept, 1):
        yield f"the address of request {at}", each.request.uri
        yield f"the body of request {at}", each.asked
        for name, value in each.request.headers.items():
            yield f"header {name} of request {at}", f"{name}: {value}"
        yield f"the body of answer {at}", each.answered
        for name, values in each.answer["headers"].items():
            yield from ((f"header {name} of answer {at}", f"{name}: {value}") for value in values)
