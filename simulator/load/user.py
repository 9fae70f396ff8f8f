"""Locust's user class for phone calls: a person who plays call scripts in real time, one call after another.

class Callers(CallUser):
    plan = Plan(url="http://127.0.0.1:5000/ivr/welcome", scripts=read_scripts(Path("sms.yaml")))
"""

from __future__ import annotations

import random
from typing import Any, ClassVar

import gevent
import locust
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import MasterRunner, Runner, WorkerRunner

from simulator.load.plan import Person, Plan, Share, shares
from simulator.load.switchboard import MOST_FAILED, Switchboard

SHARE, LAST_CALL = "phone-share", "phone-last-call"
_FAILED = "phone_failed"
_LOOK_AGAIN = 0.2  # seconds
_SPREAD = 1.0  # seconds: Locust lets all callers of a second begin at once


class CallUser(locust.User):  # type: ignore[misc]  # Locust is half typed, and left out
    """Subclass it with a plan of your own; a subclass without one is abstract. `wait_time` is the plan's pause."""

    abstract = True
    plan: ClassVar[Plan]
    switchboard: ClassVar[Switchboard]

    def wait_time(self) -> float:
        """Seconds between two calls."""
        return self.plan.pause

    def on_start(self) -> None:
        """Telephones do not ring in step: a caller begins somewhere in the second."""
        gevent.sleep(random.uniform(0, _SPREAD))

    @locust.task  # type: ignore[untyped-decorator]
    def call(self) -> None:
        """One call; StopUser when all have been made."""
        roster = self.switchboard.roster
        while (turn := roster.take()) is None:
            if roster.is_done:
                raise StopUser
            gevent.sleep(_LOOK_AGAIN)
        try:
            self.switchboard.call(turn)
        finally:
            roster.give_back(turn)


@locust.events.init.add_listener  # type: ignore[untyped-decorator]
def connect(environment: Environment, runner: Runner, **_: Any) -> None:
    """Give every such class of a run its switchboard, and each process its share of the calls. Raises SimulatorError.

    `locust` calls this itself, logs what it raises, and ends.
    """
    for kind in environment.user_classes:
        if issubclass(kind, CallUser):
            _connect(kind, environment, runner)


def _connect(kind: type[CallUser], environment: Environment, runner: Runner) -> None:
    board = kind.switchboard = Switchboard(environment, kind.plan)
    if isinstance(runner, MasterRunner):
        environment.events.test_start.add_listener(lambda **_: _deal(runner, kind))
        environment.events.worker_report.add_listener(lambda client_id, data, **_: _gather(board, kind, data))
    elif isinstance(runner, WorkerRunner):
        board.open()
        board.begin(Share(0, (), 0))  # until the master deals: whoever comes late makes no call of another's
        runner.register_message(f"{SHARE} {kind.__name__}", lambda environment, msg, **_: board.begin(_read(msg.data)))
        runner.register_message(f"{LAST_CALL} {kind.__name__}", lambda environment, msg, **_: board.roster.close())
        environment.events.report_to_master.add_listener(lambda client_id, data, **_: _report(board, kind, data))
    else:
        board.open()
        environment.events.test_start.add_listener(lambda **_: board.begin(shares(kind.plan, 1)[0]))


def last_call(runner: Runner, kind: type[CallUser]) -> None:
    """From now on no call begins, here and on all workers; callers go when their call is over."""
    kind.switchboard.roster.close()
    if isinstance(runner, MasterRunner):
        runner.send_message(f"{LAST_CALL} {kind.__name__}")


def _deal(runner: MasterRunner, kind: type[CallUser]) -> None:
    """Sent before the order to spawn callers, on the same connection, so it arrives before it."""
    kind.switchboard.failed.clear()
    workers = [client.id for client in runner.clients.ready]
    for worker, share in zip(workers, shares(kind.plan, len(workers)), strict=True):
        people = [[person.number, person.script] for person in share.callers]
        data = {"index": share.index, "callers": people, "calls": share.calls}
        runner.send_message(f"{SHARE} {kind.__name__}", data, worker)


def _read(data: dict[str, Any]) -> Share:
    return Share(data["index"], tuple(Person(*each) for each in data["callers"]), data["calls"])


def _report(board: Switchboard, kind: type[CallUser], data: dict[str, Any]) -> None:
    data.setdefault(_FAILED, {})[kind.__name__] = list(board.failed)
    board.failed.clear()


def _gather(board: Switchboard, kind: type[CallUser], data: dict[str, Any]) -> None:
    told = data.get(_FAILED, {}).get(kind.__name__, ())
    board.failed.extend(told[: MOST_FAILED - len(board.failed)])
