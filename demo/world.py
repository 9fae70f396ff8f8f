"""The whole demo in one process: the line on fakes, reached by a simulated telephone network. One clock for all.

Heavy things are imported when the world is opened, so that a screen can be drawn before.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING

from simulator.mobile import PushPrompt, Text
from simulator.network import Network, Person
from simulator.operator.clock import Clock, ManualClock

if TYPE_CHECKING:
    from fakes.accounts.state import Accounts
    from fakes.okta.state import Okta
    from fakes.people import Person as Seeded
    from fakes.twilio.state import Twilio
    from ivr.line import Line

LINE_NUMBER = "+12075551234"
LINE_URL = "https://atko-mobile.example/ivr/welcome"
AGENT_NUMBER = "+12075550100"
SIGNING_TOKEN = "demo0000000000000000000000000000"  # noqa: S105 - guards nothing: both ends are in this process


@dataclass(frozen=True, slots=True)
class World:
    """A network and the fakes behind it, for whoever wants to look or to cause trouble."""

    network: Network
    okta: "Okta"
    accounts: "Accounts"
    twilio: "Twilio"


@asynccontextmanager
async def open_world(clock: Clock, *, seed: int = 0) -> AsyncIterator[World]:
    """The line, its fakes and a network to call it, all on `clock`; the same seed gives the same ids and codes."""
    from demo.line import Fakes, fake_line
    from demo.twilio import connect
    from fakes.doors import InProcessSession
    from fakes.twilio.app import create_app as twilio_app
    from fakes.twilio.state import API_URL, Twilio
    from ivr.app import create_app
    from ivr.callback.twilio import TwilioDialler
    from ivr.settings import read_settings
    from ivr.webhooks.turn import CALL_STATUS
    from simulator.exchange.exchange import Exchange
    from simulator.geography import locate
    from simulator.operator.operator import Operator
    from simulator.wires.asgi import AsgiWire

    public_url = LINE_URL.removesuffix("/ivr/welcome")
    exchange = Exchange(seed=seed, locate=locate)
    settings = read_settings(
        {
            "IVR_PUBLIC_URL": public_url,
            "TWILIO_ACCOUNT_SID": exchange.account,
            "TWILIO_AUTH_TOKEN": SIGNING_TOKEN,
            "IVR_AGENT_NUMBER": AGENT_NUMBER,
        }
    )
    fakes = Fakes(clock.now, seed)
    twilio = Twilio(now=clock.now, seed=seed, account_sid=exchange.account, auth_token=SIGNING_TOKEN)
    dialler = TwilioDialler(settings, session=InProcessSession({API_URL: twilio_app(twilio)}))
    line = fake_line(settings, fakes, clock.now, dialler)
    is_real_time = not isinstance(clock, ManualClock)
    if is_real_time:  # the SDKs take a second to import: have them ready before somebody dials
        Thread(target=_warm, args=(line,), daemon=True, name="warm").start()
    stopwatch = perf_counter if is_real_time else None
    async with AsgiWire(create_app(line), stopwatch=stopwatch) as wire:
        operator = Operator(exchange, wire, clock, auth_token=SIGNING_TOKEN)
        connect(twilio, operator, locate)
        twilio.add_number(LINE_NUMBER, voice_url=LINE_URL, status_callback=public_url + CALL_STATUS)
        people = _people()
        network = Network(
            operator, FakeMobile(fakes.okta, twilio), LINE_NUMBER, people[0].number, people, settings.customer_name
        )
        yield World(network, fakes.okta, fakes.accounts, twilio)


@asynccontextmanager
async def open_demo(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
    """The same, for scripts and the terminal phone, which only need the network."""
    async with open_world(clock, seed=seed) as world:
        yield world.network


class FakeMobile:
    """The other screen of the demo's people, read from the fake Okta and the fake Twilio in this process."""

    def __init__(self, okta: "Okta", twilio: "Twilio") -> None:
        self._okta = okta
        self._twilio = twilio
        self._owners = {person.phone: person.id for person in _seeded()}

    async def texts(self, number: str) -> Sequence[Text]:
        codes = [Text(text.to, text.body, text.code, text.at) for text in self._okta.texts(number)]
        others = [Text(text.to, text.body, None, text.at) for text in self._twilio.texts(number)]
        return sorted(codes + others, key=lambda text: text.at)

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        owner = self._owners.get(number)
        if owner is None:
            return ()
        return [
            PushPrompt(
                prompt.transaction_id, f"Sign in to {prompt.app}?", prompt.created, prompt.expires_at, prompt.choices
            )
            for prompt in self._okta.prompts(owner)
        ]

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        del prompt  # the fake answers the newest one, as a device shows the newest one
        self._okta.answer_push(self._owners[number], approve, choice)


def _warm(line: "Line") -> None:
    """One after the other: two threads that import share modules half made."""
    line.identity.warm()
    if line.dialler is not None:
        line.dialler.warm()


def _people() -> tuple[Person, ...]:
    notes = {
        "Jane": "Chicago; SMS, the usual demo",
        "Jon": "Chicago; Okta Verify push",
        "Max": "San Francisco; has no active factor",
        "Lea": "New York; account locked",
    }
    known = tuple(Person(f"{each.first} {each.last}", each.phone, notes[each.first]) for each in _seeded())
    return (*known, Person("A stranger", "+13125550100", "a number nobody knows"))


def _seeded() -> "tuple[Seeded, ...]":
    from fakes.people import PEOPLE

    return PEOPLE
