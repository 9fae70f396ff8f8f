"""The order in which one request is judged (faults, route, sids, credentials, rules); the rules are elsewhere."""

import logging
import re
from email.utils import formatdate

from fakes.twilio.account import Account
from fakes.twilio.control import Control
from fakes.twilio.credentials import Client, authorize, identify
from fakes.twilio.endpoints.recordings import ANY_EXTENSION
from fakes.twilio.errors import CODES, TwilioError, missing, not_simulated, refusal
from fakes.twilio.limits import count
from fakes.twilio.request import API, ApiCall, Endpoint, split_extension
from fakes.twilio.routes import ROUTES
from fakes.web import Match, Request, Response, Router, json_response

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
log = logging.getLogger("fakes.twilio")


class TwilioHandler:
    """Answers every request to one account; never raises."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._router: Router[Endpoint] = Router(ROUTES)
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
            raise _ordered(failure.status, failure.code)
        declared = request.headers.get("content-length", "")
        if len(request.body) > LARGEST_BODY or (declared.isdecimal() and int(declared) > LARGEST_BODY):
            raise TwilioError(413, 20001, "The request body is too large.")
        path, extension = split_extension(request.path)
        found, other_methods = self._find(request.method, path)
        values = found.values if found is not None else {}
        if any(not SHAPES[name].fullmatch(value) for name, value in values.items()):
            raise missing(request.path)
        is_media = found is not None and found.route.scope == ANY_EXTENSION and extension != "json"
        client = Client(account.sid) if is_media else identify(account, request.headers.get("authorization"))
        authorize(client, request.method, values.get("AccountSid"), _resource(path))
        limit = account.faults.limit(request.method, request.path)
        if limit is not None:
            count(account, limit.route, limit.per_minute)
        if found is None:
            log.warning("not simulated: %s %s", request.method, request.path)
            raise refusal(20004, headers=[("Allow", other_methods)]) if other_methods else missing(request.path)
        if extension != "json" and found.route.scope != ANY_EXTENSION:
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


def _ordered(status: int, code: str) -> TwilioError:
    """A failure ordered by a fault: with Twilio's message for its code, or for the code that fits the status best."""
    number = int(code) if code.isdecimal() else next((each for each, row in CODES.items() if row[0] == status), 20500)
    _, message = CODES.get(number, (status, "Ordered by a fault"))
    return TwilioError(status, number, message.replace("{0}", "ordered by a fault"))
