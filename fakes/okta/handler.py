"""The order in which one request is judged (faults, route, credentials, limit, rules); the rules are elsewhere."""

import logging
from functools import cache

from fakes.okta import limits
from fakes.okta.call import Call, Endpoint
from fakes.okta.control import Control
from fakes.okta.credentials import authorize, identify
from fakes.okta.errors import CODES, OktaError, refusal
from fakes.okta.org import Org
from fakes.okta.routes import ROUTES
from fakes.okta.times import http_date
from fakes.request_log import RequestLog
from fakes.web import Match, Request, Response, Router, json_response

LARGEST_BODY = 1024 * 1024
log = logging.getLogger("fakes.okta")


@cache
def _router() -> Router[Endpoint]:
    """Built once: the routes are the same in every org."""
    return Router(ROUTES)


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
        return response

    def _answer(self, request: Request) -> Response:
        org = self._org
        delay = org.faults.delay(request.method, request.path) if org.faults.slow else 0.0
        try:
            response = self._judge(request)
        except OktaError as error:
            response = json_response(error.body(org.source.error_id()), error.status, *error.headers)
        except Exception:  # a caller must get Okta's own error whatever goes wrong inside the fake
            log.exception("the fake failed at %s %s", request.method, request.path)
            internal = refusal("E0000009")
            response = json_response(internal.body(org.source.error_id()), internal.status)
        extra = [("X-Okta-Request-Id", org.source.request_id()), ("Date", http_date(int(org.now())))]
        if response.header("X-Rate-Limit-Limit") is None:
            extra.extend(limits.unchanged(org, "api"))
        return Response(response.status, (*response.headers, *extra), response.body, delay)

    def _judge(self, request: Request) -> Response:
        org = self._org
        if org.faults.failures:
            self._fail_if_ordered(request)
        found = self._find(request)
        _check_length(request)
        client = identify(org, request.headers.get("authorization"))
        route = found.route
        authorize(client, route.scope, request.base, request.path)
        ordered = org.faults.limit(request.method, request.path) if org.faults.limits else None
        if ordered is None:
            headers = limits.count(org, route.bucket)
        else:
            headers = limits.count(org, f"fault {ordered.route}", ordered.per_minute)
        try:
            response = route.endpoint(Call(org, request, found.values, client))
        except OktaError as error:
            raise OktaError(error.status, error.code, error.summary, error.causes, (*error.headers, *headers)) from None
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
