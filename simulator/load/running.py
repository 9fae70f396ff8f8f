"""Runs a plan on Locust until its calls are made, its time is over or somebody stops it; then tells what came of it."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import gevent
import locust
from flask import request  # Locust's own web framework
from locust.env import Environment
from locust.runners import STATE_STOPPED, LocalRunner, MasterRunner, WorkerRunner
from locust.stats import stats_history

from simulator.errors import WrongUseError
from simulator.load.outcomes import CALL
from simulator.load.plan import Plan
from simulator.load.report import Report, report_of
from simulator.load.user import CallUser, connect, last_call
from simulator.own_pages import is_own
from simulator.stopping import Stop, seconds_to_leave

_LOOK = 0.2  # seconds
_SAY = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Effort:
    """How many callers, and how long. Times in seconds.

    `rate`: callers that begin in a second. `seconds`: after that no call begins; those that are up may go on for
    `grace`. `page`: the port of Locust's page on 127.0.0.1. `workers`: how many a master waits for.
    """

    users: int
    rate: float
    seconds: float | None = None
    grace: float = 120.0
    page: int | None = None
    role: Literal["alone", "master", "worker"] = "alone"
    master: tuple[str, int] = ("127.0.0.1", 5557)
    workers: int = 1


def run(plan: Plan, effort: Effort, say: Callable[[str], None]) -> Report | None:
    """What came of it; None on a worker, whose master tells. Raises SimulatorError."""
    logging.getLogger("locust").setLevel(logging.WARNING)
    callers: type[CallUser] = type("Callers", (CallUser,), {"abstract": False, "plan": plan})
    environment = Environment(user_classes=[callers], events=locust.events)
    runner = _runner(environment, effort)
    connect(environment, runner)
    if isinstance(runner, WorkerRunner):
        _work(runner)
        return None
    if effort.page is not None:
        _show_page(environment, effort.page)
        say(f"Locust's page: http://127.0.0.1:{effort.page}")
    gevent.spawn(stats_history, runner)
    began = time.time()
    within = seconds_to_leave(os.environ)
    with Stop(
        lambda: None, within=within
    ) as stop:  # KeyboardInterrupt would be raised in whichever greenlet runs just then
        try:
            is_interrupted = _run(runner, callers, effort, say, stop)
            seconds = time.time() - began
        finally:
            runner.quit()  # workers send their last numbers when they are told
            if environment.web_ui is not None:
                environment.web_ui.stop()
    return report_of(
        environment.stats,
        callers.switchboard.failed,
        plan=plan,
        planned=plan.calls if effort.seconds is None else None,
        users=effort.users,
        workers=effort.workers if effort.role == "master" else 0,
        began=began,
        seconds=seconds,
        is_interrupted=is_interrupted,
    )


def _show_page(environment: Environment, port: int) -> None:
    """Locust reads its own options from the command line each time it draws the page, and ends over those of others.

    It would let pages of all other sites read and stop the run, too.
    """
    sys.argv = sys.argv[:1]
    environment.create_web_ui("127.0.0.1", port).app.before_request(_refuse_other_pages)


def _refuse_other_pages() -> tuple[str, int] | None:
    if is_own(request.headers.get("Host"), request.headers.get("Origin")):
        return None
    return "This page answers only programs on this machine and itself.\n", 403


def _runner(environment: Environment, effort: Effort) -> LocalRunner | MasterRunner | WorkerRunner:
    host, port = effort.master
    match effort.role:
        case "alone":
            return environment.create_local_runner()
        case "master":
            return environment.create_master_runner(host, port)
        case "worker":
            try:
                return environment.create_worker_runner(host, port)
            except OSError as error:
                raise WrongUseError(f"no load master answers at {host}:{port}: {error}") from None


def _work(runner: WorkerRunner) -> None:
    """Returns when the master ends, or at a signal."""
    with Stop(lambda: gevent.spawn(runner.quit), within=seconds_to_leave(os.environ)):
        runner.greenlet.join()


def _run(
    runner: LocalRunner | MasterRunner,
    kind: type[CallUser],
    effort: Effort,
    say: Callable[[str], None],
    stop: Stop,
) -> bool:
    """Returns whether somebody stopped it: then calls that are up are hung up at once."""
    if isinstance(runner, MasterRunner):
        _wait_for_workers(runner, effort.workers, say, stop)
    if stop.number is None:
        runner.start(effort.users, effort.rate)
        _watch(runner, kind.plan, effort, say, stop)
        _wind_down(runner, kind, effort.grace, stop)
    runner.stop()
    return stop.number is not None


def _wind_down(runner: LocalRunner | MasterRunner, kind: type[CallUser], grace: float, stop: Stop) -> None:
    """Not left to Locust: its workers sleep through the whole grace, however soon the last call is over."""
    last_call(runner, kind)
    until = time.monotonic() + grace
    while runner.user_count and time.monotonic() < until and stop.number is None:
        gevent.sleep(_LOOK)


def _wait_for_workers(runner: MasterRunner, workers: int, say: Callable[[str], None], stop: Stop) -> None:
    say(f"waiting for {workers} worker{'' if workers == 1 else 's'} at port {runner.master_bind_port}")
    while len(runner.clients.ready) < workers and stop.number is None:
        gevent.sleep(_LOOK)


def _watch(
    runner: LocalRunner | MasterRunner, plan: Plan, effort: Effort, say: Callable[[str], None], stop: Stop
) -> None:
    """Returns when it is over."""
    began = spoken = time.monotonic()
    were_there = False
    while stop.number is None:
        gevent.sleep(_LOOK)
        now = time.monotonic()
        made, failed = calls_so_far(runner.environment)
        if now - spoken >= _SAY:
            spoken = now
            say(f"{now - began:4.0f} s  {runner.user_count} callers, {made} calls over, {failed} failed")
        if effort.seconds is not None and now - began >= effort.seconds:
            return
        if plan.calls is not None and made >= plan.calls:
            return
        if runner.state == STATE_STOPPED:  # on the page
            return
        if were_there and not runner.user_count:  # also when a worker has died, with the calls it had
            return
        were_there = were_there or runner.user_count > 0


def calls_so_far(environment: Environment) -> tuple[int, int]:
    """Calls that are over, and how many of them failed or were broken off."""
    entries: list[Any] = [entry for (_, kind), entry in environment.stats.entries.items() if kind == CALL]
    return sum(each.num_requests for each in entries), sum(each.num_failures for each in entries)
