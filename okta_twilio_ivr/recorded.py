"""The whole demo on recordings: the line, a network and the callers' handsets. No fakes, and no network outside."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from okta_twilio_ivr.line import ACCOUNT_SID, SIGNING_TOKEN
from okta_twilio_ivr.world import HEEDED, LINE_NUMBER, LINE_URL, check_installed, connected, line_settings
from simulator.mobile import PushPrompt, ShownCode, Text
from simulator.network import Network, Person
from simulator.operator.beside import By, OutsideCall
from simulator.operator.clock import Clock

if TYPE_CHECKING:
    from ivr.recordings.session import Library, Recordings
    from simulator.network import OpenNetwork
    from simulator.operator.operator import Operator

_HEEDED = ("IVR_CASSETTE", "IVR_CASSETTES", *HEEDED)

APP_STEP = 30.0
"""Seconds for which an authenticator app shows a code (RFC 6238)."""


@dataclass(frozen=True, slots=True)
class RecordedWorld:
    """A network and the recordings behind its line. `advance` lets time pass for the recordings alone."""

    network: Network
    recordings: "Recordings"
    clock: "OffsetClock"


class OffsetClock:
    """A clock that can be put forward against another."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seconds = 0.0

    def now(self) -> float:
        """Unix seconds."""
        return self._clock.now() + self._seconds

    def advance(self, seconds: float) -> None:
        """Put it forward."""
        self._seconds += seconds


@asynccontextmanager
async def open_recorded_world(
    clock: Clock, *, seed: int = 0, library: "Library | None" = None, settings: Mapping[str, str] | None = None
) -> AsyncIterator[RecordedWorld]:
    """The line on recordings and a network to call it, on `clock`. `settings` are the line's, by their names."""
    check_installed()
    from ivr.backends import recorded_line
    from ivr.recordings.session import recordings_of
    from ivr.webhooks.results import CALL_STATUS
    from simulator.applications import Endpoint
    from simulator.exchange.numbers import Number
    from simulator.network import build_network

    chosen = line_settings({**(settings or {}), "IVR_BACKEND": "cassette"})
    ahead = OffsetClock(clock)
    recordings = recordings_of(chosen, ahead.now, library)
    operator: Operator
    recordings.ring = lambda order: _ring(operator, order)
    line = recorded_line(chosen, recordings, clock.now)
    people = tuple(Person(name, phone, "recorded") for phone, name in recordings.callers().items())
    people = tuple(sorted(people, key=lambda each: (each.name != "Jane Ivr", each.name == "A stranger", each.name)))
    async with connected(line, clock) as wire:
        number = Number(LINE_NUMBER, LINE_URL, status_callback=LINE_URL.removesuffix("/ivr/welcome") + CALL_STATUS)
        network = build_network(
            *(Endpoint(LINE_URL, wire, background=wire), clock, number),
            seed=seed,
            account=ACCOUNT_SID,
            auth_token=SIGNING_TOKEN,
            mobile=RecordedMobile(recordings),
            caller=people[0].number,
        )
        operator = network.operator
        recordings.listen(partial(_note, operator))
        network = replace(network, people=people, title=chosen.customer_name)
        yield RecordedWorld(network, recordings, ahead)


def recorded_demo(environ: Mapping[str, str]) -> "OpenNetwork":
    """The same, for scripts, explorers and the terminal phone; the files are read when it is first opened.

    Of the settings those are heeded that decide what Okta is asked. Opening raises Refusal.
    """
    given = {name: environ[name] for name in _HEEDED if name in environ}
    kept: list[Library] = []

    @asynccontextmanager
    async def open_recorded(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        check_installed()
        from ivr.printing import Refusal
        from ivr.recordings.session import library_of
        from ivr.settings import SettingsError

        async with AsyncExitStack() as stack:
            try:
                if not kept:
                    kept.append(library_of(line_settings(given)))
                opened = open_recorded_world(clock, seed=seed, settings=given, library=kept[0])
                world = await stack.enter_async_context(opened)
            except SettingsError as error:
                raise Refusal(str(error)) from None
            yield world.network

    return open_recorded


def _note(operator: "Operator", service: str, method: str, url: str, status: int) -> None:
    """An answer was played, in the context of the webhook that the line is working on."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    operator.note_outside(OutsideCall({"okta": "Okta"}.get(service, service), method, path, status))


def _ring(operator: "Operator", order: Mapping[str, str]) -> str:
    """Make the call that was ordered of the recorded Twilio; its sid."""
    from simulator.verbs.script import Goto, Outgoing, StatusCallback

    told = StatusCallback(order["StatusCallback"], "POST", frozenset(("completed",)))
    first = Goto(order["Url"], "POST")
    outgoing = Outgoing(order["To"], order["From"], float(order["Timeout"]), first, told)
    return operator.place_outgoing(outgoing, fallback_url=order["FallbackUrl"])


class RecordedMobile:
    """What the people's handsets showed when it was recorded, at the time when it is played."""

    def __init__(self, recordings: "Recordings") -> None:
        self._okta = recordings.okta

    async def texts(self, number: str) -> Sequence[Text]:
        return self._delivered(number, "sms", "text")

    async def spoken(self, number: str) -> Sequence[Text]:
        """Calls in which a voice spoke a code."""
        return self._delivered(number, "call", "call")

    async def shown(self, number: str) -> ShownCode | None:
        """The code that was typed from an app in this call; the next one is not recorded, so it stands for its step."""
        codes = self._delivered(number, "totp", "app")
        return ShownCode(codes[-1].code or "", codes[-1].at + APP_STEP) if codes else None

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        return [
            PushPrompt(f"{number} {each.created}", "Sign in?", each.created, each.expires_at, each.choices)
            for each in self._okta.prompts(number)
        ]

    def _delivered(self, number: str, channel: str, by: By) -> list[Text]:
        return [
            Text(each.to, f"Your verification code is {each.code}.", each.code, each.at, by=by)
            for each in self._okta.delivered
            if each.to == number and each.by == channel
        ]

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        del prompt  # the newest one is answered, as on a device
        self._okta.tap(number, approve=approve, number=choice)
