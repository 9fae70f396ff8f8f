"""A network whose only number belongs to an application behind HTTP. Contacts no other host than the application's."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from simulator.callers.control_plane import ControlPlane
from simulator.callers.served_okta import ServedPreferences, troubles_of
from simulator.exchange.exchange import Exchange
from simulator.exchange.numbers import Number, Policy
from simulator.exchange.urls import origin, without_user
from simulator.geography import locate
from simulator.mobile import NoMobile
from simulator.network import CALLED, CALLER, Network, OpenNetwork
from simulator.operator.clock import Clock
from simulator.operator.operator import DEFAULT_AUTH_TOKEN, Operator
from simulator.recordings_door import served_recordings
from simulator.vocabulary import Method
from simulator.wires.http import HttpWire
from simulator.wires.websocket import HttpSockets


@dataclass(frozen=True, slots=True)
class Application:
    """An application and how its number is configured."""

    url: str
    method: Method = "POST"
    called: str = CALLED
    fallback_url: str | None = None
    status_callback: str | None = None
    auth_token: str = DEFAULT_AUTH_TOKEN

    @property
    def origins(self) -> frozenset[tuple[str, str]]:
        """Scheme and host (with port) of its URLs."""
        urls = (self.url, self.fallback_url, self.status_callback)
        return frozenset(origin(url) for url in urls if url is not None)


def open_remote(application: Application) -> OpenNetwork:
    """Opens networks in which the application has a number."""

    @asynccontextmanager
    async def open_network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        exchange = Exchange(seed=seed, locate=locate)
        exchange.own(
            Number(
                application.called,
                application.url,
                application.method,
                fallback_url=application.fallback_url,
                status_callback=application.status_callback,
            )
        )
        async with HttpWire() as wire, HttpSockets() as sockets:
            operator = Operator(
                exchange,
                wire,
                clock,
                auth_token=application.auth_token,
                may_fetch=_only_from(application.origins),
                sockets=sockets,
            )
            is_token_known = application.auth_token != DEFAULT_AUTH_TOKEN
            yield Network(
                *(operator, NoMobile(), application.called, CALLER),
                title=without_user(application.url).partition("://")[2],
                is_token_known=is_token_known,
            )

    return open_network


def with_control_plane(open_network: OpenNetwork, url: str) -> OpenNetwork:
    """The same networks, with the texts and prompts of a served fake Okta on the callers' other screen."""

    @asynccontextmanager
    async def open_with_mobile(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with ControlPlane(url) as mobile, open_network(clock, seed=seed) as network:
            network.operator.outside = mobile
            yield replace(network, mobile=mobile, troubles=troubles_of(mobile), preferences=ServedPreferences(mobile))

    return open_with_mobile


def leniently(open_network: OpenNetwork) -> OpenNetwork:
    """The same networks, but unknown verbs and unplayable sounds are skipped."""

    @asynccontextmanager
    async def open_lenient(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with open_network(clock, seed=seed) as network:
            exchange = network.operator.exchange
            exchange.policy = _lenient(exchange.policy)
            yield network

    return open_lenient


def with_recordings(open_network: OpenNetwork) -> OpenNetwork:
    """The same networks, but every RecordingUrl can really be fetched: from a loopback door of each network's own."""

    @asynccontextmanager
    async def open_with_door(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with open_network(clock, seed=seed) as network:
            operator = network.operator
            async with served_recordings(operator.recordings) as base:
                operator.exchange.recordings_base = base
                yield network

    return open_with_door


def _lenient(policy: Policy) -> Policy:
    return replace(policy, is_lenient=True)


def _only_from(origins: frozenset[tuple[str, str]]) -> Callable[[str], bool]:
    return lambda url: origin(url) in origins
