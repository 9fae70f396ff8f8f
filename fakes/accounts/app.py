"""The accounts API and its control plane over HTTP; what it knows is in `state`."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any, TypeAlias

from fakes.accounts.state import Account, Accounts, AccountsError, Callback
from fakes.control import Action, ClockAndFaults, ControlRequest, answered, number_of
from fakes.foreign import whole_json
from fakes.quart_adapter import QuartAdapter
from fakes.request_log import RequestLog, log_body
from fakes.web import Match, Request, Response, Route, Router, json_response

LARGEST_BODY = 64 * 1024
HEEDED = ("fail_next", "slow_by")
"""The faults that can be ordered of this API; it has no rate limit."""
log = logging.getLogger("fakes.accounts")
Endpoint: TypeAlias = Callable[[Request, dict[str, str]], Response]


def create_app(
    accounts: Accounts, *, sleep: Callable[[float], Awaitable[None]] | None = None, log: RequestLog | None = None
) -> QuartAdapter:
    """Every request goes to the API. `sleep` is what makes a `slow_by` fault take time; without it none passes.

    `log` is told of every request; without it the application has its own.
    """
    return QuartAdapter("fakes.accounts", AccountsHandler(accounts, log or RequestLog(accounts.clock)), sleep)


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
            )
        )
        self._control: Router[Action] = Router(
            (
                Route("POST", "/_fake/reset", self._reset),
                *ClockAndFaults(accounts.clock, accounts.faults, _iso, HEEDED).routes,
                Route("GET", "/_fake/requests", self._requests),
                Route("GET", "/_fake/state", self._state),
                Route("GET", "/_fake/callbacks", self._callbacks),
            )
        )

    @property
    def routes(self) -> "tuple[Route[Any], ...]":  # of two kinds
        return (*self._router.routes, *self._control.routes)

    def answer(self, request: Request) -> Response:
        date = ("Date", formatdate(self._accounts.clock(), usegmt=True))
        try:
            if request.path.startswith("/_fake/"):
                return answered(self._control, request, {}).with_headers(date)
            delay = self._accounts.faults.delay(request.method, request.path)
            response = self._judge(request)
        except AccountsError as error:
            response, delay = _refused(error), self._accounts.faults.delay(request.method, request.path)
        dated = Response(response.status, (*response.headers, date), response.body, delay)
        self._log.add(request, dated)
        return dated

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

    def _reset(self, _: ControlRequest) -> Response:
        self._accounts.restore(self._start)
        self._accounts.faults.clear()
        return Response(204)

    def _requests(self, asked: ControlRequest) -> Response:
        return json_response(log_body(self._log, number_of(asked.query, "since")))

    def _state(self, _: ControlRequest) -> Response:
        accounts = [_account_body(each) for each in self._accounts.accounts.values()]
        return json_response({"accounts": accounts, "callbacks": len(self._accounts.callbacks)})

    def _callbacks(self, _: ControlRequest) -> Response:
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
        found = whole_json(request.body)
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
    return {"id": callback.id, "status": "requested", "requestedAt": _iso(callback.requested_at)}


def _iso(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S}Z"


def _refused(error: AccountsError) -> Response:
    return json_response({"error": error.error, "message": error.message}, error.status)
