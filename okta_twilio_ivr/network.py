"""`phone network`: the telephone network as a server, for programs in any language. Nothing but loopback.

One process: the exchange, Twilio's REST API and the control plane of phones on one port, the fake Okta and the accounts
API on two more. Calls made by REST ring phones that are attached, or people who answer by themselves. Heavy modules are
imported when it starts: `phone --help` knows this command, too.
"""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from simulator.cli.refusal import Refusal

if TYPE_CHECKING:
    from fakes.accounts.state import Accounts
    from fakes.okta.state import Okta
    from fakes.twilio.state import Twilio
    from simulator.callers.script.people import Person
    from simulator.network import Network
    from simulator.operator.clock import WallClock

PORT, OKTA_PORT, ACCOUNTS_PORT = 8445, 8443, 8444
_PORT = click.IntRange(0, 65535)


@dataclass(frozen=True, slots=True)
class Served:
    """A network that is being served; `url` is where the REST API of Twilio and the control plane are."""

    network: "Network"
    twilio: "Twilio"
    okta: "Okta"
    accounts: "Accounts"
    url: str
    okta_url: str
    accounts_url: str


@asynccontextmanager
async def served_network(
    clock: "WallClock",
    numbers: dict[str, str],
    people: "tuple[Person, ...]" = (),
    *,
    seed: int = 0,
    auth_token: str | None = None,
    pipeline: str = "v1",
    more_people: Path | None = None,
    ports: tuple[int, int, int] = (0, 0, 0),
    media_base: str | None = None,
) -> AsyncIterator[Served]:
    """Serve a network while the block runs; `numbers` lead to the URLs of voice webhooks.

    `ports`: of the network, of Okta, of the accounts API; 0 is any free one. `media_base`: where recordings can be
    fetched, the network's own URL unless it is given. The clock is followed; one that stands still is moved by orders.
    OSError where a port is taken, Refusal for a seed that cannot be used.
    """
    import asyncio

    from fakes.cli import build, served_services
    from fakes.doors import served
    from fakes.twilio.app import create_app
    from fakes.twilio.records import Settings
    from fakes.twilio.state import DEMO_AUTH_TOKEN, Twilio
    from okta_twilio_ivr.twilio import connect
    from simulator.applications import reach
    from simulator.callers.script.people import answering
    from simulator.callers.script.playing import perform_step
    from simulator.exchange.numbers import Number
    from simulator.network import CALLED, build_network
    from simulator.network_control import create_control

    token = auth_token or DEMO_AUTH_TOKEN
    async with AsyncExitStack() as stack:
        endpoint = reach("http://127.0.0.1", "", run=asyncio.to_thread, stopwatch=time.perf_counter)
        for each in endpoint.opens:
            await stack.enter_async_context(each)
        first = next(iter(numbers), CALLED)
        network = build_network(endpoint, clock, Number(first, ""), seed=seed, auth_token=token)
        operator = network.operator
        twilio = Twilio(
            now=clock.now,
            seed=seed,
            account_sid=operator.exchange.account,
            auth_token=token,
            settings=Settings(local_urls=True),
        )
        connect(twilio, operator)
        for number, url in numbers.items():
            twilio.add_number(number, voice_url=url)
        okta, accounts = build(pipeline, more_people, is_empty=False, now=clock.now)
        urls = await stack.enter_async_context(served_services(okta, accounts, *ports[1:]))
        rest, control = (
            create_app(twilio, sleep=asyncio.sleep),
            create_control(network, clock, dict(zip(("okta", "accounts"), urls, strict=True))),
        )

        async def doors(scope: Any, receive: Any, send: Any) -> None:  # ASGI's own types
            is_control = scope["type"] == "http" and scope["path"].startswith("/_network/")
            await (control if is_control else rest)(scope, receive, send)

        url = await stack.enter_async_context(served(doors, port=ports[0]))
        operator.exchange.recordings_base = media_base or url
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(operator.run(clock))
            async with answering(people, network, clock, perform_step):
                yield Served(network, twilio, okta, accounts, url, *urls)
            running.cancel()


def read_number(given: str) -> tuple[str, str]:
    """`+12075551234=http://127.0.0.1:3000/voice` as number and URL. Raises Refusal."""
    from simulator.numbers import read_called

    number, equals, url = given.partition("=")
    parts = urlsplit(url)
    if not equals or parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refusal(f"--number {given}: write a number, =, and the URL of its voice webhook")
    return read_called(number, "--number"), url


@click.command(
    epilog="""\b
Examples:
  phone network --number +12075551234=http://127.0.0.1:3000/voice
  phone network --people people.yaml           people who answer by themselves
  phone network --virtual                      time is moved by orders alone
  phone --network http://127.0.0.1:8445 --from +17735551234     a phone on it
"""
)
@click.option("--number", "numbers", metavar="NUMBER=URL", multiple=True, help="A number and its voice webhook.")
@click.option("--people", metavar="FILE.yaml", type=click.Path(path_type=Path), help="People who answer automatically.")
@click.option("--virtual", is_flag=True, help="Virtual time: it moves only when told to.")
@click.option(
    "--port",
    type=_PORT,
    default=PORT,
    show_default=True,
    help="Port of Twilio's REST API and the phones; 0: any free one.",
)
@click.option("--okta-port", type=_PORT, default=OKTA_PORT, show_default=True, help="0: any free port.")
@click.option("--accounts-port", type=_PORT, default=ACCOUNTS_PORT, show_default=True, help="0: any free port.")
@click.option(
    "--auth-token", metavar="TOKEN", envvar="TWILIO_AUTH_TOKEN", help="Auth token of the account; signs webhooks."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed for ids and codes.")
@click.option(
    "--pipeline",
    type=click.Choice(["v1", "idx"]),
    default="v1",
    show_default=True,
    help="Okta's engine: v1 is Classic, idx is Identity Engine.",
)
@click.option("--org", type=click.Path(path_type=Path), help="YAML with more people in the fake Okta.")
def network(
    numbers: tuple[str, ...],
    people: Path | None,
    virtual: bool,
    port: int,
    okta_port: int,
    accounts_port: int,
    auth_token: str | None,
    seed: int,
    pipeline: str,
    org: Path | None,
) -> None:
    """Serve a telephone network on 127.0.0.1 until Ctrl-C: Twilio's REST API, phones, a fake Okta.

    Calls placed over the REST API ring. Phones are attached with `phone --network`, or driven over HTTP under
    /_network/ (docs/network.md).
    """
    import asyncio
    import logging

    from simulator.callers.script.reading import read_people
    from simulator.errors import SimulatorError
    from simulator.operator.clock import START, WallClock

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        rows = () if people is None else read_people(people)
        where = dict(map(read_number, numbers))
    except SimulatorError as error:
        raise Refusal(str(error)) from None
    clock = WallClock(lambda: 0.0, START, rate=0) if virtual else WallClock(time.monotonic, time.time())
    served = served_network(
        *(clock, where, rows),
        seed=seed,
        auth_token=auth_token,
        pipeline=pipeline,
        more_people=org,
        ports=(port, okta_port, accounts_port),
    )
    try:
        asyncio.run(_until_stopped(served))
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refusal(f"a port cannot be used: {reason}; choose another, 0 takes any free one.") from None


async def _until_stopped(serving: "Any") -> None:
    from fakes.cli import service_lines, stopped_by_signals, twilio_lines
    from simulator.cli.printing import print_line

    stop = stopped_by_signals()
    async with serving as served:
        lines = (
            *twilio_lines(served.twilio, served.url),
            *service_lines(served.okta, served.accounts, served.okta_url, served.accounts_url),
        )
        for line in lines:
            print_line(line)
        for number in served.network.operator.exchange.numbers:
            print_line(f"{number} is in service.")
        print_line(f"Attach a phone: phone --network {served.url}. Ctrl-C stops it all.")
        await stop.wait()
    print_line("Stopped.")
