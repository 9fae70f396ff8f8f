"""The whole demo on recordings: the line, a network and the callers' handsets. No fakes, and no network outside."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from demo.account import SIGNING_TOKEN
from demo.world import LINE_NUMBER, LINE_URL, connected, line_settings
from simulator.mobile import PushPrompt, ShownCode, Text
from simulator.network import Network, Person
from simulator.operator.beside import OutsideCall
from simulator.operator.clock import Clock

if TYPE_CHECKING:
    from ivr.recordings.backend import Library, Recordings
    from simulator.network import OpenNetwork
    from simulator.operator.operator import Operator

_HEEDED = ("IVR_CASSETTE", "IVR_CASSETTES", "OKTA_MFA_API", "IVR_PUSH_NUMBER_CHALLENGE", "IVR_PUSH_PATIENCE")

APP_STEP = 30.0
"""Seconds for which an authenticator app shows a code (RFC 6238)."""


@dataclass(frozen=True, slots=True)
class RecordedWorld:
    """A network and the recordings behind its line. `advance` lets time pass for the recordings alone."""

    network: Network
    recordings: "Recordings"
    clock: "Ahead"


class Ahead:
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
    from ivr.recordings.backend import recorded_line, recordings_of
    from simulator.exchange.exchange import Exchange
    from simulator.exchange.numbers import Number as NetworkNumber
    from simulator.geography import locate
    from simulator.operator.operator import Operator

    chosen = line_settings({**(settings or {}), "IVR_BACKEND": "cassette"})
    ahead = Ahead(clock)
    recordings = recordings_of(chosen, ahead.now, library)
    line = recorded_line(chosen, recordings, clock.now)
    people = tuple(Person(name, phone, "recorded") for phone, name in recordings.callers().items())
    people = tuple(sorted(people, key=lambda each: (each.name != "Jane Ivr", each.name == "A stranger", each.name)))
    async with connected(line, clock) as wire:
        operator = Operator(Exchange(seed=seed, locate=locate), wire, clock, auth_token=SIGNING_TOKEN)
        operator.exchange.own(NetworkNumber(LINE_NUMBER, LINE_URL))
        recordings.session.listen(partial(_note, operator))
        mobile = RecordedMobile(recordings)
        network = Network(operator, mobile, LINE_NUMBER, people[0].number, people, chosen.customer_name)
        yield RecordedWorld(network, recordings, ahead)


def recorded_demo(environ: Mapping[str, str]) -> "OpenNetwork":
    """The same, for scripts, explorers and the terminal phone; the files are read when it is first opened.

    Of the settings those are heeded that decide what Okta is asked. Opening raises Refusal.
    """
    given = {name: environ[name] for name in _HEEDED if name in environ}
    kept: list[Library] = []

    @asynccontextmanager
    async def open_recorded(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        from ivr.recordings.backend import library_of
        from ivr.refusals import Refusal
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

    def _delivered(self, number: str, channel: str, by: str) -> list[Text]:
        return [
            Text(each.to, f"Your verification code is {each.code}.", each.code, each.at, by=by)
            for each in self._okta.delivered
            if each.to == number and each.by == channel
        ]

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        del prompt  # the newest one is answered, as on a device
        self._okta.tap(number, approve=approve, number=choice)
