"""One API call on its way through the fake: who makes it, checked ways to read its parts, and pages of a list."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlencode

from fakes.okta import factors, users
from fakes.okta.errors import invalid, missing, refusal
from fakes.okta.org import Org
from fakes.okta.records import Factor, User
from fakes.web import Request, Response

T = TypeVar("T")
LARGEST_PAGE = 200
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Client:
    """`scopes` is None for an API token, which has its administrator's rights; `id` is that of a service app."""

    kind: str
    scopes: frozenset[str] | None = None
    id: str = ""


ANONYMOUS = Client("anonymous", frozenset())
API_TOKEN = Client("ssws")


def identify(org: Org, header: str | None) -> Client:
    """The client behind an Authorization header. The official SDK's `SSWStoken`, without a space, counts (S03)."""
    if not header:
        return ANONYMOUS
    if header[:4].upper() == "SSWS":
        if header[4:].strip() == org.api_token:
            return API_TOKEN
        raise refusal("E0000011")
    if header[:7].lower() == "bearer ":
        granted = org.tables.access_tokens.get(header[7:].strip())
        if granted is not None and org.now() < granted.expires_at:
            return Client("oauth", granted.scopes, granted.client_id)
    raise refusal("E0000011")


def authorize(client: Client, scope: str, base: str, path: str) -> None:
    """Refuse a client that has no credentials (S01) or lacks the scope (S04). An empty scope is open to all."""
    if not scope or client.scopes is None:
        return
    if client is ANONYMOUS:
        raise refusal("E0000005")
    if scope in client.scopes or scope.replace(".read", ".manage") in client.scopes:
        return
    challenge = (
        f'Bearer authorization_uri="{base}/oauth2/v1/authorize", realm="{base}", scope="{scope}", '
        'error="insufficient_scope", error_description="The access token provided does not contain the '
        f'required scopes.", resource="{path}"'
    )
    raise refusal("E0000006", headers=[("WWW-Authenticate", challenge)])


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
        given = self.values["userId"]
        if "/" in given:  # a login with a slash cannot be read by path, encoded or not (reported by users)
            raise missing(given, "User")
        return users.find(self.org, given)

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


def page(
    call: Call, found: Sequence[T], key: Callable[[T], str], *, largest: int = LARGEST_PAGE
) -> tuple[Sequence[T], Headers]:
    """The items asked for and the Link headers: `self` first, `next` last, for the official SDK keeps only the last."""
    given = call.request.parameters()
    size = limit(call, largest)
    start = 0
    if after := given.get("after"):
        start = next((at + 1 for at, item in enumerate(found) if key(item) == after), -1)
        if start < 0:
            raise refusal("E0000029")
    items = found[start : start + size]
    links = own_link(call)
    if len(found) > start + size:
        following = urlencode({**given, "after": key(items[-1])})
        links.append(("Link", f'<{call.base}{call.request.path}?{following}>; rel="next"'))
    return items, links


def own_link(call: Call) -> Headers:
    query = f"?{call.request.query}" if call.request.query else ""
    return [("Link", f'<{call.base}{call.request.path}{query}>; rel="self"')]


def limit(call: Call, largest: int) -> int:
    """The page size; a larger one than Okta's largest is cut down to it."""
    text = call.request.parameters().get("limit", "")
    if not text:
        return largest
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise refusal("E0000029")
    return min(int(text), largest)
