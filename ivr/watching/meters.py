"""The line's numbers for Prometheus, of all workers together; no number or CallSid of anybody is ever a label."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from ivr.calls.stages import Stage
from ivr.line import Line
from ivr.refusals import Refusal
from ivr.watching.asking import WatchedAccounts, WatchedIdentity, WatchedLimits, Watcher
from ivr.webhooks.seen import Seen, Watch

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0)
TOLD_TO_PROMETHEUS = "PROMETHEUS_MULTIPROC_DIR"  # its client reads it when it is imported, so set it before


class Meters:
    """Counters and histograms in one registry. See docs/operating.md for what each is good for."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._now = perf_counter
        self.webhooks = Histogram(
            "ivr_webhook_seconds",
            "Time to answer a webhook, by page and how it was answered",
            ["page", "how"],
            buckets=SECONDS,
            registry=registry,
        )
        self.calls = Counter("ivr_calls", "Calls, by the stage they have come to", ["stage"], registry=registry)
        self.factors = Counter(
            "ivr_factor_outcomes", "Answers to challenges and proofs", ["factor", "outcome"], registry=registry
        )
        self.limits = Counter("ivr_limits_hit", "How often a limit held somebody back", ["limit"], registry=registry)
        self.services = Histogram(
            "ivr_service_seconds",
            "Time that Okta and the accounts API take",
            ["service", "what"],
            buckets=SECONDS,
            registry=registry,
        )

    def seen(self, seen: Seen) -> None:
        """One webhook; a call counts once at each stage it comes to."""
        self.webhooks.labels(seen.page, seen.how).observe(seen.seconds)
        if seen.after is not None and seen.after is not seen.before:
            if seen.before is None and seen.after is not Stage.GREETED:
                self.calls.labels(Stage.GREETED).inc()
            self.calls.labels(seen.after).inc()

    @contextmanager
    def asking(self, service: str, what: str) -> Iterator[None]:
        """See `Watcher`."""
        began = self._now()
        try:
            yield
        finally:
            self.services.labels(service, what).observe(self._now() - began)

    def came(self, factor: str, outcome: str) -> None:
        """See `Watcher`."""
        self.factors.labels(factor, outcome).inc()

    def hit(self, limit: str) -> None:
        """See `Watcher`."""
        self.limits.labels(limit).inc()


def metered(line: Line, meters: Meters, watcher: Watcher) -> Line:
    """The same line, with its webhooks counted and its services and limits watched."""
    return replace(
        line,
        identity=WatchedIdentity(line.identity, watcher),
        accounts=WatchedAccounts(line.accounts, watcher),
        limits=WatchedLimits(line.limits, watcher),
        watch=both(line.watch, meters.seen),
    )


def both(first: Watch, second: Watch) -> Watch:
    """One watch after the other."""

    def watch(seen: Seen) -> None:
        first(seen)
        second(seen)

    return watch


def served_metrics(registry: CollectorRegistry, port: int) -> Callable[[], None]:
    """`/metrics` on loopback, in a thread of its own, until what is returned is called. Raises Refusal."""
    try:
        server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)
    except OSError as error:
        raise Refusal(f"Cannot listen on 127.0.0.1:{port}: {error.strerror}; choose another --operator-port.") from None

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop


def registry_of_all_workers(folder: str) -> CollectorRegistry:
    """Reads what the workers have written there; they were told the folder by TOLD_TO_PROMETHEUS."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]  # theirs
    return registry


def restarts(registry: CollectorRegistry) -> Counter:
    """The supervisor's own number."""
    return Counter("ivr_workers_restarted", "Workers that died and were started again", registry=registry)


def workers_up(registry: CollectorRegistry) -> Gauge:
    """The supervisor's own number."""
    return Gauge("ivr_workers", "Workers that are running", registry=registry)
