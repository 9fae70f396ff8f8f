"""Opens a telephone network in which an application has a number. The one place that puts a network together.

async with open_network(app, path="/voice") as network:
    phone = Handset(network.operator, network.clock, network.caller)
    await phone.dial(network.called)

Scripts and the terminal phone are given a way to open one and know nothing of what is behind it.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol
from urllib.parse import urljoin

from simulator.applications import Endpoint, reach
from simulator.exchange.exchange import Exchange
from simulator.exchange.numbers import Locate, Number, Policy
from simulator.exchange.urls import origin, without_user
from simulator.geography import locate as locate_number
from simulator.mobile import Mobile, NoMobile, Preferences
from simulator.operator.clock import Clock, ManualClock, WallClock
from simulator.operator.operator import DEFAULT_AUTH_TOKEN, Fetch, Operator, fetch_everything
from simulator.operator.tasks import Tasks
from simulator.vocabulary import Method
from simulator.wires.own_host import OwnHostSockets, OwnHostWire, host_of

CALLED = "+12075551234"
"""The number of an application that nobody has given one."""
CALLER = "+17735551234"
"""The number that calls unless another is named."""


@asynccontextmanager
async def open_network(
    application: object,
    clock: Clock | None = None,
    *,
    path: str = "/voice",
    seed: int = 0,
    called: str = CALLED,
    caller: str = CALLER,
    method: Method = "POST",
    fallback_url: str | None = None,
    status_callback: str | None = None,
    auth_token: str = DEFAULT_AUTH_TOKEN,
    mobile: Mobile | None = None,
    is_kept_on_its_host: bool = False,
    environ: Mapping[str, str] | None = None,
    patience: float = 30.0,
) -> AsyncIterator["Network"]:
    """Open a network in which the application has the number `called`; it is started before and stopped afterwards.

    `application`: an ASGI or WSGI application, 'module:name', 'module:factory()', the URL of its voice webhook, or a
    command that serves it on `{port}` (or `$PORT`; it gets `environ`, and `patience` seconds to answer). `path` is
    where the voice webhook is, unless a URL says it. `fallback_url` and `status_callback` may be paths.

    Time is virtual unless a running `clock` is given; then latencies are measured. Same seed, same ids. Sounds are
    fetched from the application's own hosts only; with `is_kept_on_its_host` nothing is asked of another one (11210).
    Raises WrongUseError with one sentence for what is not an application.
    """
    clock = clock or ManualClock()
    async with AsyncExitStack() as stack:
        if isinstance(application, str):
            application = await _started(application, path, stack, environ, patience)
        stopwatch = None if isinstance(clock, ManualClock) and not _is_url(application) else perf_counter
        endpoint = reach(application, path, run=asyncio.to_thread, stopwatch=stopwatch)
        for each in endpoint.opens:
            await stack.enter_async_context(each)
        fallback_url, status_callback = (url and urljoin(endpoint.url, url) for url in (fallback_url, status_callback))
        number = Number(called, endpoint.url, method, fallback_url=fallback_url, status_callback=status_callback)
        urls = [url for url in (endpoint.url, fallback_url, status_callback) if url is not None]
        if is_kept_on_its_host:
            endpoint = _kept_on(endpoint, {host_of(url) for url in urls})
        network = build_network(
            *(endpoint, clock, number),
            seed=seed,
            auth_token=auth_token,
            mobile=mobile,
            caller=caller,
            may_fetch=only_from(urls),
        )
        title = without_user(endpoint.url).partition("://")[2]
        yield replace(network, title=title, is_token_known=auth_token != DEFAULT_AUTH_TOKEN)


def build_network(
    endpoint: Endpoint,
    clock: Clock,
    number: Number | None = None,
    *,
    seed: int = 0,
    caller: str = CALLER,
    mobile: Mobile | None = None,
    auth_token: str = DEFAULT_AUTH_TOKEN,
    policy: Policy | None = None,
    locate: Locate = locate_number,
    account: str | None = None,
    may_fetch: Fetch = fetch_everything,
    tasks: Tasks | None = None,
) -> "Network":
    """Put a network together whose number leads to the endpoint, for whoever opens and closes that by themselves.

    `number` says how it is configured, if more than its URL is to be said; without a URL there is none yet. For the
    rest see Exchange and Operator.
    """
    number = number or Number(CALLED, endpoint.url)
    exchange = Exchange(seed=seed, policy=policy, locate=locate, account=account)
    if number.voice_url:
        exchange.own(number)
    operator = Operator(
        exchange,
        endpoint.wire,
        clock,
        auth_token=auth_token,
        may_fetch=may_fetch,
        sockets=endpoint.sockets,
        background=endpoint.background,
        tasks=tasks,
    )
    return Network(operator, mobile or NoMobile(), number.number, caller)


def only_from(urls: Collection[str]) -> Fetch:
    """Let sounds be fetched from where these URLs are, and from nowhere else."""
    origins = frozenset(map(origin, urls))
    return lambda url: origin(url) in origins


async def _started(
    application: str, path: str, stack: AsyncExitStack, environ: Mapping[str, str] | None, patience: float
) -> str:
    """Start what is a command and return its URL; return anything else as it is."""
    from simulator.commands import Started, is_command

    if not is_command(application):
        return application
    started = Started(application, environ=os.environ if environ is None else environ)
    stack.push_async_callback(asyncio.to_thread, started.close)
    await asyncio.to_thread(started.wait, patience)
    return urljoin(f"{started.url}/", path)


def _is_url(application: object) -> bool:
    return isinstance(application, str) and "://" in application


def _kept_on(endpoint: Endpoint, hosts: Collection[str]) -> Endpoint:
    sockets = None if endpoint.sockets is None else OwnHostSockets(endpoint.sockets, hosts)
    return replace(endpoint, wire=OwnHostWire(endpoint.wire, hosts), sockets=sockets)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may call: shown in the terminal phone's list."""

    name: str
    number: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something behind the application that can be made to fail: `begin` breaks it, `end` mends it again.

    `end` may mend everything of that party: whoever wants the rest to stay broken begins it anew.

    `party` is the service that fails, as the journal names it; empty when the journal does not tell of it.
    """

    name: str
    meaning: str
    begin: Callable[[], Awaitable[None]]
    end: Callable[[], Awaitable[None]]
    party: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """Everything a caller needs. `called` is the number of the line, `caller` the one that calls by default.

    `troubles` are those that whoever opened the network knows how to make.
    """

    operator: Operator
    mobile: Mobile
    called: str
    caller: str
    people: tuple[Person, ...] = ()
    title: str = ""
    troubles: tuple[Trouble, ...] = ()
    preferences: Preferences | None = None
    """Where it can be changed which factor a person is asked for first; None: nowhere."""
    is_token_known: bool = True
    """Requests are signed with the application's own auth token, as far as anybody has said."""
    playback: "Playback | None" = None
    """What is played back instead of calls being made; then nobody can call."""

    @property
    def clock(self) -> Clock:
        """The time of this network."""
        return self.operator.clock


class Playback(Protocol):
    """Fills a network's journal in the operator's stead: a recording. Follows a clock as an operator does."""

    @property
    def due(self) -> float | None:
        """When the next thing happens, Unix seconds; None when all has happened."""

    def stir(self) -> None:
        """Look at the clock again."""

    async def run(self, clock: WallClock) -> None:
        """Play until cancelled."""


class OpenNetwork(Protocol):
    """Opens a fresh network on the given clock; whatever it started is stopped when the context ends."""

    def __call__(self, clock: Clock, *, seed: int = 0) -> AbstractAsyncContextManager[Network]: ...
