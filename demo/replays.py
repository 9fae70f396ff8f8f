"""The demo opened many times over for an explorer: a fresh world each time, behind an application that is built once.

Everything that remembers (fakes, calls, limits, the identity provider's client) is new in every world; what only costs
time to build (routes, settings) is not. One world at a time.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

from demo.world import line_settings, world_of
from simulator.network import Network
from simulator.operator.clock import Clock

if TYPE_CHECKING:
    from ivr.accounts.protocol import Accounts
    from ivr.calls.store import CallStore
    from ivr.identity.protocol import Identity
    from ivr.limits import Limits
    from ivr.line import Line
    from simulator.network import OpenNetwork
    from simulator.wires.asgi import AsgiApplication

Around = Callable[["AsgiApplication"], "AsgiApplication"]


def replayed_demo(around: Around | None = None, *, stopwatch: Callable[[], float] | None = None) -> "OpenNetwork":
    """Opens worlds, one after the other. `around` may put middleware before the line, once for all worlds.

    `stopwatch` measures how long the line takes to answer; without it every answer takes no time.
    """
    from demo.line import Fakes, fake_line
    from demo.waiting import Waiting
    from ivr.app import create_app
    from simulator.wires.asgi import AsgiWire

    settings = line_settings()
    stage = _Stage()
    application: AsgiApplication = create_app(_line_on(stage))
    if around is not None:
        application = around(application)

    @asynccontextmanager
    async def open_again(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        waiting = Waiting(clock.now)
        fakes = Fakes(clock.now, seed, sleep=waiting.sleep)
        # an explorer cannot be called back: that is only noted
        stage.line = waiting.line(fake_line(settings, fakes, waiting.now))
        async with AsgiWire(application, stopwatch=stopwatch) as wire:
            yield world_of(waiting.wire(wire), fakes, clock, seed=seed, title=settings.customer_name).network

    return open_again


class _Stage:
    """Where the line of the present world stands."""

    line: "Line"


class _Understudy:
    """Stands for a part of the present world's line: every attribute is that part's own."""

    def __init__(self, part: Callable[[], object]) -> None:
        self._part = part

    def __getattr__(self, name: str) -> object:
        return getattr(self._part(), name)


def _line_on(stage: _Stage) -> "Line":
    from ivr.line import Line

    return Line(
        settings=line_settings(),
        identity=cast("Identity", _Understudy(lambda: stage.line.identity)),
        accounts=cast("Accounts", _Understudy(lambda: stage.line.accounts)),
        calls=cast("CallStore", _Understudy(lambda: stage.line.calls)),
        limits=cast("Limits", _Understudy(lambda: stage.line.limits)),
        now=lambda: stage.line.now(),
        stopwatch=lambda: stage.line.stopwatch(),
        pause=lambda seconds: stage.line.pause(seconds),
        limit=lambda seconds: stage.line.limit(seconds),
    )
