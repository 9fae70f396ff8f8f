"""One test's set of fakes on one clock: how they are made, who lives in them, how they are served and meet the line.

Knows nothing of pytest.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from threading import Lock, Thread

from fakes.accounts.app import HEEDED, AccountsHandler
from fakes.accounts.state import Accounts
from fakes.doors import InProcessSession, served
from fakes.faults import KINDS, Faults, read_orders
from fakes.okta.app import OktaHandler
from fakes.okta.state import Okta
from fakes.people import seed_accounts, seed_people
from fakes.quart_adapter import QuartAdapter
from fakes.request_log import RequestLog
from fakes.seed import SeedError, plant, read_seed
from fakes.twilio.app import TwilioHandler
from fakes.twilio.state import API_URL, Twilio
from fakes.web import Answering, Request, Response, json_response
from okta_twilio_ivr.twilio import connect
from okta_twilio_ivr.waiting import Waiting
from okta_twilio_ivr.world import DirectTransport
from simulator.control_plane import ControlPlane
from simulator.errors import WrongUseError
from simulator.exchange.exchange import Exchange
from simulator.mobile import NoMobile
from simulator.testing.line import Line

NAMES = ("okta", "twilio", "accounts")
SERVICES = ("okta", "twilio_api", "accounts")


class FakeSet:
    """The three of them, and a session that reaches them without a socket. `people`: see `inhabit`.

    A slow answer in that session is waited for on the clock of the test's line.
    """

    def __init__(
        self, *, now: Callable[[], float], seed: int, auth_token: str, doors: "Doors", people: object = None
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
        """Put these fakes behind the doors."""
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
        doors = {"Okta": "okta", "accounts": "accounts", "Twilio": "twilio"}
        transports = {party: DirectTransport(self._handlers[door], self._doors.lock) for party, door in doors.items()}
        plane = ControlPlane(transports, seen={party: log.newest for party, log in self.logs.items()})
        if isinstance(line.mobile, NoMobile):
            line.mobile = plane
        line.operator.outside = plane
        line.operator.intercept(self._waiting.wire)
        if has_twilio:
            connect(self.twilio, line.operator)
            self.twilio.add_number(line.called, voice_url=line.url)


def inhabit(okta: Okta, accounts: Accounts, people: object) -> None:
    """Settle the people of the demo (None), or those of a seed: a file, or its document. Raises WrongUseError."""
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
        faults.order(*read_orders(order, HEEDED if service == "accounts" else KINDS))
    except ValueError as error:
        raise WrongUseError(f"faults: {service}: {error}") from None


class Doors:
    """Serves loopback addresses that stay the same for a whole run, until `close`; behind each is the test's own fake.

    So an application that reads an address once, when it is imported or started, finds every test's fake there. In a
    thread of its own, because an application under test may block the test's thread while it asks. A slow answer
    (`Faults.slow_by`) really takes that long here.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        """Held by whoever touches the fakes while an application may be asking them."""
        self._doors = {name: Door(name, self.lock) for name in NAMES}
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()
        self._thread = Thread(target=self._loop.run_forever, name="fakes", daemon=True)
        self._thread.start()
        self.urls: Mapping[str, str] = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    def lead_to(self, fakes: Mapping[str, Answering]) -> None:
        """Have these answer from now on, and none of those that are not named."""
        for name, door in self._doors.items():
            door.behind = fakes.get(name)

    def close(self) -> None:
        """Serve nothing any more."""
        asyncio.run_coroutine_threadsafe(self._stack.aclose(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> dict[str, str]:
        return {
            name: await self._stack.enter_async_context(served(QuartAdapter(f"fakes.{name}", door, asyncio.sleep)))
            for name, door in self._doors.items()
        }


class Door:
    """Answers by whoever is behind it, one request at a time and only while nobody else holds the `lock`."""

    def __init__(self, name: str, lock: Lock) -> None:
        self._name = name
        self._lock = lock
        self.behind: Answering | None = None

    def answer(self, request: Request) -> Response:
        if self.behind is None:
            return json_response({"error": f"no test that uses the fake {self._name} is running"}, 503)
        with self._lock:
            return self.behind.answer(request)
