"""One API call on its way through the fake: the request, who makes it, and checked ways to read its parts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias

from fakes.okta import factors, users
from fakes.okta.credentials import Client
from fakes.okta.errors import invalid, refusal
from fakes.okta.org import Org
from fakes.okta.records import Factor, User
from fakes.web import Request, Response


@dataclass(frozen=True, slots=True)
class Call:
    org: Org
    request: Request
    values: Mapping[str, str]
    client: Client

    @property
    def base(self) -> str:
        """Where links point: the address the caller used, so that a served fake's links can be followed."""
        return self.request.base

    def user(self) -> User:
        return users.find(self.org, self.values["userId"])

    def factor(self, user: User) -> Factor:
        return factors.find(self.org, user, self.values["factorId"])

    def document(self) -> dict[str, Any]:
        """The JSON object of the body; an empty body is an empty object (V15)."""
        raw = self.request.body
        if not raw.strip():
            return {}
        media_type = self.request.headers.get("content-type", "application/json").partition(";")[0].strip()
        if media_type.lower() != "application/json":
            raise refusal("E0000021")
        found = read_json(raw)
        if not isinstance(found, dict):
            raise refusal("E0000003")
        return found

    def flag(self, name: str, default: bool) -> bool:
        """A boolean query parameter."""
        given = self.request.parameters().get(name)
        if given is None or given == "":
            return default
        if given.lower() not in ("true", "false"):
            raise invalid(name, f"{name}: must be true or false")
        return given.lower() == "true"


Endpoint: TypeAlias = Callable[[Call], Response]


def read_json(raw: bytes) -> Any:
    """JSON that can be written again: no NaN, no 1e999, no half of a surrogate pair; Python would let them pass."""
    try:
        found = json.loads(raw, parse_constant=_refuse_constant, parse_float=_finite)
        if b"\\ud" in raw.lower():
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise refusal("E0000003") from None
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text} is too large")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def text_field(document: Mapping[str, Any], name: str) -> str | None:
    """A string of the body, None when it is not there; a code sent as a number is read as its digits."""
    value = document.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise invalid(name, f"{name}: must be a string")
    return value


def strings_field(document: Mapping[str, Any], name: str) -> list[str]:
    """A list of strings of the body, empty when it is not there."""
    value = document.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise invalid(name, f"{name}: must be a list of strings")
    return value


def object_field(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object of the body, empty when it is not there."""
    value = document.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid(name, f"{name}: must be an object")
    return value
