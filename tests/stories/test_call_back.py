"""A caller asks for a call back, hangs up, and their phone rings: a call of the line's own, by the fake Twilio."""

from collections.abc import AsyncIterator

import pytest

from okta_twilio_ivr.world import AGENT_NUMBER, LINE_NUMBER, open_world
from simulator.callers.handset import Handset
from simulator.operator.clock import ManualClock
from simulator.vocabulary import Ring
from tests.stories.conftest import JANE, STRANGER, Caller, FakesStage


@pytest.fixture
async def stage() -> AsyncIterator[FakesStage]:
    """On fakes: recordings have no telephone network on the other side of Twilio's API."""
    clock = ManualClock()
    async with open_world(clock) as world:
        yield FakesStage(clock, world)


def rings(stage: FakesStage) -> list[Ring]:
    """Every phone that was rung, in order."""
    return [entry.item for entry in stage.network.operator.journal.entries if isinstance(entry.item, Ring)]


async def picks_up(stage: FakesStage, ring: Ring) -> Caller:
    phone = Handset(stage.network.operator, stage.clock, ring.called)
    await phone.answer(ring.sid)
    return Caller(stage.network, phone)


async def test_the_caller_s_phone_rings_after_the_call_and_they_are_joined_to_the_agent(
    stage: FakesStage, jane: Caller
) -> None:
    await jane.dials()
    await jane.presses("2")
    await jane.hears("A support agent will call you back")
    await jane.is_hung_up_on()

    (ring,) = rings(stage)
    assert (ring.called, ring.caller) == (JANE, LINE_NUMBER)
    called_back = await picks_up(stage, ring)
    await called_back.hears("This is ATKO MOBILE with the call back")
    await called_back.presses("1")
    await called_back.hears("One moment")
    await stage.network.operator.advance(stage.clock, 1)
    agent_ring = rings(stage)[-1]
    assert (agent_ring.called, agent_ring.caller) == (AGENT_NUMBER, LINE_NUMBER)
    agent = await picks_up(stage, agent_ring)
    assert called_back.phone.record.other == agent_ring.sid

    await agent.phone.hang_up()
    await called_back.is_hung_up_on()
    assert {call.status for call in stage.world.twilio.account.tables.calls.values()} == {"completed"}


async def test_who_hangs_up_at_once_is_called_back_all_the_same(stage: FakesStage, jane: Caller) -> None:
    """The number's status callback tells the line; without it the order would be lost with the redirect."""
    await jane.dials()
    await jane.presses("2")
    await jane.phone.hang_up()

    assert [ring.called for ring in rings(stage)] == [JANE]


async def test_one_wish_is_one_call(stage: FakesStage, jane: Caller) -> None:
    """The redirect has ordered it; the status callback that follows must not order it again."""
    await jane.dials()
    await jane.presses("2")
    await jane.is_hung_up_on()
    await stage.network.operator.advance(stage.clock, 120)

    assert len(rings(stage)) == 1


async def test_a_stranger_hears_the_same_and_is_put_on_the_company_s_list(stage: FakesStage) -> None:
    stranger = stage.caller(STRANGER)
    await stranger.dials()
    await stranger.presses("2")
    await stranger.hears("A support agent will call you back")
    await stranger.is_hung_up_on()

    assert rings(stage) == []
    assert [each.phone for each in stage.world.accounts.callbacks] == [STRANGER]


async def test_a_voice_mail_that_answers_does_not_ring_the_agent(stage: FakesStage, jane: Caller) -> None:
    await jane.dials()
    await jane.presses("2")
    await jane.is_hung_up_on()
    machine = await picks_up(stage, rings(stage)[0])

    await stage.network.operator.advance(stage.clock, 120)

    assert not machine.phone.is_up
    assert [ring.called for ring in rings(stage)] == [JANE]


async def test_an_agent_who_does_not_answer_is_said(stage: FakesStage, jane: Caller) -> None:
    await jane.dials()
    await jane.presses("2")
    await jane.is_hung_up_on()
    called_back = await picks_up(stage, rings(stage)[0])
    await called_back.presses("1")

    await called_back.hears("all our agents are busy")
    await called_back.is_hung_up_on()


async def test_when_twilio_makes_no_call_the_company_is_asked(stage: FakesStage, jane: Caller) -> None:
    stage.world.twilio.faults.fail_next(500)
    await jane.dials()
    await jane.presses("2")
    await jane.is_hung_up_on()

    assert rings(stage) == []
    assert [each.phone for each in stage.world.accounts.callbacks] == [JANE]


async def test_when_nobody_can_see_to_it_now_the_caller_hears_the_same_as_ever(stage: FakesStage, jane: Caller) -> None:
    """It is tried again when the call is over: tests/ivr/attacks has how often."""
    stage.world.twilio.faults.fail_next(500)
    stage.world.accounts.faults.fail_next(503)
    await jane.dials()
    await jane.presses("2")

    await jane.hears("If nobody does, please call us again")
    await jane.is_hung_up_on()


async def test_the_fourth_call_back_of_a_day_is_refused_known_or_not(stage: FakesStage) -> None:
    for number in (JANE, STRANGER):
        for _ in range(3):
            caller = stage.caller(number)
            await caller.dials()
            await caller.presses("2")
            await caller.hears("will call you back")
            await caller.is_hung_up_on()
        last = stage.caller(number)
        await last.dials()
        await last.presses("2")
        await last.hears("cannot arrange any more calls to this number today")

    assert len(rings(stage)) == 3
