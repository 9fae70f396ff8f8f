"""The line on fakes in this process: the real clients, whose requests end at the fakes."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fakes.doors import Sleep
    from fakes.web import Answering
    from ivr.line import Line
    from ivr.settings import Settings

ACCOUNT_SID = "ACde30de30de30de30de30de30de30de30"
SIGNING_TOKEN = "demo0000000000000000000000000000"  # noqa: S105 - guards nothing: both ends are in this process
ACCOUNTS_URL = "http://accounts.atko-mobile.example"


class Fakes:
    """A seeded fake Okta, accounts API and Twilio on one clock, and the session that reaches them without sockets.

    Slow answers take no time, unless there is a `sleep`. The org has the engine that the line's `mfa_api` needs.
    """

    def __init__(
        self, now: Callable[[], float], seed: int = 0, *, sleep: "Sleep | None" = None, mfa_api: str = "factors"
    ) -> None:
        from fakes.accounts.app import AccountsHandler
        from fakes.accounts.state import Accounts
        from fakes.doors import InProcessSession
        from fakes.okta.app import OktaHandler
        from fakes.okta.state import Okta
        from fakes.people import seed_accounts, seed_people
        from fakes.request_log import RequestLog
        from fakes.twilio.app import TwilioHandler
        from fakes.twilio.state import API_URL, Twilio

        self.okta: Okta = Okta(now=now, seed=seed, pipeline="idx" if mfa_api == "direct" else "v1")
        seed_people(self.okta)
        self.accounts: Accounts = Accounts(now=now)
        seed_accounts(self.accounts)
        self.twilio: Twilio = Twilio(now=now, seed=seed, account_sid=ACCOUNT_SID, auth_token=SIGNING_TOKEN)
        self.okta_log: RequestLog = RequestLog(now)
        self.accounts_log: RequestLog = RequestLog(now)
        okta = OktaHandler(self.okta.org, log=self.okta_log)
        accounts, twilio = AccountsHandler(self.accounts, log=self.accounts_log), TwilioHandler(self.twilio.account)
        self.handlers: Mapping[str, Answering] = {"Okta": okta, "accounts": accounts, "Twilio": twilio}
        at: dict[str, Answering] = {self.okta.org.url: okta, ACCOUNTS_URL: accounts, API_URL: twilio}
        self.session: InProcessSession = InProcessSession(at, sleep=sleep)


@dataclass(frozen=True, slots=True)
class ServiceEndpoints:
    """How the line reaches the services: their addresses, and a session, or None for its own over the network."""

    okta: str
    accounts: str
    session: Any = None  # aiohttp's, or one that looks like it


def in_process(fakes: Fakes) -> ServiceEndpoints:
    """Reach the fakes without a socket."""
    return ServiceEndpoints(fakes.okta.org.url, ACCOUNTS_URL, fakes.session)


@asynccontextmanager
async def over_http(fakes: Fakes) -> AsyncIterator[ServiceEndpoints]:
    """Serve the fakes over loopback while the block runs."""
    from fakes.accounts.app import create_app as accounts_app
    from fakes.doors import served
    from fakes.okta.app import create_app as okta_app

    async with served(okta_app(fakes.okta)) as okta, served(accounts_app(fakes.accounts)) as accounts:
        yield ServiceEndpoints(okta, accounts)


def fake_line(
    settings: "Settings",
    fakes: Fakes,
    now: Callable[[], float],
    services: ServiceEndpoints | None = None,
    *,
    calls_back: bool = False,
) -> "Line":
    """Make the line with the real Okta, accounts and Twilio clients; requests end at the fakes, by default in process.

    `calls_back`: the fake Twilio is on a telephone network; without one a call back is only noted.
    """
    from pydantic import SecretStr

    from fakes.accounts.state import DEMO_TOKEN as ACCOUNTS_TOKEN
    from fakes.okta.state import DEMO_TOKEN as OKTA_TOKEN
    from fakes.people import SIGN_IN_APP
    from ivr.accounts import HttpAccounts
    from ivr.backends import okta_identity, open_stores
    from ivr.callback import TwilioDialler
    from ivr.identity.directory import Directory
    from ivr.identity.okta_wire import OktaWire
    from ivr.line import Line

    services = services or in_process(fakes)
    wire = OktaWire(services.okta, OKTA_TOKEN, session=services.session)
    calls, limits = open_stores(settings, now)
    app = {"direct_client_id": SIGN_IN_APP["client_id"], "direct_client_secret": SecretStr(SIGN_IN_APP["secret"])}
    return Line(
        settings=settings,
        directory=Directory(wire),
        identity=okta_identity(settings.model_copy(update=app), wire, now),
        accounts=HttpAccounts(services.accounts, ACCOUNTS_TOKEN, session=services.session),
        calls=calls,
        limits=limits,
        now=now,
        dialler=TwilioDialler(settings, session=fakes.session) if calls_back else None,
    )
