"""Which network the options mean: the demo's, or one that reaches an application elsewhere; opens nothing itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from simulator.cli.options import Options
from simulator.cli.refusal import Refusal

if TYPE_CHECKING:
    from simulator.network import Network, OpenNetwork
    from simulator.operator.clock import Clock


def network_of(options: Options, demo: "OpenNetwork | None") -> "OpenNetwork":
    """Choose the network that the options mean; raises Refusal."""
    if options.url is not None:
        network = _application_of(options, options.url)
        if options.okta is not None:
            network = with_control_plane(network, options.okta)
    elif demo is not None:
        network = demo
    else:
        raise Refusal("there is no demo in this installation; say which application to call with --url")
    return _adjusted(network, options)


def _application_of(options: Options, url: str) -> "OpenNetwork":
    from simulator.network import CALLED, open_network
    from simulator.operator.operator import DEFAULT_AUTH_TOKEN

    return partial(
        open_network,
        url,
        method=options.method or "POST",
        called=options.called or CALLED,
        fallback_url=options.fallback_url,
        status_callback=options.status_callback,
        auth_token=options.auth_token or DEFAULT_AUTH_TOKEN,
        is_kept_on_its_host=bool(options.only_this_host),
    )


def with_control_plane(open_network: "OpenNetwork", url: str) -> "OpenNetwork":
    """Open the same networks with the texts and prompts of a served fake Okta on the callers' other screen."""

    from simulator.served_plane import HttpTransport, ServedPlane
    from simulator.troubles import troubles_of

    @asynccontextmanager
    async def open_with_mobile(clock: "Clock", *, seed: int = 0) -> "AsyncIterator[Network]":
        async with ServedPlane(HttpTransport(url)) as plane, open_network(clock, seed=seed) as network:
            network.operator.outside = plane
            yield replace(network, mobile=plane, troubles=troubles_of(plane), preferences=plane)

    return open_with_mobile


def _adjusted(open_network: "OpenNetwork", options: Options) -> "OpenNetwork":
    """Open the same networks with what the options say about every one of them.

    With `recordings` every RecordingUrl can really be fetched: from a loopback door of each network's own.
    """

    @asynccontextmanager
    async def open_adjusted(clock: "Clock", *, seed: int = 0) -> "AsyncIterator[Network]":
        async with open_network(clock, seed=seed) as network:
            operator = network.operator
            exchange = operator.exchange
            if options.stir is not None:
                exchange.usual_stir = options.stir
            if options.lenient:
                exchange.policy = replace(exchange.policy, is_lenient=True)
            if not options.recordings:
                yield network
                return
            from simulator.recordings_door import served_recordings

            async with served_recordings(operator.recordings) as base:
                exchange.recordings_base = base
                yield network

    return open_adjusted
