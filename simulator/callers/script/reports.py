"""Results written down: the report (JSON), the journal (JSON lines), JUnit's XML. Masked unless the run was not.

Files appear whole or not at all.
"""

import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from simulator.callers.record import CallRecord, Request
from simulator.callers.script.result import CallResult, Other
from simulator.errors import WrongUseError
from simulator.operator.journal import Entry
from simulator.operator.masking import Mask
from simulator.vocabulary import Heard, Trip

_NO_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


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
        "twiml": None if request.body is None else request.body.decode("utf-8", "replace"),
        "latency": round(trip.latency, 6),
        "error": trip.error,
    }
    if mask is not None:
        data = mask.item(sid, "request", data)
    return data | {"headers": dict(data["headers"])}


def _content_type(trip: Trip) -> str | None:
    return next((value for name, value in trip.reply_headers if name.lower() == "content-type"), None)


# ---------------------------------------------------------------- files


def write_report(path: Path, results: Sequence[CallResult]) -> None:
    """A list with one object per call."""
    write_file(path, json.dumps([report(each) for each in results], ensure_ascii=False, indent=1) + "\n")


def write_journal(path: Path, results: Sequence[CallResult]) -> None:
    """Every call's journal, one entry a line."""
    write_file(path, "".join(f"{line}\n" for each in results for line in each.journal_lines()))


def write_junit(path: Path, results: Sequence[CallResult]) -> None:
    """One test case per call, for whatever CI reads."""
    write_file(path, junit(results))


def junit(results: Sequence[CallResult]) -> str:
    """JUnit's XML; a call that was interrupted or broke is an error, one that missed a step a failure."""
    failed = sum(not each.ok and not each.is_interrupted for each in results)
    seconds = f"{sum(each.wall_seconds for each in results):.3f}"
    counts = {"tests": str(len(results)), "failures": str(failed), "errors": str(_errors(results)), "time": seconds}
    suites = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": "phone call", "skipped": "0"} | counts)
    for result in results:
        suite.append(_case(result))
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _errors(results: Iterable[CallResult]) -> int:
    return sum(each.is_interrupted for each in results)


def _case(result: CallResult) -> ElementTree.Element:
    facts = {"classname": result.script.file, "name": result.script.name, "time": f"{result.wall_seconds:.3f}"}
    case = ElementTree.Element("testcase", {name: _NO_XML.sub("?", value) for name, value in facts.items()})
    message = result.message()
    if message is not None and result.failure is not None:
        kind = "error" if result.is_interrupted else "failure"
        first = message.splitlines()
        what = ElementTree.SubElement(case, kind, {"message": _NO_XML.sub("?", " ".join(first)), "type": "call"})
        what.text = _NO_XML.sub("?", "\n".join((message, *result.failure.transcript)))
    return case


def check_writable(path: Path) -> None:
    """Before any call is made: raises WrongUseError when the file could not be written in the end."""
    if path.is_dir():
        raise WrongUseError(f"{path} is a directory, not a file to write to")
    if not path.parent.is_dir():
        raise WrongUseError(f"{path} cannot be written: there is no directory {path.parent}")
    target = path if path.exists() else path.parent
    if not os.access(target, os.W_OK):
        raise WrongUseError(f"{path} cannot be written: no permission")


def write_file(path: Path, text: str) -> None:
    """Whole or not at all: beside the file first, then in its place. A pipe is written to as it is."""
    path = path.resolve()
    is_file = path.is_file() or not path.exists()
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp") if is_file else path
    try:
        draft.write_text(text, "utf-8")
        if is_file:
            draft.replace(path)
    except OSError as error:
        if is_file:
            draft.unlink(missing_ok=True)
        raise WrongUseError(f"{path} cannot be written: {error.strerror}") from None
