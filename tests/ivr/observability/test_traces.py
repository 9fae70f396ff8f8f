"""Traces: a span a webhook with the questions to Okta and the accounts API below it; nothing private in them."""

from __future__ import annotations

from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry

from ivr.app import create_app
from ivr.observability.meters import Meters, metered
from ivr.observability.traces import TracingObserver, provider, traced
from tests.ivr.handset import JANE, World, sid


async def test_questions_are_spans_below_their_webhook(world: World) -> None:
    kept = InMemorySpanExporter()
    tracing = provider(SimpleSpanProcessor(kept))
    tracer, counted = tracing.get_tracer("ivr"), Meters(CollectorRegistry())
    world.app = create_app(metered(world.line, counted, TracingObserver(counted, tracer)))
    world.app.asgi_app = traced(world.app.asgi_app, tracer)  # type: ignore[assignment, arg-type]  # as servers see it
    phone = world.handset()

    await phone.reach("1", "1")
    await phone.press(world.code())
    tracing.shutdown()

    spans = {span.name: span for span in kept.get_finished_spans()}
    webhook, question = spans["POST /ivr/verify_sms"], spans["okta verify"]
    assert question.parent is not None
    assert webhook.context is not None
    assert question.parent.span_id == webhook.context.span_id
    assert webhook.attributes == {"http.response.status_code": 200}
    assert question.attributes == {"ivr.call": sid(1)}
    everything = "".join(span.to_json() for span in spans.values())
    assert JANE not in everything
    assert world.code() not in everything
