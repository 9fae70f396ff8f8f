"""The accounts API and its control plane over HTTP; what it knows is in `state`."""

import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any, TypeAlias

from fakes.accounts.state import Account, Accounts, AccountsError, Callback
from fakes.request_log import RequestLog, log_body
from fakes.skin import Skin
from fakes.web import Match, Request, Response, Route, Router, json_response

LARGEST_BODY = 64 * 1024
log = logging.getLogger("fakes.accounts")
Endpoint: TypeAlias = Callable[[Request, dict[str, str]], Response]


def create_app(
    accounts: Accounts, *, sleep: Callable[[float], Awaitable[None]] | None = None, log: RequestLog | None = None
) -> Skin:
    """Every request goes to the API. `sleep` is what makes a `slow_by` fault take time; without it none passes.

    `log` is told of every request; without it the application has its own.
    """
    return Skin("fakes.accounts", AccountsHandler(accounts, log or RequestLog(accounts.clock)), sleep)


class AccountsHandler:
    """Answers every request to the API; never raises. `/_fake/reset` goes back to the moment this was made."""

    def __init__(self, accounts: Accounts, log: RequestLog) -> None:
        self._log = log
        self._accounts = accounts
        self._start = accounts.snapshot()
        self._router: Router[Endpoint] = Router(
            (
                Route("GET", "/v1/accounts/{userId}", self._account),
                Route("POST", "/v1/callbacks", self._request_callback),
                Route("POST", "/_fake/reset", self._reset),
                Route("GET", "/_fake/clock", self._clock),
                Route("POST", "/_fake/clock", self._advance),
                Route("POST", "/_fake/faults", self._order_fault),
                Route("DELETE", "/_fake/faults", self._clear_faults),
                Route("GET", "/_fake/requests", self._requests),
                Route("GET", "/_fake/state", self._state),
                Route("GET", "/_fake/callbacks", self._callbacks),
            )
        )

    @property
    def routes(self) -> tuple[Route[Endpoint], ...]:
        return self._router.routes

    def answer(self, request: Request) -> Response:
        date = ("Date", formatdate(self._accounts.clock(), usegmt=True))
        try:
            if request.path.startswith("/_fake/"):
                return self._find(request).with_headers(date)
            delay = self._accounts.faults.delay(request.method, request.path)
            response = self._judge(request)
        except AccountsError as error:
            response, delay = _refused(error), self._accounts.faults.delay(request.method, request.path)
        answered = Response(response.status, (*response.headers, date), response.body, delay)
        self._log.add(request, answered)
        return answered

    def _judge(self, request: Request) -> Response:
        failure = self._accounts.faults.failure(request.method, request.path)
        if failure is not None:
            raise AccountsError(failure.status, failure.code or "internal_error", "Ordered by a fault.")
        if request.headers.get("authorization") != f"Bearer {self._accounts.token}":
            raise AccountsError(401, "unauthorized", "A valid bearer token is required.")
        return self._find(request)

    def _find(self, request: Request) -> Response:
        found = self._router.find(request.method, request.path)
        if isinstance(found, Match):
            return found.route.endpoint(request, dict(found.values))
        log.warning("not simulated: %s %s", request.method, request.path)
        if found:
            raise AccountsError(405, "method_not_allowed", f"{request.path} does not take {request.method}.")
        raise AccountsError(404, "not_found", f"There is nothing at {request.path}.")

    def _account(self, _: Request, values: dict[str, str]) -> Response:
        return json_response(_account_body(self._accounts.account(values["userId"])))

    def _request_callback(self, request: Request, _: dict[str, str]) -> Response:
        key = request.headers.get("idempotency-key", "").strip()
        return json_response(_callback_body(self._accounts.request_callback(key, _document(request))), 201)

    def _reset(self, _: Request, __: dict[str, str]) -> Response:
        self._accounts.restore(self._start)
        self._accounts.faults.clear()
        return Response(204)

    def _clock(self, _: Request, __: dict[str, str]) -> Response:
        return json_response({"now": self._accounts.clock(), "ahead": self._accounts.clock.ahead})

    def _advance(self, request: Request, values: dict[str, str]) -> Response:
        seconds = _document(request).get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
            raise AccountsError(400, "invalid_request", "advance must be a number of seconds.")
        self._accounts.clock.advance(seconds)
        return self._clock(request, values)

    def _order_fault(self, request: Request, _: dict[str, str]) -> Response:
        faults = self._accounts.faults
        orders: dict[str, Callable[..., None]] = {"fail_next": faults.fail_next, "slow_by": faults.slow_by}
        document = _document(request)
        if not document or set(document) - set(orders):
            raise AccountsError(400, "invalid_request", f"A fault is one of {', '.join(orders)}.")
        try:
            for name, details in document.items():
                orders[name](**details)
        except (TypeError, ValueError) as error:
            raise AccountsError(400, "invalid_request", str(error)) from None
        return Response(204)

    def _clear_faults(self, _: Request, __: dict[str, str]) -> Response:
        self._accounts.faults.clear()
        return Response(204)

    def _requests(self, request: Request, _: dict[str, str]) -> Response:
        since = request.parameters().get("since", "0")
        if not since.isdecimal():
            raise AccountsError(400, "invalid_request", "since must be the number of a request.")
        return json_response(log_body(self._log, int(since)))

    def _state(self, _: Request, __: dict[str, str]) -> Response:
        accounts = [_account_body(each) for each in self._accounts.accounts.values()]
        return json_response({"accounts": accounts, "callbacks": len(self._accounts.callbacks)})

    def _callbacks(self, _: Request, __: dict[str, str]) -> Response:
        return json_response(
            [
                {**_callback_body(each), "userId": each.user_id, "phone": each.phone}
                | {"topic": each.topic, "callSid": each.call_sid}
                for each in self._accounts.callbacks
            ]
        )


def _document(request: Request) -> dict[str, Any]:
    try:
        if len(request.body) > LARGEST_BODY:
            raise ValueError
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        raise AccountsError(400, "invalid_request", "The body must be a JSON object.") from None
    if not isinstance(found, dict):
        raise AccountsError(400, "invalid_request", "The body must be a JSON object.")
    return found


def _account_body(account: Account) -> dict[str, str]:
    return {
        "userId": account.user_id,
        "balance": str(account.balance),
        "currency": account.currency,
        "dueDate": account.due_date.isoformat(),
    }


def _callback_body(callback: Callback) -> dict[str, str]:
    at = datetime.fromtimestamp(callback.requested_at, UTC)
    return {"id": callback.id, "status": "requested", "requestedAt": f"{at:%Y-%m-%dT%H:%M:%S}Z"}


def _refused(error: AccountsError) -> Response:
    return json_response({"error": error.error, "message": error.message}, error.status)
