"""The whole demo in one process: the line on fakes, reached by a simulated telephone network. One clock for all.

Heavy things are imported when the world is opened, so that a screen can be drawn before.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from json import dumps
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from okta_twilio_ivr.line import ACCOUNT_SID, SIGNING_TOKEN
from simulator.applications import Endpoint
from simulator.control_plane import ControlAnswer, ControlPlane
from simulator.errors import WrongUseError
from simulator.foreign import whole_json
from simulator.network import Network, Person, build_network
from simulator.operator.beside import OutsideCall
from simulator.operator.clock import Clock, ManualClock
from simulator.troubles import troubles_of

if TYPE_CHECKING:
    from fakes.accounts.state import Accounts
    from fakes.okta.state import Okta
    from fakes.people import Person as Seeded
    from fakes.request_log import Answered
    from fakes.twilio.state import Twilio
    from fakes.web import Answering
    from ivr.line import Line
    from ivr.settings import Settings
    from okta_twilio_ivr.line import Fakes, ServiceEndpoints
    from simulator.operator.operator import Operator
    from simulator.wires.asgi import AsgiWire

LINE_NUMBER = "+12075551234"
LINE_URL = "https://atko-mobile.example/ivr/welcome"
AGENT_NUMBER = "+12075550100"

_SDK_PATIENCE = 30.0
"""Real seconds that a call back's order may take: a newly installed SDK takes five to be compiled and imported."""


@dataclass(frozen=True, slots=True)
class World:
    """A network and the fakes behind it, for whoever wants to look or to cause trouble."""

    network: Network
    okta: "Okta"
    accounts: "Accounts"
    twilio: "Twilio"
    services: "ServiceEndpoints"


HEEDED = ("OKTA_MFA_API", "OKTA_DIRECT_FACTORS", "IVR_PUSH_NUMBER_CHALLENGE", "IVR_PUSH_PATIENCE")


@asynccontextmanager
async def open_world(
    clock: Clock,
    *,
    seed: int = 0,
    served: bool = False,
    settings: Mapping[str, str] | None = None,
    calls_back: bool = True,
) -> AsyncIterator[World]:
    """Open the line, its fakes and a network to call it, all on `clock`; the same seed gives the same ids and codes.

    `served` puts real HTTP over loopback between the line and the fakes; `settings` are the line's, by their names.
    Without `calls_back` the line leaves call backs to the accounts API. For a slow Okta so much time passes on the
    clock, whether that runs or is moved by hand (`okta_twilio_ivr.waiting`); served fakes are never slow.
    """
    check_installed()
    from okta_twilio_ivr.line import Fakes, fake_line, in_process, over_http
    from okta_twilio_ivr.waiting import Waiting

    waiting = Waiting(clock.now)
    own = line_settings(settings)
    fakes = Fakes(clock.now, seed, sleep=waiting.sleep, mfa_api=own.okta_mfa_api)
    async with over_http(fakes) if served else nullcontext(in_process(fakes)) as services:
        line = waiting.line(fake_line(own, fakes, waiting.now, services, calls_back=calls_back))
        async with connected(line, clock) as wire:
            title = line.settings.customer_name
            endpoint = Endpoint(LINE_URL, waiting.wire(wire), background=wire)
            yield world_of(endpoint, fakes, clock, seed=seed, title=title, services=services)


def check_installed() -> None:
    """Raises WrongUseError with one sentence where the extra `demo` is missing."""
    from ivr import missing_packages

    if missing := missing_packages("demo"):
        raise WrongUseError(f"{missing}; or say which application to call, with --url")


def line_settings(more: Mapping[str, str] | None = None) -> "Settings":
    """Read the line's settings in every world of the demo, and what else is given."""
    from ivr.settings import read_settings

    public_url = LINE_URL.removesuffix("/ivr/welcome")
    always = {
        "IVR_PUBLIC_URL": public_url,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": SIGNING_TOKEN,
        "IVR_AGENT_NUMBER": AGENT_NUMBER,
    }
    return read_settings({**always, **(more or {})})


@asynccontextmanager
async def connected(line: "Line", clock: Clock) -> AsyncIterator["AsgiWire"]:
    """Open the wire to this line, in this process."""
    from ivr.app import create_app
    from simulator.wires.asgi import AsgiWire

    is_real_time = not isinstance(clock, ManualClock)
    if is_real_time:  # the SDKs take a second to import: have them ready before somebody dials
        Thread(target=_warm, args=(line,), daemon=True, name="warm").start()
    stopwatch = perf_counter if is_real_time else None
    async with AsgiWire(create_app(line), stopwatch=stopwatch, patience=_SDK_PATIENCE) as wire:
        yield wire


def _warm(line: "Line") -> None:
    line.directory.warm()
    if line.dialler is not None:
        line.dialler.warm()


def world_of(
    endpoint: Endpoint,
    fakes: "Fakes",
    clock: Clock,
    *,
    seed: int,
    title: str,
    services: "ServiceEndpoints | None" = None,
) -> World:
    """Put together a network whose only number leads to the line at this endpoint, and the fakes of that line."""
    from ivr.webhooks.results import CALL_STATUS
    from okta_twilio_ivr.line import in_process
    from okta_twilio_ivr.twilio import connect
    from simulator.exchange.numbers import Number

    people = _people()
    plane = ControlPlane({party: DirectTransport(fake) for party, fake in fakes.handlers.items()})
    network = build_network(
        *(endpoint, clock, Number(LINE_NUMBER, LINE_URL)),
        seed=seed,
        account=ACCOUNT_SID,
        auth_token=SIGNING_TOKEN,
        mobile=plane,
        caller=people[0].number,
    )
    operator = network.operator
    for party, log in (("Okta", fakes.okta_log), ("accounts", fakes.accounts_log)):
        log.listen(partial(_note, operator, party))
    connect(fakes.twilio, operator)
    status = LINE_URL.removesuffix("/ivr/welcome") + CALL_STATUS
    fakes.twilio.add_number(LINE_NUMBER, voice_url=LINE_URL, status_callback=status)
    network = replace(network, people=people, title=title, troubles=troubles_of(plane), preferences=plane)
    return World(network, fakes.okta, fakes.accounts, fakes.twilio, services or in_process(fakes))


@asynccontextmanager
async def open_demo(clock: Clock, *, seed: int = 0, environ: Mapping[str, str] | None = None) -> AsyncIterator[Network]:
    """Open the same for scripts and the terminal phone, which only need the network; `environ` as in `heeded`."""
    async with open_world(clock, seed=seed, settings=heeded(environ or {})) as world:
        yield world.network


def heeded(environ: Mapping[str, str]) -> dict[str, str]:
    """Take the line's settings that decide what Okta is asked; the demo heeds no others. Raises WrongUseError."""
    check_installed()
    from ivr.settings import SettingsError

    given = {name: environ[name] for name in HEEDED if name in environ}
    try:
        line_settings(given)
    except SettingsError as error:
        raise WrongUseError(str(error)) from None
    return given


def _note(operator: "Operator", party: str, seen: "Answered") -> None:
    """Note what a fake has answered, in the context of the webhook that the line is working on."""
    call = OutsideCall(party, seen.method, seen.path, seen.status, seen.seconds, seen.note)
    operator.note_outside(call)


class DirectTransport:
    """Asks the control plane of a fake in this process, while nobody else holds the `lock`."""

    name = ""

    def __init__(self, fake: "Answering", lock: AbstractContextManager[object] | None = None) -> None:
        self._fake = fake
        self._lock = lock or nullcontext()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
    ) -> ControlAnswer:
        from fakes.web import Request

        body = b"" if json is None else dumps(json).encode()
        with self._lock:
            response = self._fake.answer(Request(method, "", path, urlencode(params or {}), body=body))
        return ControlAnswer(response.status, whole_json(response.body) if response.body else None)


def _people() -> tuple[Person, ...]:
    notes = {
        "Jane": "Chicago; SMS, the usual demo",
        "Jon": "Chicago; Okta Verify push",
        "Max": "San Francisco; has no active factor",
        "Lea": "New York; account locked",
        "Tom": "Miami; the code of an app",
        "Vic": "Boston; a call that speaks a code",
    }
    known = tuple(Person(f"{each.first} {each.last}", each.phone, notes[each.first]) for each in _seeded())
    return (*known, Person("A stranger", "+13125550100", "a number nobody knows"))


def _seeded() -> "tuple[Seeded, ...]":
    from fakes.people import PEOPLE

    return PEOPLE
