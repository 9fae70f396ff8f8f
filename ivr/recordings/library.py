"""Recordings read from `cassettes/<service>/*.yaml`, in vcrpy's format, and when a request is a recorded one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from ivr.foreign import whole_data
from ivr.identity.decoys import NOBODYS_ID
from ivr.settings import SettingsError

SERVICES = ("okta", "accounts", "twilio")
PACKED = Path(__file__).parent / "cassettes"
"""Where a wheel puts them; not there in a checkout."""
HOME = PACKED if PACKED.is_dir() else Path(__file__).parents[2] / "cassettes"


@dataclass(frozen=True, slots=True)
class Notes:
    """What a person did before an answer, and what it makes appear on their phone; written by `ivr record`.

    Played only after the newest prompt was answered so (`tap`), or `waited` seconds after the answer before; when it is
    trouble (`refused`, a status) or of other factors (`by_name`), only while its scenario is asked for.
    """

    tap: Literal["approve", "deny"] | None = None
    waited: float = 0.0
    refused: int | None = None
    by_name: bool = False
    code: str | None = None
    by: str = "sms"  # how the code comes
    prompt: float = 0.0  # seconds it lasts
    number: int | None = None  # the right one of the prompt's choices

    @property
    def is_by_name(self) -> bool:
        """Nothing a caller does leads there."""
        return self.by_name or self.refused is not None


@dataclass(frozen=True, slots=True)
class Interaction:
    """A request (vcrpy's own type) and its answer."""

    request: Any
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    notes: Notes = Notes()

    @property
    def is_poll(self) -> bool:
        """May be repeated for as long as the person takes."""
        return not self.notes.prompt and is_pending(self.body.decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file. `caller` and `phone` are the person's, `source` is "fakes" or "live".

    `api` is "direct" where another org was recorded, one with Identity Engine: a line plays one org's answers only.
    """

    name: str
    service: str
    source: str
    caller: str
    phone: str
    interactions: tuple[Interaction, ...]
    api: str = ""


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
        import yaml
        from vcr.persisters.filesystem import FilesystemPersister
        from vcr.serializers import yamlserializer
    except ImportError:
        raise SettingsError(
            "Recordings need vcrpy, which is not installed: pip install 'okta-twilio-ivr[cassette]'."
        ) from None
    try:
        return _scenario(file.stem, service, *FilesystemPersister.load_cassette(file, _Whole(yamlserializer)))
    except (ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError, yaml.YAMLError) as error:
        raise SettingsError(
            f"{file} is not one of our recordings ({type(error).__name__}): record it again with `ivr record`."
        ) from None


class _Whole:
    """A serializer of vcrpy whose texts are whole."""

    def __init__(self, serializer: Any) -> None:  # a module
        self._serializer = serializer

    def deserialize(self, text: str) -> Any:  # YAML's own types
        return whole_data(self._serializer.deserialize(text))


def _scenario(name: str, service: str, requests: Any, responses: Any, about: Any) -> Scenario:
    """What vcrpy has read, checked: of each value's type it knows nothing. Raises many things."""
    notes, who = about.get("notes", {}), about["caller"]
    pairs = enumerate(zip(requests, responses, strict=True))
    return _checked()(
        {
            "name": name,
            "service": service,
            "source": about["source"],
            "api": about.get("api", ""),
            "caller": who["name"],
            "phone": who["phone"],
            "interactions": [_interaction(asked, answered, notes.get(at, {})) for at, (asked, answered) in pairs],
        }
    )


@cache
def _checked() -> Callable[[Any], Scenario]:
    """Makes a scenario of a mapping, or raises ValueError."""
    from pydantic import TypeAdapter

    return TypeAdapter(Scenario).validate_python


def _interaction(asked: Any, answered: Any, notes: Mapping[str, Any]) -> dict[str, Any]:
    """vcrpy reads the fields of a request only when it is compared, so they are looked at here."""
    if not (isinstance(asked.method, str) and isinstance(asked.uri, str) and isinstance(asked.body, bytes | None)):
        raise TypeError("a request is a method, an address and a body")
    urlsplit(asked.uri)
    return {
        "request": asked,
        "status": answered["status"]["code"],
        "headers": [(name, value) for name, values in answered["headers"].items() for value in values],
        "body": answered["body"].get("string") or b"",
        "notes": notes,
    }


# What a recording has in the place of values that are another's every time. `ivr record` puts them there.
WRONG_CODE = "000000"
ACCOUNT_SID = "AC" + "1" * 32
CALL_SID = "CA" + "0" * 32
NOBODY = "decoy" + "0" * 15

CODES = ("passCode", "otp", "binding_code")  # the names that a typed code has in requests

_SID = re.compile(r"\b(AC|CA)[0-9a-f]{32}\b")
_HOST = re.compile(r"https?%3A%2F%2F[^%&]+")
_MOST_NEAR = 3


def is_pending(answer: str) -> bool:
    """Whether this answer says that the person has not acted yet."""
    return '"factorResult":"WAITING"' in answer or '"error":"authorization_pending"' in answer


def is_same(new: Any, recorded: Any, codes: frozenset[str] = frozenset()) -> bool:
    """Method, path, query and body agree; sids and ids of decoys are all the same, hosts and headers do not matter."""
    from vcr.matchers import requests_match

    return bool(requests_match(new, recorded, _matchers(codes)))


def is_about_nobody(request: Any) -> bool:
    """It names a decoy, so the answer is the same whenever it is asked."""
    return NOBODYS_ID.search(f"{request.path} {_text(request)}") is not None


def nearest(new: Any, recorded: Mapping[Any, str], codes: frozenset[str]) -> str:
    """The recorded requests most like this one, and in which scenario each is, for people; '' when there is none.

    `recorded` holds scenarios' names by request. One that differs in nothing was recorded in another place.
    """
    from vcr.matchers import get_matchers_results

    told: dict[str, str] = {}
    found = [
        (get_matchers_results(new, each, _matchers(codes)), each) for each in recorded if each.method == new.method
    ]
    for (_, fails), each in sorted(found, key=lambda it: (len(it[0][0]), _common(new.path, it[1].path)), reverse=True):
        differs = " and ".join(name for name, _ in fails)
        how = f" with another {differs}" if differs else " elsewhere in the call"
        told.setdefault(f"{each.method} {shown(each.path)}{how}", recorded[each])
        if len(told) == _MOST_NEAR:
            break
    return "; ".join(f"{what}, in {name}" for what, name in told.items())


def shown(path: str) -> str:
    """A path for the log: ids are shortened, queries left out."""
    return re.sub(r"(?<=/)[\w.-]{18,}", lambda found: found[0][:3] + "…", path)


def _matchers(codes: frozenset[str]) -> list[Any]:
    from vcr.matchers import method, query

    def path(new: Any, recorded: Any) -> None:
        if _nameless(new.path) != _nameless(recorded.path):
            raise AssertionError("another path")

    def body(new: Any, recorded: Any) -> None:
        if _said(new, codes) != _said(recorded, codes):
            raise AssertionError("another body")

    return [method, path, query, body]


def _said(request: Any, codes: frozenset[str]) -> Any:
    """The body without what changes from call to call; whoever types a code that was never sent types a wrong one."""
    text = _HOST.sub("", _nameless(_text(request)))
    try:
        document = json.loads(text) if text else None
    except ValueError:
        document = read_form(text) or text
    if not isinstance(document, dict):
        return document
    changed = {name: WRONG_CODE for name in CODES if name in document and document[name] not in codes}
    return {**document, **changed, **{name: "" for name in ("client_assertion",) if name in document}}


def read_form(text: str) -> dict[str, str]:
    """The fields of an OAuth client's form; none when this is not one."""
    fields = dict(parse_qsl(text))
    return fields if fields.keys() & {"grant_type", "login_hint", "mfa_token"} else {}


def _nameless(text: str) -> str:
    return NOBODYS_ID.sub(NOBODY, _SID.sub(r"\1", text))


def _text(request: Any) -> str:
    return (request.body or b"").decode("utf-8", "replace")


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
