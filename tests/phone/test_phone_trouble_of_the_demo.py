"""The demo in trouble, as somebody at the phone makes it: what the caller hears, and how Twilio ends the call."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from okta_twilio_ivr.world import World, open_world
from simulator import Handset, ManualClock
from simulator.operator.clock import START, WallClock
from simulator.phone.model.mobile import DeviceState, FactorPreferences
from simulator.phone.model.troubles import TroubleList
from simulator.vocabulary import Pressed, Replied


@dataclass
class Evening:
    """The demo, a caller, and what can be broken."""

    world: World
    clock: ManualClock
    troubles: TroubleList

    async def dial(self) -> Handset:
        """Call the line and ask for the account."""
        phone = Handset(self.world.network.operator, self.clock, self.world.network.caller)
        await phone.dial(self.world.network.called)
        if phone.is_up:
            await phone.press("1")
        if phone.is_up:
            await phone.press("1")
        return phone


@pytest.fixture
async def evening() -> AsyncIterator[Evening]:
    clock = ManualClock()
    async with open_world(clock) as world:
        yield Evening(world, clock, TroubleList(world.network, DeviceState(world.network.mobile)))


async def test_everything_can_be_broken_in_the_demo(evening: Evening) -> None:
    assert not [offer.name for offer in evening.troubles.offers if offer.why_not]


@pytest.mark.parametrize("name", ["okta-down", "okta-slow", "okta-429"])
async def test_okta_in_trouble_is_heard_and_over_when_it_is_mended(evening: Evening, name: str) -> None:
    await evening.troubles.switch(name)
    phone = await evening.dial()
    assert not await evening.world.network.mobile.texts(phone.number)
    assert not phone.has_heard("application error")
    await phone.hang_up()
    await evening.troubles.switch(name)
    await evening.dial()

    assert len(await evening.world.network.mobile.texts(phone.number)) == 1


async def test_a_slow_okta_is_waited_for_on_the_clock_that_runs() -> None:
    clock = WallClock(lambda: 0.0, START)  # whose hands are pushed
    async with open_world(clock) as world:
        world.okta.org.faults.slow_by(4.0)
        operator = world.network.operator
        sid = operator.place(caller=world.network.caller, called=world.network.called)
        await operator.settle()
        clock.move_to(START + 3.9)
        operator.receive(sid, Pressed("1"))
        assert not [entry for entry in operator.journal.entries if isinstance(entry.item, Replied)]
        clock.move_to(START + 4.1)
        operator.receive(sid, Pressed("2"))

        (entry,) = (entry for entry in operator.journal.entries if isinstance(entry.item, Replied))
        assert entry.at == START + 4.0


async def test_a_line_that_checks_signatures_refuses_wrong_ones(evening: Evening) -> None:
    await evening.troubles.switch("wrong-signature")
    phone = await evening.dial()
    await phone.until(lambda: not phone.is_up)

    assert phone.record.ended is not None
    assert phone.record.ended.ending == "application-error"
    assert {warned.code for warned in phone.record.warnings} == {11200}
    assert phone.record.requests[0].trip.status == 403


async def test_a_changed_preference_is_that_of_the_next_call(evening: Evening) -> None:
    network = evening.world.network
    assert network.preferences is not None
    preferences = FactorPreferences(network.preferences)
    await preferences.read(person.number for person in network.people)
    await preferences.prefer(network.caller, "push")
    await evening.dial()
    assert await network.mobile.prompts(network.caller)
    await preferences.undo()
    await evening.dial()

    assert len(await network.mobile.texts(network.caller)) == 1
