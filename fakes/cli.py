"""The `fakes` command: the fake Okta, the fake Twilio and the fake accounts API on loopback ports until Ctrl-C."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fakes.accounts.state import Accounts
    from fakes.okta.state import Okta
    from fakes.twilio.state import Twilio

OKTA_PORT = 8443
ACCOUNTS_PORT = 8444
TWILIO_PORT = 8445


class Refusal(click.ClickException):
    """Wrong use: one sentence on stderr, exit code 2."""

    exit_code = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="okta-twilio-ivr", prog_name="fakes", message="%(prog)s %(version)s")
def main() -> None:
    """Fakes of the services around a phone line, for demos, tests and other programs."""


@main.command(
    epilog="""\b
Examples:
  fakes serve
  fakes serve --okta-port 0 --pipeline idx
  fakes serve --seed people.yaml
  fakes serve --empty
"""
)
@click.option("--okta-port", type=click.IntRange(0, 65535), default=OKTA_PORT, show_default=True, help="0: any.")
@click.option(
    "--accounts-port", type=click.IntRange(0, 65535), default=ACCOUNTS_PORT, show_default=True, help="0: any."
)
@click.option("--twilio-port", type=click.IntRange(0, 65535), default=TWILIO_PORT, show_default=True, help="0: any.")
@click.option("--seed", type=click.Path(path_type=Path), help="YAML with more people, merged into the demo's.")
@click.option(
    "--pipeline",
    type=click.Choice(["v1", "idx"]),
    default="v1",
    show_default=True,
    help="Okta's engine: v1 is Classic, idx is Identity Engine.",
)
@click.option("--empty", is_flag=True, help="An Okta org without people, attributes and factors, for `ivr setup okta`.")
def serve(okta_port: int, accounts_port: int, twilio_port: int, seed: Path | None, pipeline: str, empty: bool) -> None:
    """Serve the fake Okta, the fake Twilio and the fake accounts API on 127.0.0.1 until Ctrl-C.

    The lines to copy into the environment of a program that uses them are printed at the start. Texts, push prompts,
    ringing calls, the clock and faults are under /_fake/ on the same ports.
    """
    from fakes.people import seed_number
    from fakes.twilio.state import Twilio

    okta, accounts = build(pipeline, seed, is_empty=empty)
    twilio = Twilio(now=time.time)
    seed_number(twilio)
    try:
        asyncio.run(_serve(okta, accounts, twilio, okta_port, accounts_port, twilio_port))
    except OSError as error:
        raise Refusal(
            f"a port cannot be used: {error.strerror or error}; choose another, 0 takes any free one."
        ) from None
    click.echo("Stopped.")


def build(pipeline: str, seed: Path | None, *, is_empty: bool) -> "tuple[Okta, Accounts]":
    """The org and the accounts that are served. Raises Refusal for a seed that cannot be used."""
    from fakes.accounts.state import Accounts
    from fakes.okta.state import Okta
    from fakes.people import empty, seed_accounts, seed_people
    from fakes.seed import SeedError, plant, read_seed

    okta = Okta(now=time.time, pipeline="idx" if pipeline == "idx" else "v1")
    accounts = Accounts(now=okta.now)
    if is_empty:
        empty(okta)
    else:
        seed_people(okta)
        seed_accounts(accounts)
    if seed is not None:
        try:
            plant(read_seed(seed), okta, accounts)
        except SeedError as error:
            raise Refusal(str(error)) from None
    return okta, accounts


async def _serve(
    okta: "Okta", accounts: "Accounts", twilio: "Twilio", okta_port: int, accounts_port: int, twilio_port: int
) -> None:
    from fakes.accounts.app import create_app as accounts_app
    from fakes.doors import served
    from fakes.okta.app import create_app as okta_app

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with AsyncExitStack() as stack:
        okta_url = await stack.enter_async_context(served(okta_app(okta, sleep=asyncio.sleep), port=okta_port))
        accounts_url = await stack.enter_async_context(
            served(accounts_app(accounts, sleep=asyncio.sleep), port=accounts_port)
        )
        twilio_url = await stack.enter_async_context(_served_twilio(twilio, twilio_port))
        click.echo(f"Okta ({okta.org.pipeline}) listens on {okta_url}")
        click.echo(f"  export OKTA_ORG_URL={okta_url}")
        click.echo(f"  export OKTA_API_TOKEN={okta.org.api_token}")
        click.echo(
            "  export OKTA_TESTING_TESTINGDISABLEHTTPSCHECK=true  # the official SDK refuses plain http otherwise"
        )
        click.echo(f"Accounts API listens on {accounts_url}")
        click.echo(f"  export ACCOUNTS_API_URL={accounts_url}")
        click.echo(f"  export ACCOUNTS_API_TOKEN={accounts.token}")
        click.echo(f"Twilio listens on {twilio_url} (the official SDK needs an HTTP client that goes there)")
        click.echo(f"  export TWILIO_API_URL={twilio_url}  # for `ivr`, which has one")
        click.echo(f"  export TWILIO_ACCOUNT_SID={twilio.account.sid}")
        click.echo(f"  export TWILIO_AUTH_TOKEN={twilio.account.auth_token}")
        click.echo(f"  export TWILIO_PHONE_SID={next(iter(twilio.account.tables.numbers))}")
        click.echo("Ctrl-C stops them all.")
        await stop.wait()


@asynccontextmanager
async def _served_twilio(twilio: "Twilio", port: int) -> AsyncIterator[str]:
    """The REST API, and somebody who sends its webhooks. There is no network: the control plane moves calls."""
    from aiohttp import ClientSession

    from fakes.doors import served
    from fakes.twilio.app import create_app
    from fakes.twilio.postman import Postman

    async with ClientSession() as session, served(create_app(twilio, sleep=asyncio.sleep), port=port) as url:
        postman = Postman(twilio, session)
        twilio.connect(None, postman.send)
        sending = asyncio.create_task(postman.run())
        try:
            yield url
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
