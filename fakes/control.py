"""What control planes under `/_fake/` have in common: reading a document, the clock and the faults."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from fakes.clock import AdjustableClock
from fakes.faults import KINDS, Faults, read_orders
from fakes.foreign import whole_json
from fakes.web import Match, Request, Response, Route, Router, json_response


@dataclass(frozen=True, slots=True)
class ControlRequest:
    """What a control plane is asked: the values in the path, the query, and the JSON object of the body."""

    values: Mapping[str, str]
    query: Mapping[str, str]
    document: Mapping[str, Any]  # JSON's own types


Action = Callable[[ControlRequest], Response]
"""What a route of a control plane does."""


class ClockAndFaults:
    """The routes that every control plane has: reading and advancing the clock, ordering and clearing faults.

    `stamp` writes a time (Unix seconds) as this service writes it; `kinds` are the faults that it heeds.
    """

    def __init__(
        self,
        clock: AdjustableClock,
        faults: Faults,
        stamp: Callable[[float], str],
        kinds: Collection[str] = KINDS,
    ) -> None:
        self._kinds = kinds
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

    def _clock(self, _: ControlRequest) -> Response:
        return json_response(clock_body(self._time, self._stamp(self._time())))

    def _advance(self, asked: ControlRequest) -> Response:
        self._time.advance(seconds_of(asked.document, "advance"))
        return self._clock(asked)

    def _show_faults(self, _: ControlRequest) -> Response:
        return json_response(faults_body(self._faults))

    def _order_fault(self, asked: ControlRequest) -> Response:
        self._faults.order(*read_orders(asked.document, self._kinds))
        return self._show_faults(asked)

    def _clear_faults(self, _: ControlRequest) -> Response:
        self._faults.clear()
        return Response(204)


def answered(router: Router[Action], request: Request, mistakes: Mapping[type[Exception], int]) -> Response:
    """Answer as the route says. `mistakes`: the status for each exception of the service, the first that fits."""
    found = router.find(request.method, request.path)
    if not isinstance(found, Match):
        return refused(405 if found else 404, f"no {request.method} {request.path} in this control plane")
    try:
        return found.route.endpoint(ControlRequest(found.values, request.parameters(), read_document(request)))
    except tuple(mistakes) as error:
        return refused(next(status for kind, status in mistakes.items() if isinstance(error, kind)), str(error))
    except (ValueError, TypeError, RecursionError) as error:
        return refused(400, str(error))


def read_document(request: Request) -> Mapping[str, Any]:
    """Read the JSON object of the body, an empty one for an empty body. ValueError or RecursionError otherwise."""
    document = whole_json(request.body) if request.body.strip() else {}
    if not isinstance(document, dict):
        raise ValueError("the body is a JSON object")
    return document


def refused(status: int, message: str) -> Response:
    return json_response({"error": message}, status)


def seconds_of(document: Mapping[str, Any], name: str) -> float:
    value = document.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is a number of seconds")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} is too large") from None


def number_of(query: Mapping[str, str], name: str) -> int:
    """Read a whole number in the query, 0 where it is not; raises ValueError."""
    value = query.get(name, "0")
    if not value.isdecimal() or len(value) > 18:
        raise ValueError(f"{name} is a whole number, got {value[:40]!r}")
    return int(value)


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
