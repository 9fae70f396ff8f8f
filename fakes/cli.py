"""The `fakes` command: the fake Okta, the fake Twilio and the fake accounts API on loopback ports until Ctrl-C."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fakes.printing import one_line, one_line_handler, print_line

if TYPE_CHECKING:
    from fakes.accounts.state import Accounts
    from fakes.okta.state import Okta
    from fakes.twilio.state import Twilio

OKTA_PORT = 8443
ACCOUNTS_PORT = 8444
TWILIO_PORT = 8445
LAST_SECONDS = 1.8
"""Until the process ends whatever is still going on."""


class Refusal(click.ClickException):
    """Wrong use: one sentence on stderr, exit code 2."""

    exit_code = 2

    def format_message(self) -> str:
        """The sentence in one line, whatever it quotes."""
        return one_line(self.message)


class InterruptibleGroup(click.Group):
    """Commands that Ctrl-C ends with the exit code shells give for it, without a word."""

    def invoke(self, ctx: click.Context) -> Any:
        """See click, whose own end is "Aborted!" and 1."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            raise click.exceptions.Exit(130) from None


@click.group(cls=InterruptibleGroup, context_settings={"help_option_names": ["-h", "--help"]})
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
@click.option(
    "--okta-port", type=click.IntRange(0, 65535), default=OKTA_PORT, show_default=True, help="0: any free port."
)
@click.option(
    "--accounts-port", type=click.IntRange(0, 65535), default=ACCOUNTS_PORT, show_default=True, help="0: any free port."
)
@click.option(
    "--twilio-port", type=click.IntRange(0, 65535), default=TWILIO_PORT, show_default=True, help="0: any free port."
)
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

    logging.basicConfig(handlers=[one_line_handler()], level=logging.WARNING)
    okta, accounts = build(pipeline, seed, is_empty=empty)
    twilio = Twilio(now=time.time)
    seed_number(twilio)
    try:
        asyncio.run(_serve(okta, accounts, twilio, okta_port, accounts_port, twilio_port))
    except OSError as error:
        raise Refusal(
            f"a port cannot be used: {error.strerror or error}; choose another, 0 takes any free one."
        ) from None
    print_line("Stopped.")


def build(
    pipeline: str, seed: Path | None, *, is_empty: bool, now: Callable[[], float] = time.time
) -> "tuple[Okta, Accounts]":
    """The org and the accounts that are served. Raises Refusal for a seed that cannot be used."""
    from fakes.accounts.state import Accounts
    from fakes.okta.state import Okta
    from fakes.people import empty, seed_accounts, seed_people
    from fakes.seed import SeedError, plant, read_seed

    okta = Okta(now=now, pipeline="idx" if pipeline == "idx" else "v1")
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
    async with AsyncExitStack() as stack:
        urls = await stack.enter_async_context(served_services(okta, accounts, okta_port, accounts_port))
        twilio_url = await stack.enter_async_context(_served_twilio(twilio, twilio_port))
        stop = stopped_by_signals()  # only now that all is loaded: before, Ctrl-C ends the start
        for line in (*service_lines(okta, accounts, *urls), *twilio_lines(twilio, twilio_url)):
            print_line(line)
        print_line("Ctrl-C stops them all.")
        await stop.wait()


@asynccontextmanager
async def served_services(
    okta: "Okta", accounts: "Accounts", okta_port: int = 0, accounts_port: int = 0
) -> AsyncIterator[tuple[str, str]]:
    """Serve the fake Okta and the accounts API while the block runs; their URLs. OSError where a port is taken."""
    from fakes.accounts.app import create_app as accounts_app
    from fakes.doors import served
    from fakes.okta.app import create_app as okta_app

    async with (
        served(okta_app(okta, sleep=asyncio.sleep), port=okta_port) as okta_url,
        served(accounts_app(accounts, sleep=asyncio.sleep), port=accounts_port) as accounts_url,
    ):
        yield okta_url, accounts_url


def service_lines(okta: "Okta", accounts: "Accounts", okta_url: str, accounts_url: str) -> Iterator[str]:
    """Where they listen, and what to copy into the environment of a program that uses them."""
    yield f"Okta ({okta.org.pipeline}) listens on {okta_url}"
    yield f"  export OKTA_ORG_URL={okta_url}"
    yield f"  export OKTA_API_TOKEN={okta.org.api_token}"
    yield "  export OKTA_TESTING_TESTINGDISABLEHTTPSCHECK=true  # the official SDK refuses plain http otherwise"
    for app in okta.org.tables.sign_in_apps.values():
        yield f"  export OKTA_DIRECT_CLIENT_ID={app.client_id}  # Direct Authentication, with the next"
        yield f"  export OKTA_DIRECT_CLIENT_SECRET={app.secret}"
    yield f"Accounts API listens on {accounts_url}"
    yield f"  export ACCOUNTS_API_URL={accounts_url}"
    yield f"  export ACCOUNTS_API_TOKEN={accounts.token}"


def twilio_lines(twilio: "Twilio", url: str) -> Iterator[str]:
    """The same for Twilio's REST API."""
    yield f"Twilio listens on {url} (the official SDK needs an HTTP client that goes there)"
    yield f"  export TWILIO_API_URL={url}  # for `ivr`, which has one"
    yield f"  export TWILIO_ACCOUNT_SID={twilio.account.sid}"
    yield f"  export TWILIO_AUTH_TOKEN={twilio.account.auth_token}"
    yield from (f"  export TWILIO_PHONE_SID={sid}" for sid in list(twilio.account.tables.numbers)[:1])


def stopped_by_signals() -> asyncio.Event:
    """Set at the first signal; the second one, or requests that are still open after two seconds, end the process."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def heed(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()
        loop.call_later(LAST_SECONDS, os._exit, 128 + number)
        loop.set_exception_handler(_tell_unless_cancelled)

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, heed, name)
    return stop


def _tell_unless_cancelled(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Python 3.11 reports every connection that is cut off as an error."""
    if not isinstance(context.get("exception"), asyncio.CancelledError):
        loop.default_exception_handler(context)


@asynccontextmanager
async def _served_twilio(twilio: "Twilio", port: int) -> AsyncIterator[str]:
    """The REST API, and somebody who sends its webhooks. There is no network: the control plane moves calls."""
    from aiohttp import ClientSession

    from fakes.doors import served
    from fakes.twilio.app import create_app
    from fakes.twilio.webhook_sender import WebhookSender

    async with ClientSession() as session, served(create_app(twilio, sleep=asyncio.sleep), port=port) as url:
        sender = WebhookSender(twilio, session)
        twilio.connect(None, sender.send)
        sending = asyncio.create_task(sender.run())
        try:
            yield url
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
