"""The `ivr` command with the fake backend plugged in: the line on fakes in this process."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from demo.recording.command import make_record
from ivr.cli import make_cli

if TYPE_CHECKING:
    from fakes.doors import Sleep
    from ivr.line import Line
    from ivr.settings import Settings

ACCOUNTS_URL = "http://accounts.atko-mobile.example"


class Fakes:
    """A seeded fake Okta, accounts API and Twilio on one clock, and the session that reaches them without sockets.

    Slow answers take no time, unless there is a `sleep`.
    """

    def __init__(self, now: Callable[[], float], seed: int = 0, *, sleep: "Sleep | None" = None) -> None:
        from demo.world import ACCOUNT_SID, SIGNING_TOKEN
        from fakes.accounts.app import AccountsHandler
        from fakes.accounts.state import Accounts
        from fakes.doors import InProcessSession
        from fakes.okta.handler import OktaHandler
        from fakes.okta.state import Okta
        from fakes.people import seed_accounts, seed_people
        from fakes.request_log import RequestLog
        from fakes.twilio.handler import TwilioHandler
        from fakes.twilio.state import API_URL, Twilio

        self.okta: Okta = Okta(now=now, seed=seed)
        seed_people(self.okta)
        self.accounts: Accounts = Accounts(now=now)
        seed_accounts(self.accounts)
        self.twilio: Twilio = Twilio(now=now, seed=seed, account_sid=ACCOUNT_SID, auth_token=SIGNING_TOKEN)
        self.okta_log: RequestLog = RequestLog(now)
        self.accounts_log: RequestLog = RequestLog(now)
        self.session: InProcessSession = InProcessSession(
            {
                self.okta.org.url: OktaHandler(self.okta.org, log=self.okta_log),
                ACCOUNTS_URL: AccountsHandler(self.accounts, log=self.accounts_log),
                API_URL: TwilioHandler(self.twilio.account),
            },
            sleep=sleep,
        )


@dataclass(frozen=True, slots=True)
class Way:
    """How the line reaches the services: their addresses, and a session, or None for its own over the network."""

    okta: str
    accounts: str
    session: Any = None  # aiohttp's, or one that looks like it


def in_process(fakes: Fakes) -> Way:
    """Without a socket."""
    return Way(fakes.okta.org.url, ACCOUNTS_URL, fakes.session)


@asynccontextmanager
async def over_http(fakes: Fakes) -> AsyncIterator[Way]:
    """The fakes served over loopback while the block runs."""
    from fakes.accounts.app import create_app as accounts_app
    from fakes.doors import served
    from fakes.okta.app import create_app as okta_app

    async with served(okta_app(fakes.okta)) as okta, served(accounts_app(fakes.accounts)) as accounts:
        yield Way(okta, accounts)


def fake_line(
    settings: "Settings", fakes: Fakes, now: Callable[[], float], way: Way | None = None, *, calls_back: bool = False
) -> "Line":
    """The line with the real Okta, accounts and Twilio clients, whose requests end at the fakes: in process by default.

    `calls_back`: the fake Twilio is on a telephone network; without one a call back is only noted.
    """
    from fakes.accounts.state import DEMO_TOKEN as ACCOUNTS_TOKEN
    from fakes.okta.state import DEMO_TOKEN as OKTA_TOKEN
    from ivr.accounts.http import HttpAccounts
    from ivr.callback.twilio import TwilioDialler
    from ivr.identity.okta import okta_identity
    from ivr.identity.okta_wire import OktaWire
    from ivr.line import Line
    from ivr.memory import memory_of

    way = way or in_process(fakes)
    wire = OktaWire(way.okta, OKTA_TOKEN, session=way.session)
    calls, limits = memory_of(settings, now)
    return Line(
        settings=settings,
        identity=okta_identity(settings, wire),
        accounts=HttpAccounts(way.accounts, ACCOUNTS_TOKEN, session=way.session),
        calls=calls,
        limits=limits,
        now=now,
        dialler=TwilioDialler(settings, session=fakes.session) if calls_back else None,
    )


class FakeBackend:
    """The line on fakes of its own; their texts and prompts can be read over loopback by a phone elsewhere."""

    @cached_property
    def _fakes(self) -> Fakes:
        """Made when first used: other backends and commands need not load them."""
        return Fakes(time.time, seed=int(time.time()), sleep=asyncio.sleep)

    def line(self, settings: "Settings") -> "Line":
        """The line, ready to be served."""
        return fake_line(settings, self._fakes, time.time)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Sequence[str]]:
        """The fake Okta's own server, for as long as the line is served."""
        from fakes.doors import served
        from fakes.okta.app import create_app

        async with served(create_app(self._fakes.okta, log=self._fakes.okta_log)) as address:
            yield (f"texts    on {address}: phone --url WEBHOOK --okta {address}",)


def main() -> None:
    """Entry point of the `ivr` script."""
    fake = FakeBackend()
    cli = make_cli({"fake": fake.line}, beside={"fake": fake.beside})
    cli.add_command(make_record(os.environ))
    cli(prog_name="ivr")
