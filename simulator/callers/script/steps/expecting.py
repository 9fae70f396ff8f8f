"""Steps that look at the traffic: requests to the application, its pages, and what the debugger would say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from simulator.callers.handset import composed, folded
from simulator.callers.script.caller import Caller
from simulator.callers.script.fields import fields_of, near, parameters_of, shown, text_of, texts_of, whole_number_of
from simulator.callers.script.misses import (
    MissedError,
    near_request,
    near_warning,
    quoted,
    standing,
)
from simulator.callers.script.source import Scalar, UnreadableError, Value
from simulator.foreign import decoded
from simulator.timeline.record import Request
from simulator.twiml.parse import in_utf8

_METHODS = ("GET", "POST")
_FIELDS = ("method", "path", "params", "absent")
_LARGEST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request must be like; what is None or empty does not matter."""

    method: str | None
    path: str | None
    params: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectRequest:
    """Such a request is made, after the one found last."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class ExpectNoRequest:
    """No such request has been made so far."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class ExpectWarning:
    """Twilio's debugger would show this code."""

    code: int


@dataclass(frozen=True, slots=True)
class HttpGet:
    """A plain GET, outside the call, whose page contains all these words."""

    path: str
    contains: tuple[str, ...]


def read_expect_request(value: Value, _: Mapping[str, Value]) -> ExpectRequest:
    return ExpectRequest(_wanted(value, "expect_request"))


def read_expect_no_request(value: Value, _: Mapping[str, Value]) -> ExpectNoRequest:
    return ExpectNoRequest(_wanted(value, "expect_no_request"))


def read_expect_warning(value: Value, _: Mapping[str, Value]) -> ExpectWarning:
    return ExpectWarning(whole_number_of(value, "expect_warning"))


def read_http_get(value: Value, _: Mapping[str, Value]) -> HttpGet:
    fields = fields_of(value, "http_get", ("path", "contains"))
    if "path" not in fields:
        raise UnreadableError(value.line, "http_get needs a path")
    contains = texts_of(fields["contains"], "contains") if "contains" in fields else ()
    return HttpGet(text_of(fields["path"], "path"), contains)


async def expect_request(step: ExpectRequest, caller: Caller) -> None:
    wanted = await _filled(step.wanted, caller)
    if await caller.handset.until(caller.later_requests(lambda request: _is(request, wanted))):
        return
    record = caller.record
    passed = next((each for each in record.requests[: caller.requests_seen] if _is(each, wanted)), None)
    nearest = near_request(_pairs(wanted), wanted.absent, record, passed=passed)
    raise MissedError(f"no such request was made: {standing(record)}", nearest)


async def expect_no_request(step: ExpectNoRequest, caller: Caller) -> None:
    wanted = await _filled(step.wanted, caller)
    requests, position = caller.record.requests, 0

    def has_come() -> bool:
        nonlocal position
        while position < len(requests):
            position += 1
            if _is(requests[position - 1], wanted):
                return True
        return False

    if await caller.handset.until(has_come):
        request = requests[position - 1]
        at = request.at - caller.record.began
        raise MissedError("such a request was made", f"at {at:.1f} s {request.trip.method} {request.path}")


async def expect_warning(step: ExpectWarning, caller: Caller) -> None:
    caller.expected_warnings.add(step.code)
    record = caller.record
    if not await caller.handset.until(lambda: any(warned.code == step.code for warned in record.warnings)):
        raise MissedError(f"there was no warning {step.code}: {standing(record)}", near_warning(record))


async def http_get(step: HttpGet, caller: Caller) -> None:
    await caller.handset.settle()
    path = await caller.fill(step.path)
    reply = await caller.get_page(path)
    kind = next((value for name, value in reply.headers if name.lower() == "content-type"), None)
    text = decoded(in_utf8(reply.body, kind))
    if not 200 <= reply.status < 300:
        raise MissedError(f"GET {path} answered {reply.status}", quoted(" ".join(text.split())))
    for words in step.contains:
        words = await caller.fill(words)
        if folded(words) not in folded(text):
            raise MissedError(f"GET {path} does not contain {quoted(words)}", _likest_line(words, text))


def _wanted(value: Value, what: str) -> Wanted:
    fields = fields_of(value, what, _FIELDS)
    if not fields:
        raise UnreadableError(value.line, f"{what} needs at least one of {', '.join(_FIELDS)}")
    method = fields.get("method")
    params = fields.get("params")
    return Wanted(
        method=None if method is None else _method(method),
        path=text_of(fields["path"], "path") if "path" in fields else None,
        params={} if params is None else parameters_of(params, "params"),
        absent=texts_of(fields["absent"], "absent") if "absent" in fields else (),
    )


def _method(value: Value) -> str:
    text = value.text.upper() if isinstance(value, Scalar) else ""
    if text not in _METHODS:
        raise UnreadableError(value.line, f"method is GET or POST, got {shown(value)}{near(text, _METHODS)}")
    return text


async def _filled(wanted: Wanted, caller: Caller) -> Wanted:
    path = None if wanted.path is None else await caller.fill(wanted.path)
    params = {name: await caller.fill(value) for name, value in wanted.params.items()}
    return Wanted(wanted.method, path, params, wanted.absent)


def _is(request: Request, wanted: Wanted) -> bool:
    if wanted.method not in (None, request.trip.method):
        return False
    if wanted.path not in (None, request.path, request.url):
        return False
    params = request.trip.params
    return all(composed(params.get(name, "")) == composed(value) for name, value in wanted.params.items()) and not any(
        name in params for name in wanted.absent
    )


def _pairs(wanted: Wanted) -> list[tuple[str, str]]:
    own = (("method", wanted.method), ("path", wanted.path))
    return [(name, value) for name, value in (*own, *wanted.params.items()) if value]


def _likest_line(words: str, text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not lines:
        return "the page is empty"
    best = max(lines, key=lambda line: SequenceMatcher(None, folded(words), folded(line)[:_LARGEST_SHOWN]).ratio())
    return f"nearest line: {quoted(best)}"
