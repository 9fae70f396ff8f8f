"""Several workers on one port: started, watched, started again when they die; they share nothing but the store."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import Any

from ivr.printing import Failure
from ivr.running.server import Drain
from ivr.settings import Settings

log = logging.getLogger("ivr.running")

MOST_EARLY_DEATHS = 3  # in a row, of workers that never came to serve
GRACE = 5.0  # seconds beyond what a worker itself may take to end


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is given: its settings, the socket that all of them share, and what it sets when it serves."""

    settings: Settings
    socket: socket.socket
    counts: bool
    serves: Event


def work(job: Job) -> None:
    """Run one worker from its start to its end."""
    from ivr.observability.logs import write_logs

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor passes it on
    write_logs(job.settings.log)
    asyncio.run(_worked(job))


async def _worked(job: Job) -> None:
    from ivr.backends import live_line
    from ivr.running.server import answer_webhooks

    registry = None
    if job.counts:
        from prometheus_client import CollectorRegistry

        registry = CollectorRegistry()

    def beside(closing: Drain) -> None:
        _until_told_or_orphaned(closing)
        job.serves.set()

    await answer_webhooks(live_line(job.settings), job.socket, registry=registry, beside=beside)


def _until_told_or_orphaned(closing: Drain) -> None:
    """Without its supervisor nobody would stop a worker, so it closes by itself."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, closing.begin)
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = int(parent.sentinel)

    def orphaned() -> None:
        loop.remove_reader(sentinel)
        closing.begin()

    loop.add_reader(sentinel, orphaned)


@dataclass
class Supervisor:
    """Keeps the workers of the settings running until a signal. Raises Failure when they die as soon as they start."""

    settings: Settings
    socket: socket.socket
    work: Callable[[Job], None] = work
    _running: dict[BaseProcess, Event] = field(default_factory=dict)
    _early_deaths: int = 0
    _is_closing: bool = False

    def run(self) -> None:
        """Until all workers have ended."""
        with ExitStack() as stack:
            restarted = self._numbers(stack) if self.settings.operator_port is not None else None
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, self._close)
            while not self._is_closing:
                while len(self._running) < self.settings.workers:
                    self._start()
                for dead in self._ended(0.25):
                    self._mourn(dead, restarted)
            self._let_end()

    def _start(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        job = Job(self.settings, self.socket, self.settings.operator_port is not None, spawn.Event())
        worker = spawn.Process(target=self.work, args=(job,), name="ivr-worker")
        # Ctrl-C goes to all. Blocked here, it is from the beginning in the new process, and reaches this one after it.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            worker.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        self._running[worker] = job.serves
        log.info("worker %s started", worker.pid)

    def _ended(self, seconds: float) -> list[BaseProcess]:
        wait([worker.sentinel for worker in self._running], timeout=seconds)
        return [worker for worker in self._running if worker.exitcode is not None]

    def _mourn(self, dead: BaseProcess, restarted: Callable[[int], None] | None) -> None:
        served = self._running.pop(dead).is_set()
        if self._is_closing:
            return
        log.error("worker %s died (%s); another one takes its place", dead.pid, dead.exitcode)
        self._early_deaths = 0 if served else self._early_deaths + 1
        if restarted is not None:
            restarted(dead.pid or 0)
        if self._early_deaths >= MOST_EARLY_DEATHS:
            self._close()
            self._let_end()
            raise Failure("The workers die as soon as they start; the log says why.")

    def _close(self, *_: Any) -> None:
        """At the first signal and at every further one: workers hurry at their second."""
        self._is_closing = True
        for worker in self._running:
            if worker.exitcode is None and worker.pid is not None:
                os.kill(worker.pid, signal.SIGTERM)

    def _let_end(self) -> None:
        from ivr.running.server import WEBHOOK_ENDS

        until = time.monotonic() + self.settings.closing_patience + WEBHOOK_ENDS + GRACE
        while self._running and time.monotonic() < until:
            for ended in self._ended(0.25):
                del self._running[ended]
        for stuck in self._running:
            log.error("worker %s did not end, and is killed", stuck.pid)
            stuck.kill()

    def _numbers(self, stack: ExitStack) -> Callable[[int], None]:
        """Workers write their numbers to files, the supervisor reads them all for `/metrics`.

        The client decides at import where numbers go: the supervisor's own stay in its memory, so import comes first.
        """
        from prometheus_client.multiprocess import mark_process_dead

        from ivr.observability import meters

        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ivr-metrics-"))
        os.environ[meters.TOLD_TO_PROMETHEUS] = folder
        registry = meters.registry_of_all_workers(folder)
        count = meters.restarts(registry)
        meters.workers_up(registry).set_function(lambda: len(self._running))
        assert self.settings.operator_port is not None
        stack.callback(meters.served_metrics(registry, self.settings.operator_port))

        def restarted(pid: int) -> None:
            mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]  # theirs
            count.inc()

        return restarted
