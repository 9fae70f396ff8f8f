"""Each recorded call can be made again on the recordings alone: the same story, the same words, nothing refused."""

import logging
from dataclasses import dataclass

import pytest

from demo.recorded import RecordedWorld, open_recorded_world
from demo.recording.acting import Actor
from demo.recording.plans import CALLS, Plan
from ivr.recordings.backend import Library
from ivr.recordings.scenario import Scenario
from simulator.callers.handset import Handset
from simulator.operator.clock import ManualClock
from tests.stories.no_sockets import no_sockets


@dataclass
class RecordedDevice:
    """The handset as it was recorded."""

    world: RecordedWorld
    phone: str

    async def code(self, by: str) -> str:
        return [each.code for each in self.world.recordings.okta.delivered if each.by == by][-1]

    async def tap(self, *, approve: bool, told: str) -> None:
        self.world.recordings.okta.tap(self.phone, approve=approve, number=int(told) if told and approve else None)

    async def let_pass(self, seconds: float) -> None:
        self.world.clock.advance(seconds)


@pytest.fixture(scope="session")
def library(scenarios: dict[str, Scenario]) -> Library:
    """What the line needs."""
    every = scenarios.values()
    return Library(*(tuple(each for each in every if each.service == service) for service in ("okta", "accounts")))


@pytest.mark.parametrize("plan", CALLS, ids=lambda plan: f"{plan.service}/{plan.name}")
async def test_the_call_can_be_made_again(plan: Plan, library: Library, caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    recorded = next(each for each in (*library.okta, *library.accounts)
                    if (each.service, each.name) == (plan.service, plan.name))  # fmt: skip
    is_asked_from_the_start = recorded.interactions[0].needs.asked and not recorded.interactions[0].fault
    settings = {**plan.settings, **({"IVR_CASSETTE": plan.name} if is_asked_from_the_start else {})}
    played: list[int] = []
    with no_sockets(), caplog.at_level(logging.ERROR, "ivr.recordings"):
        async with open_recorded_world(clock, library=library, settings=settings) as world:
            world.recordings.session.listen(lambda service, _, __, status: _note(played, service, plan, status))
            phone = Handset(world.network.operator, clock, plan.role.phone)
            actor = Actor(
                phone,
                world.network.called,
                RecordedDevice(world, plan.role.phone),
                lambda *_: world.recordings.ask_for(plan.name),
                list,
            )
            await plan.story(actor)

    assert caplog.messages == []
    assert played[-1] == recorded.interactions[-1].status
    assert phone.record.warnings == []


def _note(played: list[int], service: str, plan: Plan, status: int) -> None:
    if service == plan.service:
        played.append(status)
