"""One request to the REST API: who makes it, about which account, and its form with checked ways to read the fields."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TypeAlias, get_args
from urllib.parse import parse_qsl, urlsplit

from fakes.foreign import whole
from fakes.twilio.account import Account
from fakes.twilio.credentials import Client
from fakes.twilio.errors import missing, refusal
from fakes.twilio.network import Method
from fakes.web import Request, Response

_FLAW = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")

MOST_FIELDS = 1000


class Form:
    """Fields by name; some may come several times. A field that is there but empty is not the same as one missing."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def text(self, name: str) -> str:
        """The field's value, the first of several; empty when it is missing."""
        found = self._fields.get(name)
        return found[0].strip() if found else ""

    def raw(self, name: str) -> str:
        """The same with its white space."""
        found = self._fields.get(name)
        return found[0] if found else ""

    def all(self, name: str) -> Sequence[str]:
        return self._fields.get(name, ())

    def method(self, name: str, code: int) -> Method:
        """GET or POST, in any case; POST when missing."""
        given = self.text(name).upper() or "POST"
        for method in get_args(Method):
            if given == method:
                return method  # type: ignore[no-any-return]  # get_args knows no types
        raise refusal(code, self.text(name))

    def url(self, name: str, code: int, *, local: bool = True) -> str | None:
        """An absolute URL, None when missing or empty. Without `local` it must not lead to the caller's own machine."""
        given = self.text(name)
        if not given:
            return None
        if not is_absolute(given) or not (local or is_public(given)):
            raise refusal(code, given)
        return given

    def whole(self, name: str, code: int, *, default: int, most: int) -> int:
        """A whole number from 0; a larger one than the most counts as the most."""
        given = self.text(name)
        if not given:
            return default
        if not (given.isascii() and given.isdecimal()):
            raise refusal(code, given)
        return min(int(given[:9]), most)

    def flag(self, name: str) -> bool:
        return self.text(name).lower() == "true"


def read_form(body: bytes | str) -> Form:
    """A form from a body or a query; bytes that are not UTF-8 are replaced, as nothing of ours needs them."""
    text = body.decode(errors="replace") if isinstance(body, bytes) else body
    fields: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS):
            fields.setdefault(whole(name), []).append(whole(value))
    except ValueError:
        raise refusal(20001, "Too many parameters") from None
    return Form(fields)


def is_absolute(url: str) -> bool:
    """Whether it is an http(s) URL with a host; one with a blank or a control character in it is none."""
    if _FLAW.search(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def is_public(url: str) -> bool:
    """Whether Twilio could reach the host, judged by its name alone."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host


API = "/2010-04-01"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """`path` has no extension; that is in `extension`, for recordings have several."""

    account: Account
    request: Request
    path: str
    extension: str
    values: Mapping[str, str]
    client: Client

    def form(self) -> Form:
        return read_form(self.request.body)

    def query(self) -> Form:
        return read_form(self.request.query)

    def missing(self) -> Exception:
        """20404 for what this call asks for."""
        return missing(self.request.path)


Endpoint: TypeAlias = Callable[[ApiCall], Response]


def split_extension(path: str) -> tuple[str, str]:
    """`…/Calls.json` is (`…/Calls`, `json`); no extension is an empty one."""
    head, slash, last = path.rpartition("/")
    name, dot, extension = last.rpartition(".")
    if not dot:
        return path, ""
    return f"{head}{slash}{name}", extension
