"""A world for each story: the line, its fakes and a handset, all in virtual time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from demo.world import World, open_world
from simulator.callers.handset import Handset
from simulator.operator.clock import ManualClock

JANE, JON, MAX, LEA, STRANGER = "+17735551234", "+17735555678", "+14155550143", "+12125550177", "+13125550100"


@dataclass
class Caller:
    """A person with a handset, an ear, and a screen for texts and prompts."""

    world: World
    clock: ManualClock
    phone: Handset

    async def dials(self) -> None:
        await self.phone.dial(self.world.network.called)

    async def hears(self, words: str) -> None:
        """Fails with everything that was heard so far."""
        heard = await self.phone.until(lambda: self.phone.has_heard(words))
        assert heard, f"never heard {words!r}; heard: {self.transcript}"

    async def presses(self, keys: str) -> None:
        assert await self.phone.press(keys), f"the call never listened; heard: {self.transcript}"

    async def stays_silent(self) -> None:
        assert await self.phone.time_out(), f"the call never listened; heard: {self.transcript}"

    async def code(self) -> str:
        """The newest code on this person's screen."""
        text = (await self.world.network.mobile.texts(self.phone.number))[-1]
        assert text.code is not None
        return text.code

    async def answers_prompt(self, *, approve: bool, choice: int | None = None) -> None:
        mobile = self.world.network.mobile
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


class Stage:
    """Puts people on the phone."""

    def __init__(self, world: World, clock: ManualClock) -> None:
        self.world = world
        self.clock = clock

    def caller(self, number: str = JANE) -> Caller:
        return Caller(self.world, self.clock, Handset(self.world.network.operator, self.clock, number))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    clock = ManualClock()
    async with open_world(clock) as world:
        yield Stage(world, clock)


@pytest.fixture
def jane(stage: Stage) -> Caller:
    return stage.caller(JANE)


@pytest.fixture
def jon(stage: Stage) -> Caller:
    return stage.caller(JON)
