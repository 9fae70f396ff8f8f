"""The line's numbers for Prometheus, of all workers together; no number or CallSid of anybody is ever a label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Protocol, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from ivr.accounts import Accounts
from ivr.callback import Dialler
from ivr.calls.stages import Stage
from ivr.identity.directory import Directory
from ivr.identity.protocol import Identity, Unavailable, Waiting
from ivr.limits import Count, Limit, Limits
from ivr.line import Line
from ivr.printing import Refusal
from ivr.webhooks.record import Watch, WebhookRecord

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0)
DECOY = "Decoy"
PROOFS = ("begin", "challenge", "verify", "start_push", "poll_push", "step_back")
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
            "Time that Okta, Twilio and the accounts API take",
            ["service", "what"],
            buckets=SECONDS,
            registry=registry,
        )

    def seen(self, seen: WebhookRecord) -> None:
        """One webhook; a call counts once at each stage it comes to."""
        self.webhooks.labels(seen.page, seen.how).observe(seen.seconds)
        if seen.after is not None and seen.after is not seen.before:
            if seen.before is None and seen.after is not Stage.GREETED:
                self.calls.labels(Stage.GREETED).inc()
            self.calls.labels(seen.after).inc()

    @contextmanager
    def asking(self, service: str, what: str) -> Iterator[None]:
        """See `Observer`."""
        began = self._now()
        try:
            yield
        finally:
            self.services.labels(service, what).observe(self._now() - began)

    def came(self, factor: str, outcome: str) -> None:
        """See `Observer`."""
        self.factors.labels(factor, outcome).inc()

    def hit(self, limit: str) -> None:
        """See `Observer`."""
        self.limits.labels(limit).inc()


class Observer(Protocol):
    """Counts and times: `asking` wraps one question to a service, `came` gets the outcome of a verification."""

    def asking(self, service: str, what: str) -> AbstractContextManager[None]: ...

    def came(self, factor: str, outcome: str) -> None: ...

    def hit(self, limit: str) -> None: ...


def metered(line: Line, meters: Meters, observer: Observer) -> Line:
    """Make the same line with its webhooks counted and its services and limits watched."""
    dialler = None if line.dialler is None else _Observed(line.dialler, observer, "twilio", ("ring",))
    identity = _Observed(line.identity, observer, "okta", PROOFS, _note_outcome)
    accounts = _Observed(line.accounts, observer, "accounts", ("standing", "request_callback"))
    return replace(
        line,
        directory=cast(Directory, _Observed(line.directory, observer, "okta", ("find_caller",))),
        identity=cast(Identity, identity),
        accounts=cast(Accounts, accounts),
        dialler=cast("Dialler | None", dialler),
        limits=ObservedLimits(line.limits, observer),
        watch=both(line.watch, meters.seen),
    )


@dataclass(frozen=True, slots=True)
class _Observed:
    """A service of the line whose `questions` are timed; the answers pass unchanged, and so does everything else."""

    inner: object
    observer: Observer
    service: str
    questions: Sequence[str]
    note: Callable[[Observer, str, Sequence[Any], object], None] | None = None

    def __getattr__(self, name: str) -> Any:  # of whatever the service has
        method = getattr(self.inner, name)
        if name not in self.questions:
            return method

        async def asked(*given: Any, **named: Any) -> object:
            with self.observer.asking(self.service, name):
                answer: object = await method(*given, **named)
            if self.note is not None:
                self.note(self.observer, name, given, answer)
            return answer

        return asked


def _note_outcome(observer: Observer, question: str, given: Sequence[Any], answer: object) -> None:
    """Outcomes are named by the answers: Verified, WrongCode, Rejected and so on; what a decoy gets means nothing.

    Unless it is that the provider cannot be asked. Waiting is not an outcome, nor is what a decoy's push finds.
    """
    if question not in ("challenge", "verify", "start_push", "poll_push") or isinstance(answer, Waiting):
        return
    attempt, about = given[:2]
    is_decoy = attempt.decoy and not isinstance(answer, Unavailable)
    if question != "poll_push":
        observer.came(about.kind, DECOY if is_decoy else type(answer).__name__)
    elif not is_decoy:
        observer.came("push", type(answer).__name__)


@dataclass(frozen=True, slots=True)
class ObservedLimits:
    """The limits. Nothing left is a limit hit, too: nobody asks in vain."""

    inner: Limits
    observer: Observer

    async def take(self, *counts: Count) -> Limit | None:
        """See `Limits`."""
        hit = await self.inner.take(*counts)
        if hit is not None:
            self.observer.hit(hit.name)
        return hit

    async def left(self, limit: Limit, whose: str) -> int:
        """See `Limits`."""
        left = await self.inner.left(limit, whose)
        if left <= 0:
            self.observer.hit(limit.name)
        return left

    async def give_back(self, *counts: Count) -> None:
        """See `Limits`."""
        await self.inner.give_back(*counts)

    async def clear(self, *counts: Count) -> None:
        """See `Limits`."""
        await self.inner.clear(*counts)


def both(first: Watch, second: Watch) -> Watch:
    """Call one watch after the other."""

    def watch(seen: WebhookRecord) -> None:
        first(seen)
        second(seen)

    return watch


def served_metrics(registry: CollectorRegistry, port: int) -> Callable[[], None]:
    """Serve `/metrics` on loopback, in a thread of its own, until what is returned is called. Raises Refusal."""
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
    """Read what the workers have written there; they were told the folder by TOLD_TO_PROMETHEUS."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]  # theirs
    return registry


def restarts(registry: CollectorRegistry) -> Counter:
    """The supervisor's own number."""
    return Counter("ivr_workers_restarted", "Workers that died and were started again", registry=registry)


def workers_up(registry: CollectorRegistry) -> Gauge:
    """The supervisor's own number."""
    return Gauge("ivr_workers", "Workers that are running", registry=registry)
