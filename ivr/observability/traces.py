"""Traces for OpenTelemetry (extra `otel`): a span a webhook, and one for each question to a service, sent by OTLP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.observability.meters import Observer
from ivr.webhooks.pages import name_of

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.trace import Tracer

Scope = MutableMapping[str, Any]
Asgi = Callable[[Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]


def exported_to(url: str) -> SpanProcessor:
    """Send spans in batches to this OTLP address, such as http://127.0.0.1:4318/v1/traces."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    return BatchSpanProcessor(OTLPSpanExporter(endpoint=url))


def provider(processor: SpanProcessor) -> TracerProvider:
    """Make the source of spans; `shutdown` sends the last ones. Nothing of the process is told but a name."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    made = TracerProvider(resource=Resource({"service.name": "okta-twilio-ivr"}), shutdown_on_exit=False)
    made.add_span_processor(processor)
    return made


def traced(app: Asgi, tracer: Tracer) -> Asgi:
    """Put a span around each request; its name is the page, and nothing that a sender chose is in it."""

    async def around(
        scope: Scope, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        with tracer.start_as_current_span(name_of(scope["method"], scope["path"])) as span:

            async def noted(message: Any) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", int(message["status"]))
                await send(message)

            await app(scope, receive, noted)

    return around


@dataclass(frozen=True, slots=True)
class TracingObserver:
    """Another watcher, with a span around each question; the CallSid is on it, so that a call can be found."""

    inner: Observer
    tracer: Tracer

    def asking(self, service: str, what: str) -> AbstractContextManager[None]:
        """See `Observer`."""
        return self._span(service, what)

    def came(self, factor: str, outcome: str) -> None:
        """See `Observer`."""
        self.inner.came(factor, outcome)

    def hit(self, limit: str) -> None:
        """See `Observer`."""
        self.inner.hit(limit)

    @contextmanager
    def _span(self, service: str, what: str) -> Iterator[None]:
        from ivr.webhooks.record import CALL

        attributes = {"ivr.call": CALL.get()}
        span = self.tracer.start_as_current_span(f"{service} {what}", attributes=attributes)
        with span, self.inner.asking(service, what):
            yield
