"""The whole demo in one process: the line on fakes, reached by a simulated telephone network. One clock for all.

Heavy things are imported when the world is opened, so that a screen can be drawn before.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING

from demo.account import ACCOUNT_SID, SIGNING_TOKEN
from simulator.mobile import PushPrompt, ShownCode, Text
from simulator.network import Network, Person, Trouble
from simulator.operator.beside import OutsideCall
from simulator.operator.clock import Clock, ManualClock

if TYPE_CHECKING:
    from demo.line import Fakes, Way
    from fakes.accounts.state import Accounts
    from fakes.faults import Faults
    from fakes.okta.state import Okta
    from fakes.people import Person as Seeded
    from fakes.request_log import Answered
    from fakes.twilio.state import Twilio
    from ivr.line import Line
    from ivr.settings import Settings
    from simulator.operator.operator import Operator
    from simulator.wires.wire import Wire

LINE_NUMBER = "+12075551234"
LINE_URL = "https://atko-mobile.example/ivr/welcome"
PREFERENCE = "ivrFactorPreference"
AGENT_NUMBER = "+12075550100"

_FOR_EVER = 1_000_000


@dataclass(frozen=True, slots=True)
class World:
    """A network and the fakes behind it, for whoever wants to look or to cause trouble."""

    network: Network
    okta: "Okta"
    accounts: "Accounts"
    twilio: "Twilio"
    way: "Way"


@asynccontextmanager
async def open_world(
    clock: Clock,
    *,
    seed: int = 0,
    served: bool = False,
    settings: Mapping[str, str] | None = None,
    calls_back: bool = True,
) -> AsyncIterator[World]:
    """The line, its fakes and a network to call it, all on `clock`; the same seed gives the same ids and codes.

    `served` puts real HTTP over loopback between the line and the fakes; `settings` are the line's, by their names.
    Without `calls_back` the line leaves call backs to the accounts API. For a slow Okta so much time passes on the
    clock, whether that runs or is moved by hand (`demo.waiting`); served fakes are never slow.
    """
    from demo.line import Fakes, fake_line, in_process, over_http
    from demo.waiting import Waiting

    waiting = Waiting(clock.now)
    fakes = Fakes(clock.now, seed, sleep=waiting.sleep)
    async with over_http(fakes) if served else nullcontext(in_process(fakes)) as way:
        line = waiting.line(fake_line(line_settings(settings), fakes, waiting.now, way, calls_back=calls_back))
        async with connected(line, clock) as wire:
            title = line.settings.customer_name
            yield world_of(waiting.wire(wire), fakes, clock, seed=seed, title=title, way=way)


def line_settings(more: Mapping[str, str] | None = None) -> "Settings":
    """The line's settings in every world of the demo, and what else is given."""
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
async def connected(line: "Line", clock: Clock) -> AsyncIterator["Wire"]:
    """The wire to this line, in this process."""
    from ivr.app import create_app
    from simulator.wires.asgi import AsgiWire

    is_real_time = not isinstance(clock, ManualClock)
    if is_real_time:  # the SDKs take a second to import: have them ready before somebody dials
        Thread(target=_warm, args=(line,), daemon=True, name="warm").start()
    async with AsgiWire(create_app(line), stopwatch=perf_counter if is_real_time else None) as wire:
        yield wire


def _warm(line: "Line") -> None:
    line.identity.warm()
    if line.dialler is not None:
        line.dialler.warm()


def world_of(wire: "Wire", fakes: "Fakes", clock: Clock, *, seed: int, title: str, way: "Way | None" = None) -> World:
    """A network whose only number leads to the line behind the wire, and the fakes that line stands on."""
    from demo.line import in_process
    from demo.twilio import connect
    from ivr.webhooks.turn import CALL_STATUS
    from simulator.exchange.exchange import Exchange
    from simulator.geography import locate
    from simulator.operator.operator import Operator

    operator = Operator(Exchange(seed=seed, locate=locate, account=ACCOUNT_SID), wire, clock, auth_token=SIGNING_TOKEN)
    for party, log in (("Okta", fakes.okta_log), ("accounts", fakes.accounts_log)):
        log.listen(partial(_note, operator, party))
    connect(fakes.twilio, operator, locate)
    status = LINE_URL.removesuffix("/ivr/welcome") + CALL_STATUS
    fakes.twilio.add_number(LINE_NUMBER, voice_url=LINE_URL, status_callback=status)
    people, mobile = _people(), FakeMobile(fakes.okta, fakes.twilio)
    network = Network(operator, mobile, LINE_NUMBER, people[0].number, people, title)
    network = replace(network, troubles=troubles_of(fakes), preferences=FakePreferences(fakes.okta))
    return World(network, fakes.okta, fakes.accounts, fakes.twilio, way or in_process(fakes))


def troubles_of(fakes: "Fakes") -> tuple[Trouble, ...]:
    """What can go wrong behind the line."""
    okta, accounts = fakes.okta.org.faults, fakes.accounts.faults
    okta_ends = _soon(okta.clear)
    return (
        Trouble("okta-down", "Okta answers 503", _failing(okta), okta_ends, "Okta"),
        Trouble("okta-slow", "Okta takes a minute to answer", _soon(partial(okta.slow_by, 60.0)), okta_ends, "Okta"),
        Trouble("okta-429", "Okta's rate limit is used up", _soon(partial(okta.rate_limit, 0)), okta_ends, "Okta"),
        Trouble("accounts-down", "the accounts API answers 503", _failing(accounts), _soon(accounts.clear), "accounts"),
    )


def _failing(faults: "Faults") -> Callable[[], Awaitable[None]]:
    return _soon(partial(faults.fail_next, 503, times=_FOR_EVER))


def _soon(act: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    """The same for whoever would also wait: a fake in this process is told at once."""

    async def acting() -> None:
        act()

    return acting


@asynccontextmanager
async def open_demo(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
    """The same, for scripts and the terminal phone, which only need the network."""
    async with open_world(clock, seed=seed) as world:
        yield world.network


def _note(operator: "Operator", party: str, seen: "Answered") -> None:
    """A fake has answered the line, in the context of the webhook that the line is working on."""
    call = OutsideCall(party, seen.method, seen.path, seen.status, seen.seconds, seen.note)
    operator.note_outside(call)


class FakePreferences:
    """The demo's people as an administrator sees them in the fake Okta in this process."""

    choices = ("sms", "push", "call", "totp")

    def __init__(self, okta: "Okta") -> None:
        self._okta = okta
        self._ids = {person.phone: person.id for person in _seeded()}

    async def of(self, numbers: tuple[str, ...]) -> dict[str, str | None]:
        known = {number: self._ids[number] for number in numbers if number in self._ids}
        return {number: self._okta.profile(user).get(PREFERENCE) for number, user in known.items()}

    async def prefer(self, number: str, factor: str | None) -> None:
        self._okta.change_profile(self._ids[number], {PREFERENCE: factor})


class FakeMobile:
    """The other screen of people, read from the fake Okta and the fake Twilio in this process."""

    def __init__(self, okta: "Okta", twilio: "Twilio") -> None:
        self._okta = okta
        self._twilio = twilio

    async def texts(self, number: str) -> Sequence[Text]:
        codes = [Text(text.to, text.body, text.code, text.at, text.expires_at) for text in self._okta.texts(number)]
        others = [Text(text.to, text.body, None, text.at) for text in self._twilio.texts(number)]
        return sorted(codes + others, key=lambda text: text.at)

    async def spoken(self, number: str) -> Sequence[Text]:
        calls = self._okta.calls(number)
        return [
            Text(call.to, f"A voice calls: {call.body}", call.code, call.at, call.expires_at, by="call")
            for call in calls
        ]

    async def shown(self, number: str) -> ShownCode | None:
        from fakes.okta.push import HandsetError

        owner = self._okta.owner(number)
        try:
            return None if owner is None else ShownCode(*self._okta.shown_code(owner))
        except HandsetError:  # they have no such app
            return None

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        owner = self._okta.owner(number)
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
        owner = self._okta.owner(number)
        if owner is None:
            raise LookupError(f"nobody has the number {number}")
        self._okta.answer_push(owner, approve, choice)


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
