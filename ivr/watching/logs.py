"""How `ivr serve` writes its log: JSON, a line a record, or text on a terminal; masking was done before."""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import asdict
from typing import Any, TextIO

import structlog

from ivr.webhooks.seen import CALL, Seen

_ABOUT_A_CALL = re.compile(r"call=(\S+) ")


def write_logs(form: str = "auto") -> None:
    """Send all records of this process to stderr; where somebody else has arranged for the log, it stays theirs."""
    logging.basicConfig(handlers=[log_handler(form, sys.stderr)], level=logging.INFO)


def log_handler(form: str, stream: TextIO) -> logging.Handler:
    """Writes records to the stream. `form`: json, text, or auto: text on a terminal, JSON elsewhere."""
    as_text = form == "text" or (form == "auto" and stream.isatty())
    writer: list[Any] = [structlog.dev.ConsoleRenderer(colors=stream.isatty())]
    if not as_text:
        writer = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    before: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _about_a_call,
    ]
    handler = logging.StreamHandler(stream)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=[remove, *writer]))
    return handler


def _about_a_call(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The CallSid and the worker as fields; a webhook as fields alone."""
    record = event.get("_record")
    event["pid"] = getattr(record, "process", None)
    seen = getattr(record, "seen", None)
    if isinstance(seen, Seen):
        fields = {name: value for name, value in asdict(seen).items() if value not in (None, "")}
        fields["ms"] = round(fields.pop("seconds") * 1000, 1)
        return {**event, "event": "webhook", **fields}
    found = _ABOUT_A_CALL.match(str(event.get("event")))
    if found is not None:
        return {**event, "event": event["event"][found.end() :], "call": found[1]}
    return {**event, "call": CALL.get()} if CALL.get() else event
