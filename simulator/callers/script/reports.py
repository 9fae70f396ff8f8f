"""What a call was, as data for a report and as a case for JUnit. Masked unless the run was not; writes no file."""

from typing import Any

from simulator.callers.script.result import CallResult, Other
from simulator.foreign import decoded
from simulator.operator.journal import Entry
from simulator.operator.masking import Mask
from simulator.timeline.record import CallRecord, Request
from simulator.vocabulary import Heard, Trip


def report(result: CallResult) -> dict[str, Any]:  # JSON's own types
    """One call as JSON values; times in seconds from the moment the call reached the number."""
    record, failure, mask = result.record, result.failure, result.mask()
    if mask is not None:
        for _ in result.journal.lines(mask):  # a code spoken before it is typed is a secret, too
            continue
    data: dict[str, Any] = {
        "name": result.script.name,
        "ok": result.ok,
        "failed_step": failure.step.number if failure is not None and failure.step is not None else None,
        "message": result.message(),
        "ended": None if record is None or record.ended is None else record.ended.ending,
        "call_sid": None if record is None else record.sid,
        "virtual_seconds": result.virtual_seconds,
        "wall_seconds": result.wall_seconds,
        "heard": [],
        "requests": [],
        "warnings": [],
    }
    if record is None:
        return data
    began = record.began
    data["heard"] = _all_heard(record, began, mask)
    data["requests"] = [_request(each, began, mask, record.sid) for each in record.requests]
    warnings = [
        {"code": each.code, "level": each.level, "message": each.message, "line": each.line} for each in record.warnings
    ]
    data["warnings"] = [each if mask is None else mask.item(record.sid, "warning", each) for each in warnings]
    if result.others:
        data["others"] = [_other(each, began, mask) for each in result.others]
    return data


def _other(other: Other, began: float, mask: Mask | None) -> dict[str, Any]:
    """Somebody else who was on the phone; times count from the start of the script's own call."""
    record = other.record
    return {
        "number": other.number,
        "call_sid": record.sid,
        "ended": None if record.ended is None else record.ended.ending,
        "heard": _all_heard(record, began, mask),
    }


def _all_heard(record: CallRecord, began: float, mask: Mask | None) -> list[dict[str, Any]]:
    heard = [_heard(entry, began) for entry in record.heard]
    return [each if mask is None else mask.item(record.sid, "heard", each) for each in heard]


def _heard(entry: Entry, began: float) -> dict[str, Any]:
    heard = entry.item
    assert isinstance(heard, Heard)
    prompt = heard.prompt
    data: dict[str, Any] = {"at": round(heard.began - began, 3), "verb": prompt.verb}
    if prompt.text is not None:
        data["text"] = heard.text
    elif prompt.digits is not None:
        data["digits"] = prompt.digits
    else:
        data["url"] = prompt.url
    return data | {"voice": prompt.voice, "language": prompt.language}


def _request(request: Request, began: float, mask: Mask | None, sid: str) -> dict[str, Any]:
    trip = request.trip
    headers = [list(pair) for pair in trip.headers]
    data: dict[str, Any] = {
        "at": round(request.at - began, 3),
        "method": trip.method,
        "url": trip.url,
        "path": request.path,
        "params": dict(trip.params),
        "headers": headers,
        "status": trip.status,
        "content_type": _content_type(trip),
        "twiml": None if request.body is None else decoded(request.body),
        "latency": round(trip.latency, 6),
        "error": trip.error or trip.raised or None,
    }
    if mask is not None:
        data = mask.item(sid, "request", data)
    return data | {"headers": dict(data["headers"])}


def _content_type(trip: Trip) -> str | None:
    return next((value for name, value in trip.reply_headers if name.lower() == "content-type"), None)


def junit_case(result: CallResult) -> str:
    """The call as one test: an interrupted or broken one is an error, one that missed a step a failure."""
    from simulator import junit  # brings an XML parser along

    facts = {"classname": result.script.file, "name": result.script.name, "time": f"{result.wall_seconds:.3f}"}
    message = result.message()
    if message is None or result.failure is None:
        return junit.case(facts)
    text = "\n".join((message, *result.failure.transcript))
    return junit.failed_case(facts, message, text, of="call", kind="error" if result.is_interrupted else "failure")
