"""Opens the demo many times for an explorer: a fresh world each time, behind an application that is built once.

Everything that remembers (fakes, calls, limits, the identity provider's client) is new in every world; what only costs
time to build (routes, settings) is not. One world at a time.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

from okta_twilio_ivr.world import LINE_URL, check_installed, heeded, line_settings, world_of
from simulator.applications import Endpoint
from simulator.network import Network
from simulator.operator.clock import Clock

if TYPE_CHECKING:
    from ivr.accounts import Accounts
    from ivr.calls.store import CallStore
    from ivr.identity.directory import Directory
    from ivr.identity.protocol import Identity
    from ivr.limits import Limits
    from ivr.line import Background, Line
    from simulator.network import OpenNetwork
    from simulator.wires.asgi_exchange import AsgiApplication

Around = Callable[["AsgiApplication"], "AsgiApplication"]


def replayed_demo(
    around: Around | None = None,
    *,
    stopwatch: Callable[[], float] | None = None,
    environ: Mapping[str, str] | None = None,
) -> "OpenNetwork":
    """Opens worlds, one after the other. `around` may put middleware before the line, once for all worlds.

    `stopwatch` measures how long the line takes to answer; without it every answer takes no time.
    `environ` as in `heeded`.
    """
    check_installed()
    from ivr.app import create_app
    from okta_twilio_ivr.line import Fakes, fake_line
    from okta_twilio_ivr.waiting import Waiting
    from simulator.wires.asgi import AsgiWire

    settings = line_settings(heeded(environ or {}))
    current = _CurrentLine()
    application: AsgiApplication = create_app(_line_on(current))
    if around is not None:
        application = around(application)

    @asynccontextmanager
    async def open_again(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        waiting = Waiting(clock.now)
        fakes = Fakes(clock.now, seed, sleep=waiting.sleep, mfa_api=settings.okta_mfa_api)
        # an explorer cannot be called back: that is only noted
        current.line = waiting.line(fake_line(settings, fakes, waiting.now))
        async with AsgiWire(application, stopwatch=stopwatch) as wire:
            title = settings.customer_name
            endpoint = Endpoint(LINE_URL, waiting.wire(wire), background=wire)
            yield world_of(endpoint, fakes, clock, seed=seed, title=title).network

    return open_again


class _CurrentLine:
    """Holds the line of the world that is open now."""

    line: "Line"


class _Delegate:
    """Passes every attribute on to a part of the current world's line."""

    def __init__(self, part: Callable[[], object]) -> None:
        self._part = part

    def __getattr__(self, name: str) -> object:
        return getattr(self._part(), name)


def _line_on(current: _CurrentLine) -> "Line":
    from ivr.line import Line

    return Line(
        settings=line_settings(),
        directory=cast("Directory", _Delegate(lambda: current.line.directory)),
        identity=cast("Identity", _Delegate(lambda: current.line.identity)),
        accounts=cast("Accounts", _Delegate(lambda: current.line.accounts)),
        calls=cast("CallStore", _Delegate(lambda: current.line.calls)),
        limits=cast("Limits", _Delegate(lambda: current.line.limits)),
        background=cast("Background", _Delegate(lambda: current.line.background)),
        now=lambda: current.line.now(),
        stopwatch=lambda: current.line.stopwatch(),
        pause=lambda seconds: current.line.pause(seconds),
        limit=lambda seconds: current.line.limit(seconds),
    )
