"""One test's set of fakes on one clock: how they are made, who lives in them, and how they meet the test's line.

Knows nothing of pytest.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from demo.testing.doors import Doors
from demo.twilio import connect
from demo.waiting import Waiting
from demo.world import FakeMobile
from fakes.accounts.app import AccountsHandler
from fakes.accounts.state import Accounts
from fakes.control import order_faults
from fakes.doors import InProcessSession
from fakes.faults import Faults
from fakes.okta.handler import OktaHandler
from fakes.okta.state import Okta
from fakes.people import seed_accounts, seed_people
from fakes.request_log import RequestLog
from fakes.seed import SeedError, plant, read_seed
from fakes.twilio.handler import TwilioHandler
from fakes.twilio.state import API_URL, Twilio
from fakes.web import Answering
from simulator.errors import WrongUseError
from simulator.exchange.exchange import Exchange
from simulator.geography import locate
from simulator.mobile import NoMobile
from simulator.operator.beside import OutsideCall
from simulator.testing.line import Line

SERVICES = ("okta", "twilio_api", "accounts")


class FakeSet:
    """The three of them, and a session that reaches them without a socket. `people`: see `inhabit`.

    A slow answer in that session is waited for on the clock of the test's line.
    """

    def __init__(
        self, *, now: Callable[[], float], seed: int, auth_token: str, doors: Doors, people: object = None
    ) -> None:
        urls = doors.urls
        self.okta = Okta(now=now, seed=seed, org_url=urls["okta"])
        self.accounts = Accounts(now=now, url=urls["accounts"])
        account = Exchange(seed=seed).account  # the test's exchange draws the same sid from the same seed
        self.twilio = Twilio(now=now, seed=seed, account_sid=account, auth_token=auth_token, url=urls["twilio"])
        inhabit(self.okta, self.accounts, people)
        self.logs = {"Okta": RequestLog(now), "accounts": RequestLog(now)}
        self._doors = doors
        self._handlers: dict[str, Answering] = {
            "okta": OktaHandler(self.okta.org, self.logs["Okta"]),
            "accounts": AccountsHandler(self.accounts, self.logs["accounts"]),
            "twilio": TwilioHandler(self.twilio.account),
        }
        at = {urls[name]: handler for name, handler in self._handlers.items()}
        self._waiting = Waiting(now)
        self.session = InProcessSession({**at, API_URL: self._handlers["twilio"]}, sleep=self._waiting.sleep)

    def open(self) -> None:
        """From now on these are the fakes behind the doors."""
        self._doors.lead_to(self._handlers)

    def close(self) -> None:
        self._doors.lead_to({})

    def break_down(self, faults: Mapping[str, object]) -> None:
        """Order faults, as a control plane takes them, by service. Raises WrongUseError."""
        found = {"okta": self.okta.faults, "twilio_api": self.twilio.faults, "accounts": self.accounts.faults}
        for service, order in faults.items():
            _order(service, found.get(service), order)

    def meet(self, line: Line, *, has_twilio: bool) -> None:
        """Put what the fakes deliver onto the line's phones, and what they were asked into its journal."""
        if isinstance(line.mobile, NoMobile):
            line.mobile = FakeMobile(self.okta, self.twilio)
        line.operator.outside = Asked(self.logs)
        line.operator.intercept(self._waiting.wire)
        if has_twilio:
            connect(self.twilio, line.operator, locate)
            self.twilio.add_number(line.called, voice_url=line.url)


class Asked:
    """What the application has asked the fakes since the last look (an `OutsideLog`)."""

    def __init__(self, logs: Mapping[str, RequestLog]) -> None:
        self._logs = logs
        self._seen = {party: log.newest for party, log in logs.items()}

    async def calls_made(self) -> Sequence[OutsideCall]:
        made: list[tuple[float, OutsideCall]] = []
        for party, log in self._logs.items():
            for each in log.since(self._seen[party]):
                call = OutsideCall(party, each.method, each.path, each.status, each.seconds, each.note)
                made.append((each.at, call))
            self._seen[party] = log.newest
        return [call for _, call in sorted(made, key=lambda pair: pair[0])]


def inhabit(okta: Okta, accounts: Accounts, people: object) -> None:
    """The people of the demo (None), or those of a seed: a file, or its document. Raises WrongUseError."""
    if people is None:
        seed_people(okta)
        seed_accounts(accounts)
        return
    try:
        document = read_seed(Path(people)) if isinstance(people, str | Path) else people
        if not isinstance(document, Mapping):
            raise WrongUseError(f"fake_people is the path of a seed file, its document or None, got {people!r}")
        plant(document, okta, accounts)
    except SeedError as error:
        raise WrongUseError(f"fake_people: {error}") from None


def _order(service: str, faults: Faults | None, order: object) -> None:
    if faults is None:
        raise WrongUseError(f"faults can be ordered of {', '.join(SERVICES)}, not of {service}")
    if not isinstance(order, Mapping):
        raise WrongUseError(
            f'faults: {service} takes a mapping such as {{"fail_next": {{"status": 503}}}}, got {order!r}'
        )
    try:
        order_faults(faults, order)
    except (TypeError, ValueError) as error:
        reason = str(error).removeprefix("Faults.")
        raise WrongUseError(f"faults: {service}: {reason}") from None
