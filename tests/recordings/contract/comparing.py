"""Where two answers differ in what a client can see: status, headers that matter, shape. Ids and times do not matter.

What is compared of a value: words of the API (`ENUMS`) for equality, links by their path, everything else by its kind
(text, time, number …). Lists agree when each recorded item has its like in the other, whatever the order.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HEADERS = (
    *("content-type", "cache-control", "date", "link", "location", "retry-after", "www-authenticate"),
    *("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset", "x-okta-request-id", "twilio-request-id"),
)
ENUMS = frozenset({
    "status", "factorResult", "factorType", "provider", "vendorName", "errorCode", "challengeType", "type",
    "direction", "topic", "currency", "api_version", "allow", "address_requirements", "emergency_status",
    "origin", "voice_method", "code", "use", "kty",
})  # fmt: skip
MAY_BE_NULL = frozenset({
    "activated", "statusChanged", "lastLogin", "passwordChanged", "secondEmail", "mobilePhone",
    "answered_by", "caller_name", "duration", "end_time", "start_time", "price", "phone_number_sid",
    "group_sid", "parent_call_sid", "annotation", "address_sid",
})  # fmt: skip
OF_THE_ORG = "ivrPhone"  # a profile with it holds what an org's schema says: only what both have is compared

_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} (?:GMT|[+-]\d{4})")
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
_ID = re.compile(r"(?=.*\d)[\w.-]{12,}|cb_\d+")
_LINK = re.compile(r"<([^>]*)>\s*;\s*rel=\"?(\w+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; headers by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not alike. `place` is a JSON path in the body, or `header x`, or `status`."""

    place: str
    recorded: str
    fake: str

    def __str__(self) -> str:
        return f"{self.place}: recorded {self.recorded}, fake {self.fake}"


def differences(recorded: Answer, fake: Answer) -> list[Difference]:
    """Everything that differs, in the order status, headers, body."""
    found = []
    if recorded.status != fake.status:
        found.append(Difference("status", str(recorded.status), str(fake.status)))
    for name in HEADERS:
        one, other = (_header(name, each.headers.get(name)) for each in (recorded, fake))
        if one != other:
            found.append(Difference(f"header {name}", one or "none", other or "none"))
    return [*found, *_documents(recorded.body, fake.body)]


def _header(name: str, value: str | None) -> str | None:
    """As much of a header as matters."""
    match name:
        case _ if value is None:
            return None
        case "content-type":
            return value.partition(";")[0].strip().lower()
        case "cache-control":
            return value
        case "link":
            return ", ".join(sorted(f"{relation} {path_of(url)}" for url, relation in _LINK.findall(value)))
        case "location":
            return path_of(value)
        case "www-authenticate":
            return value.partition(" ")[0]
        case _:
            return "a number" if value.isdecimal() else "some text"


def _documents(recorded: str, fake: str) -> Iterable[Difference]:
    try:
        one, other = (json.loads(each) if each else None for each in (recorded, fake))
    except ValueError:
        if recorded != fake:
            yield Difference("$", "text" if recorded else "nothing", "another text")
        return
    yield from _values("$", "", one, other)


def _values(place: str, name: str, one: Any, other: Any) -> Iterable[Difference]:
    match one, other:
        case dict(), dict():
            yield from _objects(place, one, other)
        case list(), list():
            yield from _lists(place, name, one, other)
        case _ if (one is None or other is None) and name in MAY_BE_NULL:
            return
        case _ if _kind(name, one) != _kind(name, other):
            yield Difference(place, _kind(name, one), _kind(name, other))


def _objects(place: str, one: dict[str, Any], other: dict[str, Any]) -> Iterable[Difference]:
    is_open = place.endswith(".profile") and OF_THE_ORG in one
    by_id = bool(one) and all(_ID.fullmatch(key) for key in (*one, *other))  # Okta keys some objects by factor
    if by_id:
        yield from _lists(place, "", list(one.values()), list(other.values()))
        return
    for key in sorted({*one, *other}):
        if key in one and key in other:
            yield from _values(f"{place}.{key}", key, one[key], other[key])
        elif not is_open:
            here, there = ("there", "missing") if key in one else ("missing", "there")
            yield Difference(f"{place}.{key}", here, there)


def _lists(place: str, name: str, one: Sequence[Any], other: Sequence[Any]) -> Iterable[Difference]:
    """Each recorded item with the one most like it. An org has other people's factors: more items are no fault."""
    if bool(one) != bool(other):
        yield Difference(place, f"{len(one)} items", f"{len(other)} items")
        return
    for at, item in enumerate(one):
        yield from min((list(_values(f"{place}[{at}]", name, item, each)) for each in other), key=len)


def _kind(name: str, value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float() | str() if name in ENUMS:
            return repr(value)
        case int() | float():
            return "a number"
        case str() if name == "href" or name == "uri" or name.endswith("_uri"):
            return path_of(value)
        case str() if _TIME.fullmatch(value):
            return "a time"
        case str() if _SID.fullmatch(value):
            return f"a sid of {value[:2]}"
        case str():
            return "text"
        case _:
            return type(value).__name__


def path_of(url: str) -> str:
    """A link's path with its ids as {id}, and the names of its parameters."""
    parts = urlsplit(url)
    steps = [re.sub(r"^[A-Z]{2}[0-9a-f]{32}", "{id}", each) for each in parts.path.split("/")]
    path = "/".join("{id}" if _ID.fullmatch(each) else each for each in steps)
    names = "&".join(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    return f"{path}?{names}" if names else path
