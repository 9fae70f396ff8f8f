"""What control planes under `/_fake/` have in common: reading a document, clock and faults; they route nothing."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from fakes.clock import AdjustableClock
from fakes.faults import Faults
from fakes.web import Request, Response, json_response


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
