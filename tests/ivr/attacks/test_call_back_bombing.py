"""Attack: make phones ring, and the company pay, with forged caller IDs; in every branch of a call back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from fakes.people import JANE as JANE_IVR
from ivr.app import create_app
from ivr.callback import NotOrdered
from ivr.webhooks.call_back import AGAIN_AFTER
from ivr.webhooks.dispatch import LONGEST_CALL
from ivr.webhooks.record import Outcome, WebhookRecord
from tests.ivr.conftest import build_world
from tests.ivr.handset import JANE, NOON, STRANGER, Handset, World
from tests.ivr.test_ivr_call_back import AGENT, Notepad

BRANCHES = ["on the company's list", "rung by the line"]


def with_agent(branch: str, **environ: str) -> World:
    """A line that calls back itself, or one that only has the company's list."""
    if branch == BRANCHES[0]:
        return build_world(**environ)  # type: ignore[arg-type]  # environ alone
    world = build_world(IVR_AGENT_NUMBER=AGENT, **environ)  # type: ignore[arg-type]  # environ alone
    line = replace(world.line, dialler=Notepad())
    return replace(world, line=line, app=create_app(line))


def orders(world: World) -> int:
    """Everybody who was rung, or put on the list."""
    rung = world.line.dialler.orders if isinstance(world.line.dialler, Notepad) else []
    return len(rung) + len(world.accounts.callbacks)


async def ask(world: World, caller: str, call: int) -> Handset:
    phone = world.handset(caller, number=call)
    await phone.reach("2")
    return phone


@pytest.mark.parametrize("caller", [JANE, STRANGER])
@pytest.mark.parametrize("branch", BRANCHES)
async def test_twenty_five_calls_from_one_forged_number_are_three_call_backs(branch: str, caller: str) -> None:
    world = with_agent(branch)

    phones = [await ask(world, caller, call) for call in range(1, 26)]

    assert orders(world) == 3
    assert "cannot arrange any more calls to this number today" in phones[3].said


@pytest.mark.parametrize("branch", BRANCHES)
async def test_a_new_number_every_time_is_held_back_by_the_limit_of_the_line(branch: str) -> None:
    world = with_agent(branch, IVR_CALL_BACKS_OF_ALL="5")

    phones = [await ask(world, f"+1617555{call:04}", call) for call in range(1, 26)]

    assert orders(world) == 5
    assert "could not arrange a call back at the moment" in phones[5].said
    world.clock.at += 3601
    await ask(world, "+16175559999", 99)
    assert orders(world) == 6


@pytest.mark.parametrize("branch", BRANCHES)
async def test_a_person_who_changes_their_number_has_no_more_call_backs(branch: str) -> None:
    world = with_agent(branch)
    for call in range(1, 9):
        number = f"+1773555900{call}"
        world.change_profile(JANE_IVR.id, ivrPhone=number)
        await ask(world, number, call)

    assert orders(world) == 3


@pytest.mark.parametrize("branch", BRANCHES)
async def test_one_wish_sent_all_at_once_is_one_call_back(branch: str) -> None:
    world = with_agent(branch)
    phone = world.handset()
    await phone.dial()

    await asyncio.gather(*(phone.post("/ivr/menu", Digits="2") for _ in range(5)))
    await asyncio.gather(*(phone.post("/ivr/call_back_order") for _ in range(5)))

    assert orders(world) == 1


async def test_a_list_that_is_down_is_asked_again_and_the_wish_is_not_lost() -> None:
    world = with_agent(BRANCHES[0])
    world.accounts.faults.fail_next(503, times=3)

    await ask(world, JANE, 1)
    await world.line.background.done()

    assert orders(world) == 1
    assert world.clock.waited == sum(AGAIN_AFTER[:3])


async def test_a_wish_that_nobody_took_is_told_to_the_operator_and_given_back_to_the_caller() -> None:
    world = with_agent(BRANCHES[1], IVR_CALL_BACKS_PER_DAY="1")
    seen: list[WebhookRecord] = []
    assert isinstance(world.line.dialler, Notepad)
    world.line.dialler.answer = NotOrdered("Twilio is in trouble itself (500): try again later.")
    world.app = create_app(replace(world.line, watch=seen.append))
    world.accounts.faults.fail_next(503, times=1 + len(AGAIN_AFTER))

    await ask(world, JANE, 1)
    await world.line.background.done()

    assert [each.how for each in seen].count(Outcome.NOT_ARRANGED) == 1
    assert "A support agent will call you back" in (await ask(world, JANE, 2)).said


async def test_a_line_that_is_stopped_says_whose_call_back_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    world = with_agent(BRANCHES[0])
    world.app = create_app(replace(world.line, pause=asyncio.sleep))
    world.accounts.faults.fail_next(503, times=9)
    phone = await ask(world, JANE, 1)

    await world.line.background.close()

    assert f"call={phone.call_sid} nobody will call back: the line was stopped" in caplog.text


async def test_a_call_is_not_kept_up_for_ever_by_pressing_pound() -> None:
    """The company pays by the minute; with a toll-free number the caller pays nothing."""
    world = build_world()
    phone = world.handset(STRANGER)
    await phone.dial()
    while phone.reply is not None and phone.reply.action and world.clock.at < 2 * LONGEST_CALL + NOON:
        world.clock.at += 20
        await phone.press("#")

    assert "because it has been going on for too long" in phone.said
    assert world.clock.at - NOON <= LONGEST_CALL + 20
