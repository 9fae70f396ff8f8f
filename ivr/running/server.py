"""One process that answers webhooks: application, numbers, traces, connections and files, an orderly end; no line."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from socket import socket
from typing import TYPE_CHECKING, Any, ClassVar

from hypercorn.asyncio import run, serve
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.config import Config
from hypercorn.events import Event, Updated

from ivr.callers import fault
from ivr.line import Line

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


log = logging.getLogger("ivr.running")

WEBHOOK_ENDS = 13.0  # seconds; a webhook is answered after 12 at the latest
KEEP_ALIVE = 75.0  # seconds; longer than load balancers (60 is usual), or a webhook meets a closed connection
LOOK_AGAIN = 0.25  # seconds
MOST = 65_536  # where the system allows more, or any number
FEW = 1024  # a connection needs one, and so does each question it leads to
SAY_AGAIN = 60.0  # seconds
# asyncio's words, a hundred times a second; and when it tries again with a socket that is closed meanwhile.
_ACCEPTING = ("socket.accept() out of system resource", "Exception in callback BaseSelectorEventLoop._start_serving")


class Drain:
    """Begun by a signal; over when no call would be lost, when patience (seconds) ends, or at a second signal.

    What is at stake is counted by whoever serves. Calls in a Redis are not: any other process goes on with them.
    """

    def __init__(self, at_stake: Callable[[], Awaitable[int]], patience: float) -> None:
        self._at_stake = at_stake
        self._patience = patience
        self._begun = asyncio.Event()
        self._hurried = asyncio.Event()

    def __call__(self) -> bool:
        """True once it has begun."""
        return self._begun.is_set()

    def begin(self) -> None:
        """The first time: close. The second time: at once."""
        if self._begun.is_set():
            self._hurried.set()
        self._begun.set()

    def on_signals(self) -> None:
        """Begin at SIGTERM and at Ctrl-C, in the running loop."""
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, self.begin)

    async def over(self) -> None:
        """Returns when the server may stop."""
        await self._begun.wait()
        try:
            async with asyncio.timeout(self._patience):
                while not self._hurried.is_set() and await self._at_stake():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._hurried.wait(), LOOK_AGAIN)
        except TimeoutError:
            return


async def answer_webhooks(
    line: Line,
    door: socket,
    *,
    registry: CollectorRegistry | None = None,
    until: Callable[[], Awaitable[None]] | None = None,
    beside: Callable[[Drain], None] = Drain.on_signals,
) -> None:
    """Serve at this socket until told to stop: by `until`, else by what `beside` arranges (a signal).

    `registry` is where numbers are counted, if anywhere.
    """
    from ivr.app import create_app

    async def at_stake() -> int:
        return await line.calls.at_stake() + len(line.background)

    closing = Drain(at_stake, line.settings.closing_patience)
    line, tracing = _watched(replace(line, closing=closing), registry)
    app: Any = create_app(line)  # hypercorn's own type for applications is wider than Quart's
    if tracing is not None:
        from ivr.observability.traces import traced

        app = traced(app, tracing.get_tracer("ivr"))
    is_all_ours = until is None  # the process, which lives for nothing else
    threading.Thread(target=_warm, args=(line, is_all_ours), daemon=True, name="warm").start()
    config = Config()
    config.graceful_timeout = WEBHOOK_ENDS
    config.keep_alive_timeout = KEEP_ALIVE
    config.loglevel = "WARNING"  # every webhook is logged by the line itself
    config.bind = [f"fd://{door.detach()}"]
    if is_all_ours:
        Connection.serve_all()
        asyncio.get_running_loop().set_exception_handler(AcceptErrors(time.monotonic))
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

    from ivr.observability.meters import Meters, metered

    meters = Meters(registry or CollectorRegistry())
    if url is None:
        return metered(line, meters, meters), None
    from ivr.observability.traces import TracingObserver, exported_to, provider

    tracing = provider(exported_to(url))
    return metered(line, meters, TracingObserver(meters, tracing.get_tracer("ivr"))), tracing


def _warm(line: Line, is_all_ours: bool) -> None:
    """Load the SDKs. What is loaded by then stays: no collection of garbage looks through it, for 0.2 s, ever again."""
    try:
        line.directory.warm()
        if line.dialler is not None:
            line.dialler.warm()
    except (ImportError, OSError) as error:  # no files are left; a call that needs it tries again
        log.error("what Okta and Twilio need could not be loaded: %s", fault(error))
        return
    if is_all_ours:
        gc.collect()
        gc.freeze()


class Connection(TCPServer):
    """Over as soon as its client has closed it, and soon when it never asks anything.

    Hypercorn 0.18 leaves it open until keep-alive ends: each costs a file for 75 seconds, and whoever opens and closes
    many has soon used up all. There is no seam for another connection class, so this one is put in its place.
    """

    first_request: ClassVar[float] = 10.0  # seconds; Twilio, proxies and probes ask at once

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._has_asked = False

    async def protocol_send(self, event: Event) -> None:
        """See `TCPServer`: it becomes busy with a request, and idle after it."""
        self._has_asked = self._has_asked or isinstance(event, Updated)
        await super().protocol_send(event)

    async def _read_data(self) -> None:
        await super()._read_data()
        await self.idle_task.stop()

    async def _idle_timeout(self) -> None:
        if not self._has_asked:
            try:
                async with asyncio.timeout(self.first_request):
                    await self.context.terminated.wait()
            except TimeoutError:
                await asyncio.shield(self._initiate_server_close())
                return
        await super()._idle_timeout()

    @classmethod
    def serve_all(cls) -> None:
        """Use such connections for everything that this process serves with Hypercorn from now on."""
        run.TCPServer = cls  # type: ignore[attr-defined]


class AcceptErrors:
    """Handles the event loop's errors: connections that cannot be taken are told of once a minute, as a number."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._said_at = float("-inf")
        self._untold = 0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """See `asyncio.loop.set_exception_handler`."""
        if not str(context.get("message")).startswith(_ACCEPTING):
            loop.default_exception_handler(context)
            return
        self._untold += 1
        if self._now() - self._said_at < SAY_AGAIN:
            return
        self._said_at = self._now()
        log.error("no files are left for new connections (%d tries): callers wait until some are closed", self._untold)
        self._untold = 0


def raise_limit() -> int | None:
    """Raise the soft limit as far as this process may, for itself and those it starts; how many it has now.

    None where the system has no such limit.
    """
    try:
        import resource
    except ImportError:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def limit_lines(limit: int | None) -> list[str]:
    """Word what start-up says about it."""
    if limit is None:
        return []
    few = [f"missing  open files: {limit} are few for a line that is attacked; allow more (ulimit -Hn)"]
    return [f"files    {limit} open at once, connections included", *(few if limit < FEW else [])]
