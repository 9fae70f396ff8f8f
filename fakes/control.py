"""What control planes under `/_fake/` have in common: reading a document, the clock and the faults."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from fakes.clock import AdjustableClock
from fakes.faults import Faults
from fakes.web import Match, Request, Response, Route, Router, json_response

Action = Callable[[Mapping[str, str], Mapping[str, str], dict[str, Any]], Response]
"""What a route of a control plane does with the values in the path, the query, and the document."""


class ClockAndFaults:
    """The routes that every control plane has: reading and advancing the clock, ordering and clearing faults.

    `stamp` writes a time (Unix seconds) as this service writes it.
    """

    def __init__(self, clock: AdjustableClock, faults: Faults, stamp: Callable[[float], str]) -> None:
        self._time = clock
        self._faults = faults
        self._stamp = stamp
        self.routes: tuple[Route[Action], ...] = (
            Route("GET", "/_fake/clock", self._clock),
            Route("POST", "/_fake/clock", self._advance),
            Route("GET", "/_fake/faults", self._show_faults),
            Route("POST", "/_fake/faults", self._order_fault),
            Route("DELETE", "/_fake/faults", self._clear_faults),
        )

    def _clock(self, _: Mapping[str, str], __: Mapping[str, str], ___: dict[str, Any]) -> Response:
        return json_response(clock_body(self._time, self._stamp(self._time())))

    def _advance(self, _: Mapping[str, str], __: Mapping[str, str], document: dict[str, Any]) -> Response:
        self._time.advance(seconds_of(document, "advance"))
        return self._clock({}, {}, {})

    def _show_faults(self, _: Mapping[str, str], __: Mapping[str, str], ___: dict[str, Any]) -> Response:
        return json_response(faults_body(self._faults))

    def _order_fault(self, _: Mapping[str, str], __: Mapping[str, str], document: dict[str, Any]) -> Response:
        order_faults(self._faults, document)
        return self._show_faults({}, {}, {})

    def _clear_faults(self, _: Mapping[str, str], __: Mapping[str, str], ___: dict[str, Any]) -> Response:
        self._faults.clear()
        return Response(204)


def answered(router: Router[Action], request: Request, mistakes: Mapping[type[Exception], int]) -> Response:
    """What the route says. `mistakes`: the status for each exception of the service, the first that fits; else 400."""
    found = router.find(request.method, request.path)
    if not isinstance(found, Match):
        return refused(405 if found else 404, f"no {request.method} {request.path} in this control plane")
    try:
        return found.route.endpoint(found.values, request.parameters(), read_document(request))
    except tuple(mistakes) as error:
        return refused(next(status for kind, status in mistakes.items() if isinstance(error, kind)), str(error))
    except (ValueError, TypeError, RecursionError) as error:
        return refused(400, str(error))


def read_document(request: Request) -> dict[str, Any]:
    """The JSON object of the body, an empty one for an empty body. ValueError or RecursionError otherwise."""
    document = json.loads(request.body) if request.body.strip() else {}
    if not isinstance(document, dict):
        raise ValueError("the body is a JSON object")
    return document


def refused(status: int, message: str) -> Response:
    return json_response({"error": message}, status)


def seconds_of(document: Mapping[str, Any], name: str) -> float:
    value = document.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is a number of seconds")
    return float(value)


def clock_body(clock: AdjustableClock, utc: str) -> dict[str, object]:
    return {"now": clock(), "utc": utc, "ahead": clock.ahead}


def faults_body(faults: Faults) -> dict[str, object]:
    return {
        "fail_next": [
            {"status": each.status, "code": each.code, "times": each.times, "route": each.route}
            for each in faults.failures
        ],
        "slow_by": [{"seconds": each.seconds, "route": each.route} for each in faults.slow],
        "rate_limit": [{"per_minute": each.per_minute, "route": each.route} for each in faults.limits],
    }


def order_faults(faults: Faults, document: Mapping[str, Any]) -> None:
    """`{"fail_next": {"status": 503, "times": 2, "route": "…"}}`, slow_by or rate_limit; several at once too."""
    orders: dict[str, Callable[..., None]] = {
        "fail_next": faults.fail_next,
        "slow_by": faults.slow_by,
        "rate_limit": faults.rate_limit,
    }
    if not document or set(document) - set(orders):
        raise ValueError(f"a fault is one of {', '.join(orders)}, got {', '.join(document) or 'nothing'}")
    for name, details in document.items():
        orders[name](**details)
