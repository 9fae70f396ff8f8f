"""The fake account behind HTTP: its application, and the order in which a request is judged before the rules see it."""

import logging
import re
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from functools import cache
from typing import TYPE_CHECKING

from fakes.twilio.account import Account
from fakes.twilio.control import Control
from fakes.twilio.credentials import Client, authorize, identify
from fakes.twilio.endpoints import accounts, applications, calls, messages, numbers, recordings
from fakes.twilio.endpoints.others import NOT_SIMULATED, others
from fakes.twilio.endpoints.recordings import ANY_EXTENSION
from fakes.twilio.errors import (
    CODES,
    OF_THE_CALLED,
    UNVERIFIED,
    TwilioError,
    masked,
    missing,
    not_simulated,
    refusal,
)
from fakes.twilio.request import API, ApiCall, Endpoint, read_form, split_extension
from fakes.twilio.state import Twilio
from fakes.web import Match, Request, Response, Route, Router, json_response

if TYPE_CHECKING:
    from fakes.quart_adapter import QuartAdapter

ROUTES: tuple[Route[Endpoint], ...] = (
    *accounts.ROUTES,
    *calls.ROUTES,
    *messages.ROUTES,
    *numbers.ROUTES,
    *recordings.ROUTES,
    *applications.ROUTES,
)
LARGEST_BODY = 1024 * 1024
SIDS = {
    "AccountSid": "AC",
    "CallSid": "CA",
    "MessageSid": "(?:SM|MM)",
    "PhoneNumberSid": "PN",
    "RecordingSid": "RE",
    "ApplicationSid": "AP",
}
SHAPES = {name: re.compile(f"{prefix}[0-9a-f]{{32}}") for name, prefix in SIDS.items()}
WINDOW = 60.0
log = logging.getLogger("fakes.twilio")


@cache
def _router() -> Router[Endpoint]:
    """Built once: the routes are the same in every account."""
    return Router((*ROUTES, *others(ROUTES)))


class TwilioHandler:
    """Answers every request to one account; never raises."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._router = _router()
        self._control = Control(account)

    def answer(self, request: Request) -> Response:
        if request.path.startswith("/_fake/"):
            return self._control.answer(request)
        account = self._account
        delay = account.faults.delay(request.method, request.path)
        try:
            response = self._judge(request)
        except TwilioError as error:
            response = json_response(error.body(), error.status, *error.headers)
        except Exception:  # a caller must get Twilio's own error whatever goes wrong inside the fake
            log.exception("the fake failed at %s %s", request.method, request.path)
            internal = refusal(20500)
            response = json_response(internal.body(), internal.status)
        extra = (
            ("Twilio-Concurrent-Requests", "1"),
            ("Twilio-Request-Id", account.source.request_id()),
            ("Twilio-Request-Duration", f"{delay:.3f}"),
            ("X-Home-Region", "us1"),
            ("X-API-Domain", "api.twilio.com"),
            ("Date", formatdate(int(account.now()), usegmt=True)),
        )
        return Response(response.status, (*response.headers, *extra), response.body, delay)

    def _judge(self, request: Request) -> Response:
        account = self._account
        failure = account.faults.failure(request.method, request.path)
        if failure is not None:
            raise _ordered(failure.status, failure.code, request)
        declared = request.headers.get("content-length", "")
        if len(request.body) > LARGEST_BODY or (declared.isdecimal() and int(declared) > LARGEST_BODY):
            raise TwilioError(413, 20001, "The request body is too large.")
        path, extension = split_extension(request.path)
        found, other_methods = self._find(request.method, path)
        values = found.values if found is not None else {}
        if any(name in SHAPES and not SHAPES[name].fullmatch(value) for name, value in values.items()):
            raise missing(request.path)
        is_media = found is not None and found.route.scope == ANY_EXTENSION and extension != "json"
        client = Client(account.sid) if is_media else identify(account, request.headers.get("authorization"))
        authorize(client, request.method, values.get("AccountSid"), _resource(path))
        limit = account.faults.limit(request.method, request.path)
        if limit is not None:
            _count(account, limit.route, limit.per_minute)
        if found is None:
            log.warning("nothing of Twilio's API: %s %s", request.method, request.path)
            raise refusal(20004, headers=[("Allow", other_methods)]) if other_methods else missing(request.path)
        if found.route.scope == NOT_SIMULATED:
            log.warning("not simulated: %s %s", request.method, request.path)
        elif extension != "json" and found.route.scope != ANY_EXTENSION:
            log.warning("not simulated: %s without .json", request.path)
            raise not_simulated("answers in XML or CSV; ask for .json")
        return found.route.endpoint(ApiCall(account, request, path, extension, values, client))

    def _find(self, method: str, path: str) -> tuple[Match[Endpoint] | None, str]:
        """The route, or none and the methods that its path does support."""
        found = self._router.find(method, path)
        if isinstance(found, Match):
            return found, ""
        return None, ", ".join(sorted(found))


def _resource(path: str) -> str:
    """`Calls` of `/2010-04-01/Accounts/AC…/Calls/CA…`; empty for the account itself."""
    parts = path.removeprefix(API).strip("/").split("/")
    return parts[2] if len(parts) > 2 else ""


def _ordered(status: int, code: str, request: Request) -> TwilioError:
    """A failure ordered by a fault: with Twilio's message for its code, or for the code that fits the status best."""
    number = int(code) if code.isdecimal() else next((each for each, row in CODES.items() if row[0] == status), 20500)
    _, message = CODES.get(number, (status, "Ordered by a fault"))
    called = read_form(request.body).text("To") if number in OF_THE_CALLED else ""
    about = masked(called) if number == UNVERIFIED else called
    return TwilioError(status, number, message.replace("{0}", about or "ordered by a fault"))


def _count(account: Account, bucket: str, per_minute: int) -> None:
    """Count one request against a limit that a fault has ordered; 20429 once its minute is used up."""
    now = account.now()
    start, used = account.tables.windows.get(bucket, (now, 0))
    if now - start >= WINDOW:
        start, used = now, 0
    if used >= per_minute:
        raise refusal(20429)
    account.tables.windows[bucket] = (start, used + 1)


def create_app(twilio: Twilio, *, sleep: Callable[[float], Awaitable[None]] | None = None) -> "QuartAdapter":
    """Every request goes to the account. `sleep` is what makes a `slow_by` fault take time; without it none passes."""
    from fakes.quart_adapter import QuartAdapter  # with Quart, which in-process sessions do without

    return QuartAdapter("fakes.twilio", TwilioHandler(twilio.account), sleep)
