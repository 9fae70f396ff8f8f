"""Attack: choose what stands in the operator's logs, spans and numbers by what is sent, to forge records, to fill the
collector, or to have a terminal obey."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry, generate_latest

from ivr.app import create_app
from ivr.identity.directory import Directory
from ivr.identity.okta_wire import OktaWire
from ivr.observability.logs import log_handler
from ivr.observability.meters import Meters, metered
from ivr.observability.traces import TracingObserver, provider, traced
from ivr.webhooks.pages import PAGES, name_of
from tests.ivr.conftest import ORG, build_world
from tests.ivr.handset import parameters, sid
from tests.ivr.stand_ins import Canned, CannedSession

MARK = "INJECTED"
PATHS = ["/%0aINJECTED", "/INJECTED" + "a" * 20_000, "/ivr/welcome/INJECTED", "/ivr/menu%1b]52;INJECTED", "/ivr/menu"]
METHODS: list[Any] = ["FOOBAR", "INJECTED" * 500, "POST", "GET", "PUT"]
HOSTILE = f"{MARK}\n::error::{MARK}\x1b]52;c;\x9b31m\u2028\ud800"
FORMS: list[dict[str, str]] = [
    {},
    {"DialCallStatus": HOSTILE, "CallStatus": HOSTILE},
    {"From": HOSTILE, "StirVerstat": HOSTILE, "FromCity": HOSTILE, "CallerName": HOSTILE},
    {"Digits": HOSTILE},
    {"CallSid": HOSTILE},
    {"AccountSid": HOSTILE, "To": HOSTILE},
]


async def attacked(form: str) -> tuple[str, list[str], str]:
    """The log, the names of spans and the numbers after all of this was sent to a line."""
    kept, registry, stream = InMemorySpanExporter(), CollectorRegistry(), io.StringIO()
    tracing = provider(SimpleSpanProcessor(kept))
    tracer, counted = tracing.get_tracer("ivr"), Meters(registry)
    world = build_world()
    app = create_app(metered(world.line, counted, TracingObserver(counted, tracer)))
    app.asgi_app = traced(app.asgi_app, tracer)  # type: ignore[assignment, arg-type]  # as servers see it
    client: Any = app.test_client()
    root, handler = logging.getLogger(), log_handler(form, stream)
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    try:
        for path in [*PATHS, *(page.path for page in PAGES), "/ivr/call_status", "/", "/readyz"]:
            for method in METHODS if path in PATHS else ["POST"]:
                await client.open(path, method=method, headers={"Host": f"{MARK}.example"})
        for page in ("/ivr/welcome", "/ivr/menu", "/ivr/call_back_over", "/ivr/call_status"):
            for number, more in enumerate(FORMS, start=1):
                form_sent = {**parameters(sid(number), "+16175550199"), **more}
                clean = {name: value.encode("utf-8", "replace").decode() for name, value in form_sent.items()}
                headers = {"I-Twilio-Idempotency-Token": MARK * 30}
                await app.test_client().post(page, form=clean, headers=headers)
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
    tracing.shutdown()
    names = [span.name for span in kept.get_finished_spans()]
    return stream.getvalue(), names, generate_latest(registry).decode()


@pytest.mark.parametrize("form", ["json", "text"])
async def test_nothing_that_is_sent_becomes_a_name_in_logs_spans_or_numbers(form: str) -> None:
    log, spans, numbers = await attacked(form)

    assert MARK not in log + "".join(spans) + numbers
    assert {"other other", "POST other", "GET other", "other /ivr/menu", "POST /ivr/menu"} <= set(spans)
    assert max(map(len, spans)) < 40
    assert all(line.isprintable() for line in log.splitlines())


def test_only_our_own_methods_and_paths_have_names() -> None:
    assert name_of("POST", "/ivr/menu") == "POST /ivr/menu"
    assert name_of("FOOBAR", "/\nINJECT") == "other other"
    assert name_of("post", "/ivr/menu/") == "other other"


@pytest.mark.parametrize("form", ["json", "text"])
async def test_an_answer_of_a_service_cannot_begin_a_record_of_its_own(form: str) -> None:
    """Whoever sits between the line and Okta could forge records, and a lone surrogate would stop the log."""
    stream = io.StringIO()
    answer = Canned(400, json.dumps({"errorCode": HOSTILE}))
    directory: Any = Directory(OktaWire(ORG, "token", session=CannedSession(answer)))
    handler = log_handler(form, stream)
    ours = logging.getLogger("ivr")
    ours.addHandler(handler)
    ours.propagate = False  # xdist cannot carry a surrogate that pytest has caught
    try:
        found = await directory.find_caller("+16175550199")
        ours.warning("call=%s look-up: %s (%s)", sid(1), found.trouble, found.detail)
    finally:
        ours.propagate = True
        ours.removeHandler(handler)

    (record,) = stream.getvalue().splitlines()
    assert MARK in record
    assert record.isprintable()
