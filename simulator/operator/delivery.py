"""One logical request to the application: carried, repeated with credentials when challenged, retried as it may be.

Every try is a trip of its own; all of them bear the same idempotency token. Knows nothing of documents or redirects.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from simulator.operator.authorization import Keyring
from simulator.overrides import STANDARD, Overrides
from simulator.vocabulary import Method, Trip
from simulator.wires.wire import STANDARD_LIMITS, Limits, Stage, Wire, WireError, WireReply, WireRequest


@dataclass(slots=True)
class Attempts:
    """The trips made so far for one Ask or Tell, and the seconds of them that nobody has waited for yet.

    `remarks`: where this simulator and Twilio may differ, a sentence each.
    """

    trips: list[Trip] = field(default_factory=list)
    ahead: float = 0.0
    remarks: list[str] = field(default_factory=list)

    @property
    def latency(self) -> float:
        """Seconds of all trips together."""
        trips = self.trips
        return trips[0].latency if len(trips) == 1 else sum(trip.latency for trip in trips)


async def deliver(
    wire: Wire,
    request: WireRequest,
    params: Mapping[str, str],
    rules: Overrides,
    keys: Keyring | None,
    draw: Callable[[], str],
    attempts: Attempts,
) -> WireReply:
    """The application's reply, whatever its status; raises WireError when none came. Adds to `attempts`."""
    tries = 0
    while True:
        try:
            reply = await _carry(
                wire, request if keys is None else _authorized(request, keys, draw), params, rules, attempts
            )
            if reply.status == 401 and keys is not None and keys.answer(request.url, _challenges(reply)):
                reply = await _carry(wire, _authorized(request, keys, draw), params, rules, attempts)
        except WireError as error:
            if not (tries < rules.retries and error.stage in rules.policies and _left(rules, attempts) > 0):
                raise
        else:
            is_wanted = reply.status < 400 or f"{reply.status // 100}xx" not in rules.policies
            if is_wanted or tries >= rules.retries or _left(rules, attempts) <= 0:
                return reply
        tries += 1


def _challenges(reply: WireReply) -> list[str]:
    return [value for name, value in reply.headers if name.lower() == "www-authenticate"]


def _authorized(request: WireRequest, keys: Keyring, draw: Callable[[], str]) -> WireRequest:
    header = keys.header(request.method, request.url, draw)
    return request if header is None else replace(request, headers=[*request.headers, ("Authorization", header)])


async def _carry(
    wire: Wire, request: WireRequest, params: Mapping[str, str], rules: Overrides, attempts: Attempts
) -> WireReply:
    method: Method = "POST" if request.method == "POST" else "GET"
    limits = _limits(rules, attempts)
    if limits is not request.limits:
        request = replace(request, limits=limits)
    try:
        reply = await wire.send(request)
        if reply.ahead or rules is not STANDARD:
            _judge_latency(reply, limits, rules, request.url)
    except WireError as error:
        error.reason = error.reason.replace(request.url, request.name or request.url)  # whichever wire has named it
        error = _named(error, rules)
        attempts.ahead += error.ahead
        headers, why = tuple(request.headers), error.reason
        attempts.trips.append(Trip(method, request.url, params, headers, None, (), error.latency, why, error.raised))
        raise error from None
    attempts.ahead += reply.ahead
    headers, came = tuple(request.headers), tuple(reply.headers)
    attempts.trips.append(
        Trip(method, request.url, params, headers, reply.status, came, reply.latency, raised=reply.raised)
    )
    return reply


def _left(rules: Overrides, attempts: Attempts) -> float:
    return rules.total - sum(trip.latency for trip in attempts.trips)


def _limits(rules: Overrides, attempts: Attempts) -> Limits:
    """The total time is shared by all tries; whatever is left is all that the next one may take."""
    if rules is STANDARD and not attempts.trips:
        return STANDARD_LIMITS
    left = max(_left(rules, attempts), 0.001)
    return Limits(min(rules.connect, left), min(rules.read, left), left, rules.verifies)


def _judge_latency(reply: WireReply, limits: Limits, rules: Overrides, url: str) -> None:
    """A wire may report a latency that nobody waited for; the limits hold all the same, and end the wait."""
    if reply.latency > limits.total:
        raise _given_up(reply, limits.total, f"{url} did not answer within {rules.total:g} s")
    if reply.latency > limits.read:
        raise _given_up(reply, limits.read, f"{url} was silent for {rules.read:g} s", "rt")


def _given_up(reply: WireReply, limit: float, reason: str, stage: Stage | None = None) -> WireError:
    waited = reply.latency - reply.ahead
    return WireError(11205, reason, max(waited, limit), stage, ahead=max(0.0, limit - waited))


def _named(error: WireError, rules: Overrides) -> WireError:
    """A total time that the URL itself limits has a code of its own (Twilio docs: error 11203)."""
    if error.code == 11205 and error.stage is None and rules.limits_total and error.latency >= rules.total:
        return WireError(11203, error.reason, error.latency, ahead=error.ahead)
    return error
