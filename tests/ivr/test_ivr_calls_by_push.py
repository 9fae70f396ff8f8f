"""Calls that are proven with a push to Okta Verify."""

from __future__ import annotations

from contextlib import suppress

import pytest

from fakes.okta.push import HandsetError
from fakes.okta.records import Settings
from fakes.people import JON as JON_IVR
from tests.ivr.conftest import Build, build_world
from tests.ivr.handset import JON, Handset, World


async def waiting(world: World) -> Handset:
    """Jon's call, where it waits for the push."""
    phone = world.handset(JON)
    await phone.reach("1", "1")
    return phone


async def test_an_approved_push_opens_the_account(world: World) -> None:
    phone = world.handset(JON)
    await phone.dial()
    assert "Okta Verify" in (await phone.press("1")).said
    assert "sent a request to Okta Verify" in (await phone.press("1")).said

    world.okta.answer_push(JON_IVR.id, approve=True)
    assert "Jon" in (await phone.wait()).said

    assert "87 dollars and 20 cents, due on December 8th" in (await phone.press("1")).said


async def test_a_denied_push_ends_the_call_and_sends_no_second_one(world: World) -> None:
    phone = await waiting(world)
    world.okta.answer_push(JON_IVR.id, approve=False)

    last = await phone.wait()

    assert "declined" in last.said
    assert last.is_over
    assert (await phone.post("/ivr/verify_okta_push")).is_over
    assert len(world.okta.org.tables.pushes) == 1


async def test_each_turn_looks_once_and_pauses_as_long_as_okta_wants(world: World, api: str) -> None:
    phone = await waiting(world)
    assert phone.reply is not None
    pause = next(phone.reply.root.iter("Pause"))

    assert pause.get("length") == ("5" if api == "direct" else "4")
    assert phone.reply.redirect == "/ivr/verify_okta_push"


async def test_the_caller_hears_now_and_then_that_the_line_still_waits(world: World) -> None:
    phone = await waiting(world)

    said = []
    for _ in range(6):
        world.clock.at += 5
        said.append((await phone.wait()).said)

    assert sum("still waiting" in words for words in said) == 2
    assert sum(not words for words in said) == 4


async def test_the_wait_ends_at_the_caller_s_patience_and_the_push_is_withdrawn(api: str, world: World) -> None:
    """The Authentication API knows no way to withdraw one: there it is left to expire."""
    phone = await waiting(world)

    turns = 0
    while not (reply := await phone.wait()).is_over:
        turns += 1
        world.clock.at += 5

    assert "did not get an answer" in reply.said
    assert turns == 15  # 75 s
    assert [push.result for push in world.okta.org.tables.pushes.values()] == [
        "CANCELLED" if api == "factors" else "WAITING"
    ]


async def test_a_push_that_expires_at_okta_ends_the_call(build: Build) -> None:
    world = build(IVR_PUSH_PATIENCE="300")
    phone = await waiting(world)
    world.clock.at += 301

    assert "did not get an answer" in (await phone.wait()).said


async def test_star_names_the_other_factor_and_star_again_leads_back(world: World) -> None:
    phone = world.handset(JON)
    assert "press star" in (await phone.reach("1")).said

    assert "For a text message with a code, press 1." in (await phone.press("*")).said
    assert "Okta Verify" in (await phone.press("*")).said
    await phone.press("*")
    await phone.press("1")

    assert "Jon" in (await phone.press(world.code(JON))).said
    assert not world.okta.org.tables.pushes


async def test_nothing_listens_at_first_while_a_push_is_awaited(world: World) -> None:
    """A caller's next key belongs to the account menu, not to a question about the push."""
    phone = await waiting(world)

    assert phone.reply is not None
    assert [verb.tag for verb in phone.reply.root] == ["Say", "Pause", "Redirect"]


async def test_where_the_line_says_that_it_waits_star_leads_to_another_way(world: World) -> None:
    phone = await waiting(world)
    for _ in range(3):
        world.clock.at += 5
        asked = await phone.wait()
    assert "still waiting" in asked.said
    assert "press star" in asked.said

    assert "text message with a code, press 1" in (await phone.press("*")).said
    await phone.press("1")

    assert "Jon" in (await phone.press(world.code(JON))).said


async def test_a_push_that_was_given_up_proves_nothing(world: World) -> None:
    """Whoever approves it late has not approved what the call asks for now."""
    phone = await waiting(world)
    for _ in range(3):
        await phone.wait()
    await phone.press("*")
    await phone.press("1")
    with suppress(HandsetError):
        world.okta.answer_push(JON_IVR.id, approve=True)

    again = await phone.post("/ivr/verify_okta_push")

    assert again.redirect == "/ivr/authenticate"
    await phone.wait()
    assert "not right" in (await phone.press("000000")).said


async def test_any_other_key_while_the_line_waits_changes_nothing(world: World) -> None:
    phone = await waiting(world)
    for _ in range(3):
        await phone.wait()
    world.okta.answer_push(JON_IVR.id, approve=True)

    assert "Jon" in (await phone.press("5")).said


async def test_the_number_of_a_number_challenge_is_spoken() -> None:
    world = build_world(IVR_PUSH_NUMBER_CHALLENGE="true")
    phone = await waiting(world)
    number = world.okta.prompts(JON_IVR.id)[-1].number

    assert f"the number {number}" in phone.said
    world.okta.answer_push(JON_IVR.id, approve=True, number=number)

    assert "Jon" in (await phone.wait()).said


async def test_a_number_that_the_org_brings_up_later_is_spoken_at_once(build: Build) -> None:
    """An org's risk rules may ask for a number nobody requested, and show it only when the prompt is open."""
    world = build(org=Settings(number_challenge="always"))
    phone = await waiting(world)
    number = world.okta.prompts(JON_IVR.id)[-1].number

    await phone.wait()

    assert f"the number {number}" in phone.said


@pytest.mark.parametrize("status", [500, 429])
async def test_one_lost_poll_does_not_lose_the_call(world: World, status: int) -> None:
    phone = await waiting(world)
    world.okta.faults.fail_next(status=status, times=2)
    await phone.wait()
    await phone.wait()
    world.okta.answer_push(JON_IVR.id, approve=True)

    assert "Jon" in (await phone.wait()).said


async def test_an_okta_that_stays_away_while_waiting_is_said(world: World) -> None:
    phone = await waiting(world)
    world.okta.faults.fail_next(status=503, times=99)
    for _ in range(3):
        reply = await phone.wait()

    assert "not responding" in reply.said
    assert reply.is_over
