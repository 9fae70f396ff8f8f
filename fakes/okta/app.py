"""The fake org behind HTTP: its application, and the order in which a request is judged before the rules see it."""

import logging
from collections.abc import Awaitable, Callable
from functools import cache
from gzip import compress
from typing import TYPE_CHECKING

from fakes.okta import limits, system_log
from fakes.okta.call import Call, Endpoint, authorize, identify
from fakes.okta.control import Control
from fakes.okta.endpoints import oauth
from fakes.okta.errors import CODES, OktaError, refusal
from fakes.okta.org import Asking, Org
from fakes.okta.routes import ROUTES, others
from fakes.okta.state import Okta
from fakes.okta.times import http_date
from fakes.request_log import RequestLog
from fakes.web import Match, Request, Response, Router, json_response

if TYPE_CHECKING:
    from fakes.quart_adapter import QuartAdapter

OAUTH_PATHS = {route.template for route in oauth.ROUTES}  # these read the Authorization header themselves
LARGEST_BODY = 1024 * 1024
ON_EVERY_ANSWER = (
    ("Cache-Control", "no-cache, no-store"),
    ("Pragma", "no-cache"),
    ("Expires", "0"),
    ("X-Content-Type-Options", "nosniff"),
    ("Strict-Transport-Security", "max-age=315360000; includeSubDomains"),
)
log = logging.getLogger("fakes.okta")


@cache
def _router() -> Router[Endpoint]:
    """Built once: the routes are the same in every org."""
    return Router((*ROUTES, *others(ROUTES)))


class OktaHandler:
    """Answers every request to one org; never raises."""

    def __init__(self, org: Org, log: RequestLog | None = None) -> None:
        self._org = org
        self._router = _router()
        self._log = log or RequestLog(org.now)
        self._control = Control(org, self._log)

    def answer(self, request: Request) -> Response:
        if request.path.startswith("/_fake/"):
            return self._control.answer(request)
        response = self._answer(request)
        self._log.add(request, response)
        return _compressed(request, response)

    def _answer(self, request: Request) -> Response:
        org = self._org
        request_id = org.source.request_id()
        delay = org.faults.delay(request.method, request.path) if org.faults.slow else 0.0
        try:
            response = self._judge(request, request_id)
        except OktaError as error:
            response = json_response(error.body(org.source.error_id()), error.status, *error.headers)
        except Exception:  # a caller must get Okta's own error whatever goes wrong inside the fake
            log.exception("the fake failed at %s %s", request.method, request.path)
            internal = refusal("E0000009")
            response = json_response(internal.body(org.source.error_id()), internal.status)
        extra = [*ON_EVERY_ANSWER, ("X-Okta-Request-Id", request_id), ("Date", http_date(int(org.now())))]
        if response.header("X-Rate-Limit-Limit") is None:
            extra.extend(limits.unchanged(org, "api"))
        return Response(response.status, (*response.headers, *extra), response.body, delay)

    def _judge(self, request: Request, request_id: str) -> Response:
        org = self._org
        if org.faults.failures:
            self._fail_if_ordered(request)
        found = self._find(request)
        _check_length(request)
        is_oauth = request.path in OAUTH_PATHS
        client = identify(org, None if is_oauth else request.headers.get("authorization"))
        route = found.route
        authorize(client, route.scope, request.base, request.path)
        ordered = org.faults.limit(request.method, request.path) if org.faults.limits else None
        if ordered is None:
            headers = limits.count(org, route.bucket)
        else:
            headers = limits.count(org, f"fault {ordered.route}", ordered.per_minute)
        call = Call(org, request, found.values, client)
        origin, agent = (request.headers.get(name, "") for name in ("x-forwarded-for", "user-agent"))
        org.asking = Asking(request_id, request.path, client.id, agent, origin)
        note = None if request.method == "GET" else system_log.of_request(org, route, found.values)
        try:
            response = route.endpoint(call)
            if note is not None and response.status < 300:
                note(response)
        except OktaError as error:
            raise OktaError(error.status, error.code, error.summary, error.causes, (*error.headers, *headers)) from None
        finally:
            org.asking = None
        return response.with_headers(*headers)

    def _find(self, request: Request) -> Match[Endpoint]:
        found = self._router.find(request.method, request.path)
        if isinstance(found, Match):
            return found
        log.warning("not simulated: %s %s", request.method, request.path)
        if found:
            raise refusal("E0000022", headers=[("Allow", ", ".join(sorted(found)))])
        raise refusal("E0000008")

    def _fail_if_ordered(self, request: Request) -> None:
        failure = self._org.faults.failure(request.method, request.path)
        if failure is None:
            return
        code = failure.code or _code_for(failure.status)
        _, summary = CODES.get(code, (0, "Internal Server Error"))
        raise OktaError(failure.status, code, summary.replace("{0}", "ordered by a fault"))


def _compressed(request: Request, response: Response) -> Response:
    """As every recorded answer is for a client that takes gzip."""
    if not response.body or "gzip" not in request.headers.get("accept-encoding", ""):
        return response
    headers = (*response.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return Response(response.status, headers, compress(response.body, 1, mtime=0), response.delay)


def _check_length(request: Request) -> None:
    """A body without a length is refused (V14); so is one beyond anything Okta takes (status and code: our choice)."""
    headers = request.headers
    if request.method in ("POST", "PUT") and "content-length" not in headers and "transfer-encoding" not in headers:
        raise OktaError(411, "E0000002", "The request was not valid: Content-Length is required")
    declared = headers.get("content-length", "")
    if len(request.body) > LARGEST_BODY or (declared.isdecimal() and int(declared) > LARGEST_BODY):
        raise OktaError(413, "E0000003", "The request body was not well-formed.", ["The request body is too large."])


def _code_for(status: int) -> str:
    """The code that fits a status best, for a fault that names none."""
    return next((code for code, row in CODES.items() if row[0] == status), "E0000009") if status != 429 else "E0000047"


def create_app(
    okta: Okta, *, sleep: Callable[[float], Awaitable[None]] | None = None, log: RequestLog | None = None
) -> "QuartAdapter":
    """Every request goes to the org. `sleep` is what makes a `slow_by` fault take time; without it none passes.

    `log` is told of every request; two applications over one org may share it. Without it the application has its own.
    """
    from fakes.quart_adapter import QuartAdapter  # with Quart, which in-process sessions do without

    return QuartAdapter("fakes.okta", OktaHandler(okta.org, log or RequestLog(okta.org.now)), sleep)
