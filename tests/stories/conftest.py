"""A world for each story: the line on fakes in process, on served fakes, and on recordings; all in virtual time."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import pytest

from ivr.recordings.session import Library, load_library
from okta_twilio_ivr.recorded import RecordedWorld, open_recorded_world
from okta_twilio_ivr.world import World, open_world
from simulator.callers.handset import Handset
from simulator.network import Network
from simulator.operator.clock import ManualClock
from tests.stories.no_sockets import no_sockets

JANE, JON, MAX, LEA, STRANGER = "+17735551234", "+17735555678", "+14155550143", "+12125550177", "+13125550100"


@dataclass
class Caller:
    """A person with a handset, an ear, and a screen for texts and prompts."""

    network: Network
    phone: Handset

    async def dials(self) -> None:
        await self.phone.dial(self.network.called)

    async def hears(self, words: str) -> None:
        """Fails with everything that was heard so far."""
        heard = await self.phone.until(lambda: self.phone.has_heard(words))
        assert heard, f"never heard {words!r}; heard: {self.transcript}"

    async def hears_in_time(self, words: str) -> None:
        """As `hears`, silent wherever the line would take keys before."""
        while not await self.phone.until(lambda: self.phone.has_heard(words)):
            assert await self.phone.time_out(), f"never heard {words!r}; heard: {self.transcript}"

    async def presses(self, keys: str) -> None:
        assert await self.phone.press(keys), f"the call never listened; heard: {self.transcript}"

    async def stays_silent(self) -> None:
        assert await self.phone.time_out(), f"the call never listened; heard: {self.transcript}"

    async def code(self) -> str:
        """The newest code on this person's screen."""
        text = (await self.network.mobile.texts(self.phone.number))[-1]
        assert text.code is not None
        return text.code

    async def answers_prompt(self, *, approve: bool, choice: int | None = None) -> None:
        mobile = self.network.mobile
        prompt = (await mobile.prompts(self.phone.number))[-1]
        await mobile.answer(self.phone.number, prompt, approve=approve, choice=choice)

    async def is_hung_up_on(self) -> None:
        """The call ends properly: by the line, without an application error or a debugger's warning."""
        await self.phone.until(lambda: not self.phone.is_up)
        assert not self.phone.is_up, f"the call is still up; heard: {self.transcript}"
        assert self.phone.record.ended is not None
        assert self.phone.record.ended.ending == "completed", self.transcript
        assert self.phone.record.warnings == []

    @property
    def transcript(self) -> list[str]:
        return [entry.item.text or "" for entry in self.phone.record.heard]  # type: ignore[union-attr]  # only Heard

    @property
    def pages(self) -> list[str]:
        """Paths of the webhooks, in order."""
        return [ask.url.partition("/ivr/")[2] for ask, _ in self.phone.record.answers]


class Stage(Protocol):
    """Puts people on the phone, and troubles on the line, whatever the line runs on."""

    api: str
    """How callers are proven: `factors` or `authn`."""

    @property
    def network(self) -> Network:
        """The network to call in."""

    def caller(self, number: str = JANE) -> Caller:
        """A person with a phone."""

    def lets_okta_wait(self, seconds: float) -> None:
        """Time passes for Okta alone."""

    def meets(self, trouble: str) -> None:
        """From now on the trouble that the recording of this name has in it."""


@dataclass
class FakesStage:
    """On fakes, in process or served over loopback."""

    clock: ManualClock
    world: World
    api: str = "factors"

    TROUBLES: ClassVar[Mapping[str, tuple[str, int]]] = {
        **{f"refused-{status}": ("okta", status) for status in (401, 403, 429, 500, 503)},
        "down-at-the-code": ("okta", 503),
        "balance-down": ("accounts", 500),
    }

    @property
    def network(self) -> Network:
        return self.world.network

    def caller(self, number: str = JANE) -> Caller:
        return Caller(self.network, Handset(self.network.operator, self.clock, number))

    def lets_okta_wait(self, seconds: float) -> None:
        self.world.okta.advance(seconds)

    def meets(self, trouble: str) -> None:
        service, status = self.TROUBLES[trouble]
        {"okta": self.world.okta.faults, "accounts": self.world.accounts.faults}[service].fail_next(status, times=20)


@dataclass
class RecordedStage:
    """On recordings alone."""

    clock: ManualClock
    world: RecordedWorld
    api: str = "factors"

    @property
    def network(self) -> Network:
        return self.world.network

    def caller(self, number: str = JANE) -> Caller:
        return Caller(self.network, Handset(self.network.operator, self.clock, number))

    def lets_okta_wait(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    def meets(self, trouble: str) -> None:
        is_told_apart = self.api != "factors" and trouble != "balance-down"
        self.world.recordings.ask_for(f"{self.api}-{trouble}" if is_told_apart else trouble)


@pytest.fixture(scope="session")
def library() -> Library:
    """The committed recordings, read once."""
    return load_library()


DOORS = (
    "fakes in process",
    "the Authentication API",
    "fakes over HTTP",
    "Direct Authentication",
    "Direct Authentication over HTTP",
    "recordings",
    "recordings of the Authentication API",
    "recordings of Direct Authentication",
)


@pytest.fixture(params=DOORS)
async def stage(request: pytest.FixtureRequest, library: Library) -> AsyncIterator[Stage]:
    clock = ManualClock()
    api = "direct" if "Direct" in request.param else "authn" if "Authentication" in request.param else "factors"
    settings = {"OKTA_MFA_API": api, "OKTA_DIRECT_FACTORS": "sms push"}
    match request.param:
        case door if door.startswith("recordings"):
            with no_sockets():
                async with open_recorded_world(clock, library=library, settings=settings) as recorded:
                    yield RecordedStage(clock, recorded, api)
        case door:
            async with open_world(clock, served="over HTTP" in door, settings=settings) as world:
                yield FakesStage(clock, world, api)


@pytest.fixture
def jane(stage: Stage) -> Caller:
    return stage.caller(JANE)


@pytest.fixture
def jon(stage: Stage) -> Caller:
    return stage.caller(JON)
