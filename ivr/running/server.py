"""One process that answers webhooks: application, numbers, traces, and an orderly end; it makes no line."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from socket import socket
from typing import TYPE_CHECKING, Any

from ivr.line import Line
from ivr.running.closing import Closing

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

WEBHOOK_ENDS = 13.0  # seconds; a webhook is answered after 12 at the latest
KEEP_ALIVE = 75.0  # seconds; longer than load balancers (60 is usual), or a webhook meets a closed connection


async def answer_webhooks(
    line: Line,
    door: socket,
    *,
    registry: CollectorRegistry | None = None,
    until: Callable[[], Awaitable[None]] | None = None,
    beside: Callable[[Closing], None] = Closing.on_signals,
) -> None:
    """Serve at this socket until told to stop: by `until`, else by what `beside` arranges (a signal).

    `registry` is where numbers are counted, if anywhere.
    """
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    from ivr.app import create_app

    closing = Closing(line.calls.at_stake, line.settings.closing_patience)
    line, tracing = _watched(replace(line, closing=closing), registry)
    app: Any = create_app(line)  # hypercorn's own type for applications is wider than Quart's
    if tracing is not None:
        from ivr.watching.traces import traced

        app = traced(app, tracing.get_tracer("ivr"))
    is_all_ours = until is None  # the process, which lives for nothing else
    threading.Thread(target=_warm, args=(line, is_all_ours), daemon=True, name="warm").start()
    config = Config()
    config.graceful_timeout = WEBHOOK_ENDS
    config.keep_alive_timeout = KEEP_ALIVE
    config.loglevel = "WARNING"  # every webhook is logged by the line itself
    config.bind = [f"fd://{door.detach()}"]
    if until is None:
        beside(closing)
    try:
        await serve(app, config, shutdown_trigger=until or closing.over)
    finally:
        if tracing is not None:
            await asyncio.to_thread(tracing.shutdown)


def _watched(line: Line, registry: CollectorRegistry | None) -> tuple[Line, Any]:
    """The line as the settings want it watched, and what makes its traces."""
    url = line.settings.traces_url
    if registry is None and url is None:
        return line, None
    from prometheus_client import CollectorRegistry

    from ivr.watching.meters import Meters, metered

    meters = Meters(registry or CollectorRegistry())
    if url is None:
        return metered(line, meters, meters), None
    from ivr.watching.traces import TracingWatcher, exported_to, provider

    tracing = provider(exported_to(url))
    return metered(line, meters, TracingWatcher(meters, tracing.get_tracer("ivr"))), tracing


def _warm(line: Line, is_all_ours: bool) -> None:
    """Load the SDKs. What is loaded by then stays: no collection of garbage looks through it, for 0.2 s, ever again."""
    line.identity.warm()
    if line.dialler is not None:
        line.dialler.warm()
    if is_all_ours:
        gc.collect()
        gc.freeze()
