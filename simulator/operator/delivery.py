"""One logical request to the application: carried, repeated with credentials when challenged, retried as it may be.

Every try is a trip of its own; all of them bear the same idempotency token. Knows nothing of documents or redirects.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from simulator.operator.authorization import Keyring
from simulator.overrides import STANDARD, Overrides
from simulator.vocabulary import Method, Trip
from simulator.wires.wire import STANDARD_LIMITS, Limits, Wire, WireError, WireReply, WireRequest


async def deliver(
    wire: Wire,
    request: WireRequest,
    params: Mapping[str, str],
    rules: Overrides,
    keys: Keyring | None,
    draw: Callable[[], str],
    trips: list[Trip],
) -> WireReply:
    """The application's reply, whatever its status; raises WireError when none came. Adds to `trips`."""
    tries = 0
    while True:
        try:
            reply = await _carry(
                wire, request if keys is None else _authorized(request, keys, draw), params, rules, trips
            )
            if reply.status == 401 and keys is not None and keys.answer(request.url, _challenges(reply)):
                reply = await _carry(wire, _authorized(request, keys, draw), params, rules, trips)
        except WireError as error:
            if not (tries < rules.retries and error.stage in rules.policies and _left(rules, trips) > 0):
                raise
        else:
            is_wanted = reply.status < 400 or f"{reply.status // 100}xx" not in rules.policies
            if is_wanted or tries >= rules.retries or _left(rules, trips) <= 0:
                return reply
        tries += 1


def _challenges(reply: WireReply) -> list[str]:
    return [value for name, value in reply.headers if name.lower() == "www-authenticate"]


def _authorized(request: WireRequest, keys: Keyring, draw: Callable[[], str]) -> WireRequest:
    header = keys.header(request.method, request.url, draw)
    return request if header is None else replace(request, headers=[*request.headers, ("Authorization", header)])


async def _carry(
    wire: Wire, request: WireRequest, params: Mapping[str, str], rules: Overrides, trips: list[Trip]
) -> WireReply:
    method: Method = "POST" if request.method == "POST" else "GET"
    limits = _limits(rules, trips)
    if limits is not request.limits:
        request = replace(request, limits=limits)
    try:
        reply = await wire.send(request)
        if rules is not STANDARD:
            _judge_latency(reply, limits, rules, request.url)
    except WireError as error:
        error = _named(error, rules)
        trips.append(Trip(method, request.url, params, tuple(request.headers), None, (), error.latency, error.reason))
        raise error from None
    trips.append(
        Trip(method, request.url, params, tuple(request.headers), reply.status, tuple(reply.headers), reply.latency)
    )
    return reply


def _left(rules: Overrides, trips: list[Trip]) -> float:
    return rules.total - sum(trip.latency for trip in trips)


def _limits(rules: Overrides, trips: list[Trip]) -> Limits:
    """The total time is shared by all tries; whatever is left is all that the next one may take."""
    if rules is STANDARD and not trips:
        return STANDARD_LIMITS
    left = max(_left(rules, trips), 0.001)
    return Limits(min(rules.connect, left), min(rules.read, left), left, rules.verifies)


def _judge_latency(reply: WireReply, limits: Limits, rules: Overrides, url: str) -> None:
    """A wire may report a latency that nobody waited for, as in virtual time; the limits hold all the same."""
    if reply.latency > limits.total:
        raise WireError(11205, f"{url} did not answer within {rules.total:g} s", reply.latency)
    if reply.latency > limits.read:
        raise WireError(11205, f"{url} was silent for {rules.read:g} s", reply.latency, stage="rt")


def _named(error: WireError, rules: Overrides) -> WireError:
    """A total time that the URL itself limits has a code of its own (Twilio docs: error 11203)."""
    if error.code == 11205 and error.stage is None and rules.limits_total and error.latency >= rules.total:
        return WireError(11203, error.reason, error.latency)
    return error
