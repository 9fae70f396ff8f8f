"""One API call on its way through the fake: the request, who makes it, and the account it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from fakes.twilio.account import Account
from fakes.twilio.credentials import Client
from fakes.twilio.errors import missing
from fakes.twilio.form import Form, read_form
from fakes.web import Request, Response

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
