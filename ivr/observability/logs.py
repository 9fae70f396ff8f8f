"""How `ivr serve` writes its log: a line a record, JSON, or text on a terminal; masking was done before."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TextIO

import structlog

from ivr.printable import json_text, one_line
from ivr.webhooks.record import CALL, WebhookRecord

_ABOUT_A_CALL = re.compile(r"call=(\S+) ")


def write_logs(form: str = "auto") -> None:
    """Send all records of this process to stderr; where somebody else has arranged for the log, it stays theirs."""
    logging.basicConfig(handlers=[log_handler(form, sys.stderr)], level=logging.INFO)


def log_handler(form: str, stream: TextIO) -> logging.Handler:
    """Make a handler that writes to the stream. `form`: json, text, or auto: text on a terminal, JSON elsewhere."""
    as_text = form == "text" or (form == "auto" and stream.isatty())
    renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
    writer: list[Any] = [_on_lines, renderer] if as_text else [structlog.processors.JSONRenderer(serializer=_json)]
    before: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _about_a_call,
        _on_one_line,
    ]
    handler = logging.StreamHandler(stream)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    exceptions = structlog.processors.format_exc_info
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=[remove, exceptions, *writer])
    )
    return handler


def _on_one_line(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """What a service or a sender says cannot begin a record of its own, nor give orders to a terminal or to CI."""
    return {name: one_line(value) if isinstance(value, str) else value for name, value in event.items()}


def _on_lines(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """An exception has several lines, none of which gives orders either."""
    trace = event.get("exception")
    return {**event, "exception": "\n".join(map(one_line, trace.splitlines()))} if isinstance(trace, str) else event


def _json(event: dict[str, Any], *, default: Callable[[Any], Any], **_: object) -> str:
    return json_text(event, default=default)


def _about_a_call(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The CallSid and the worker as fields; a webhook as fields alone."""
    record = event.get("_record")
    event["pid"] = getattr(record, "process", None)
    seen = getattr(record, "seen", None)
    if isinstance(seen, WebhookRecord):
        fields = {name: value for name, value in asdict(seen).items() if value not in (None, "")}
        fields["ms"] = round(fields.pop("seconds") * 1000, 1)
        return {**event, "event": "webhook", **fields}
    found = _ABOUT_A_CALL.match(str(event.get("event")))
    if found is not None:
        return {**event, "event": event["event"][found.end() :], "call": found[1]}
    return {**event, "call": CALL.get()} if CALL.get() else event
