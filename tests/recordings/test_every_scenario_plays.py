"""Each recorded scenario can be gone through again on the recordings alone: the same steps, nothing refused."""

import logging
from dataclasses import dataclass

import pytest

from ivr.backends import recorded_line
from ivr.recordings.library import SERVICES
from ivr.recordings.library import Scenario as Kept
from ivr.recordings.session import Library, Recordings
from okta_twilio_ivr.recording.scenarios import SCENARIOS, Role, Scenario
from okta_twilio_ivr.recording.steps import Performer
from okta_twilio_ivr.world import line_settings
from simulator.operator.clock import ManualClock
from tests.stories.no_sockets import no_sockets

PLAYED = [each for each in SCENARIOS if each.title not in ("numbers", "number-update")]  # these are for the set-up


@dataclass
class RecordedDevice:
    """The phone as it was recorded."""

    recordings: Recordings
    clock: ManualClock
    role: Role

    async def code(self, by: str) -> str:
        return [each.code for each in self.recordings.okta.delivered if each.by == by][-1]

    async def tap(self, *, approve: bool, number: int | None) -> None:
        self.recordings.okta.tap(self.role.phone, approve=approve, number=number)

    async def wait(self, seconds: float) -> None:
        self.clock.move_to(self.clock.now() + seconds)


def library_from(scenarios: dict[str, Kept]) -> Library:
    every = scenarios.values()
    return {service: tuple(each for each in every if each.service == service) for service in SERVICES}


@pytest.mark.parametrize("scenario", PLAYED, ids=lambda each: each.name)
async def test_the_steps_can_be_taken_again(
    scenario: Scenario, scenarios: dict[str, Kept], caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock()
    settings = line_settings({**scenario.settings, "IVR_BACKEND": "cassette"})
    asked = [scenario.title] if scenario.enrols else []
    recordings = Recordings(library_from(scenarios), clock.now, asked=asked, api=settings.okta_mfa_api)
    recordings.ring = lambda _: "CA" + "5" * 32
    answers: list[int] = []
    recordings.listen(lambda service, _, __, status: answers.append(status) if service == scenario.service else None)

    with no_sockets(), caplog.at_level(logging.ERROR, "ivr.recordings"):
        await Performer(
            recorded_line(settings, recordings, clock.now),
            scenario,
            lambda role: RecordedDevice(recordings, clock, role),
            refuse=lambda _, __: recordings.ask_for(scenario.title),
        ).perform()

    kept = scenarios[scenario.name]
    assert caplog.messages == []
    assert answers[-1] == kept.interactions[-1].status
