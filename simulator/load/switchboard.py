"""What all callers of one process share: the wire, the mobile, the roster, and what became of their calls."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from typing import Any

import gevent
from locust.env import Environment

from simulator.applications import Endpoint
from simulator.callers.script.playing import Settings, Work, run_call
from simulator.callers.script.result import CallResult
from simulator.errors import SimulatorError
from simulator.exchange.numbers import Number
from simulator.geography import locate
from simulator.load.greenlets import GreenletTasks, straight_through
from simulator.load.outcomes import CALL, CallFailedError, Outcome, failed_call, outcome_of, step_of
from simulator.load.plan import Plan, Roster, Share, Turn, check_target, shares
from simulator.load.wire import BlockingTransport, LocustWire
from simulator.mobile import Mobile, NoMobile
from simulator.network import CALLED, Network, OpenNetwork, build_network
from simulator.operator.clock import Clock
from simulator.operator.operator import DEFAULT_AUTH_TOKEN
from simulator.served_plane import ServedPlane
from simulator.wires.wire import WireError

MOST_FAILED = 100
"""Calls of which the whole story is kept; all are counted."""


class Switchboard:
    """One plan in one process of one Locust environment."""

    def __init__(self, environment: Environment, plan: Plan) -> None:
        self.plan = plan
        self.failed: list[dict[str, Any]] = []  # as they travel between processes
        self.roster = Roster(plan, shares(plan, 1)[0])
        self._counted = environment.events.request
        self._wire = LocustWire(self._counted, lambda url: check_target(url, plan.allowed))
        self._mobile: Mobile = NoMobile()

    def open(self) -> None:
        """Raises SimulatorError when no fake Okta is where the plan says."""
        for number in (self.plan.called or CALLED, *(person.number for person in self.plan.callers)):
            locate(number)  # loads what it needs of the tables, and no call should wait for that
        if self.plan.okta is not None:
            plane = ServedPlane(BlockingTransport(self.plan.okta))
            straight_through(plane.__aenter__())
            self._mobile = plane

    def begin(self, share: Share) -> None:
        """From now on hand out these calls."""
        self.roster = Roster(self.plan, share)
        self.failed.clear()

    def call(self, turn: Turn) -> None:
        """Make it, and count it. The greenlet's own end (GreenletExit) hangs up and goes on."""
        results: list[CallResult] = []
        script = turn.script
        settings = Settings(
            caller=None if turn.person is None else turn.person.number,
            called=self.plan.called,
            seed=turn.seed,
            is_strict=self.plan.is_strict,
            secrets=(self.plan.auth_token,),
            pace=_asleep,
            limit=_limited,
        )
        try:
            straight_through(run_call(script, self._network(turn), settings, finished=results.append))
        except gevent.GreenletExit:
            self._count(script.name, "interrupted", "")
            raise
        except (SimulatorError, WireError) as error:
            self._count(script.name, "step failed", str(error))
            self._keep(results, "step failed")
            return
        outcome = outcome_of(results[0])
        self._count(script.name, outcome, step_of(results[0].message() or ""))
        if not results[0].ok:
            self._keep(results, outcome)

    def _count(self, name: str, outcome: Outcome, what: str) -> None:
        """Without a time: minutes of talk would drown the milliseconds of webhooks in Locust's totals."""
        self._counted.fire(
            request_type=CALL,
            name=name,
            response_time=None,
            response_length=0,
            exception=None if outcome == "as the script says" else CallFailedError(outcome, what),
            context={},
        )

    def _keep(self, results: list[CallResult], outcome: Outcome) -> None:
        if results and len(self.failed) < MOST_FAILED:
            self.failed.append(asdict(failed_call(results[0], outcome, time.time())))

    def _network(self, turn: Turn) -> OpenNetwork:
        plan = self.plan
        called = plan.called or turn.script.called or CALLED

        @asynccontextmanager
        async def open_network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
            number = Number(
                called, plan.url, plan.method, fallback_url=plan.fallback_url, status_callback=plan.status_callback
            )
            network = build_network(
                *(Endpoint(plan.url, self._wire), clock, number),
                seed=seed,
                auth_token=plan.auth_token,
                mobile=self._mobile,
                may_fetch=self._may_fetch,
                tasks=GreenletTasks(),
            )
            network.operator.exchange.usual_stir = plan.stir
            yield replace(network, is_token_known=plan.auth_token != DEFAULT_AUTH_TOKEN)

        return open_network

    def _may_fetch(self, url: str) -> bool:
        """Sounds elsewhere are left alone; a webhook elsewhere fails its call."""
        try:
            check_target(url, self.plan.allowed)
        except SimulatorError:
            return False
        return True


async def _asleep(seconds: float) -> None:
    gevent.sleep(max(0.0, seconds))


async def _limited(seconds: float, work: Work) -> None:
    """What is not done by then goes on beside: Locust's client takes every exception for a failed request."""
    working = gevent.spawn(straight_through, work)
    working.join(seconds)
    if not working.dead:
        raise TimeoutError
    working.get()
