"""Calls that are proven with a code by text message."""

from __future__ import annotations

import pytest

from fakes.okta.records import Settings
from tests.ivr.conftest import Build, build_world
from tests.ivr.handset import JANE, Handset, World

WRONG = "000000"  # the seeded fake never sends this one


async def at_the_code(world: World, number: int = 1) -> Handset:
    """Jane's call, where it asks for the code."""
    phone = world.handset(number=number)
    await phone.reach("1", "1")
    return phone


async def test_a_caller_hears_their_balance_after_the_code_that_arrived(world: World) -> None:
    """Pressing 1, 1, the code, 1 speaks the balance and ends the call."""
    phone = world.handset()

    greeting = await phone.dial()
    assert "Thanks for calling ATKO MOBILE" in greeting.said
    assert "Chicago, Illinois" in greeting.said
    offer = await phone.press("1")
    assert "text message" in offer.said
    await phone.press("1")
    welcome = await phone.press(world.code())
    assert "Jane" in welcome.said
    last = await phone.press("1")

    assert "Your balance is 142 dollars and 50 cents, due on December 15th." in last.said
    assert last.is_over
    assert phone.paths == [
        "/ivr/welcome",
        "/ivr/menu",
        "/ivr/authenticate",
        "/ivr/verify_sms",
        "/ivr/account_welcome",
        "/ivr/account_menu",
    ]


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
async def test_the_factors_api_works_on_both_okta_engines(pipeline: str) -> None:
    world = build_world(pipeline=pipeline)
    phone = await at_the_code(world)

    await phone.press(world.code())

    assert "142 dollars" in (await phone.press("1")).said


async def test_the_balance_is_read_once_and_the_call_is_over(world: World) -> None:
    phone = await at_the_code(world)
    await phone.press(world.code())
    await phone.press("1")

    again = await phone.post("/ivr/account_menu", Digits="1")

    assert "142" not in again.said
    assert again.is_over


async def test_a_wrong_code_is_said_and_the_right_one_still_works(world: World) -> None:
    phone = await at_the_code(world)

    assert "not right" in (await phone.press(WRONG)).said
    assert len(world.okta.texts(JANE)) == 1, "a wrong code must not send another text"
    assert "Jane" in (await phone.press(world.code())).said


async def test_after_four_wrong_codes_the_call_ends_and_the_account_is_not_locked(world: World) -> None:
    phone = await at_the_code(world)
    for _ in range(3):
        assert "not right" in (await phone.press(WRONG)).said

    last = await phone.press(WRONG)

    assert "too many attempts" in last.said
    assert last.is_over
    assert [user.status for user in world.okta.org.tables.users.values()].count("LOCKED_OUT") == 1, "only Lea's"


async def test_wrong_codes_are_counted_over_calls(world: World) -> None:
    first = await at_the_code(world, number=1)
    for _ in range(3):
        await first.press(WRONG)
    world.clock.at += 60
    second = await at_the_code(world, number=2)
    assert "too many attempts" in (await second.press(WRONG)).said

    world.clock.at += 60
    third = world.handset(number=3)
    refused = await third.reach("1", "1")

    assert "too many attempts" in refused.said
    assert len(world.okta.texts(JANE)) == 2, "no text is sent to someone who may not use its code"


async def test_wrong_codes_are_forgotten_after_their_window(world: World) -> None:
    phone = await at_the_code(world)
    for _ in range(4):
        await phone.press(WRONG)
    world.clock.at += 3601

    later = await at_the_code(world, number=2)

    assert "Jane" in (await later.press(world.code())).said


async def test_the_right_code_clears_the_count(world: World) -> None:
    first = await at_the_code(world)
    for _ in range(3):
        await first.press(WRONG)
    await first.press(world.code())
    world.clock.at += 60

    second = await at_the_code(world, number=2)

    for _ in range(3):
        assert "not right" in (await second.press(WRONG)).said


async def test_star_and_one_send_a_new_code_but_not_within_thirty_seconds(world: World) -> None:
    phone = await at_the_code(world)

    assert "For a new code, press 1" in (await phone.press("*")).said
    assert "a moment ago" in (await phone.press("1")).said
    world.clock.at += 31
    await phone.press("*")
    assert "sent you a text" in (await phone.press("1")).said

    assert len(world.okta.texts(JANE)) == 2
    assert "Jane" in (await phone.press(world.code())).said


async def test_a_call_sends_three_codes_at_most(world: World) -> None:
    phone = await at_the_code(world)
    for _ in range(2):
        world.clock.at += 31
        await phone.press("*")
        await phone.press("1")
    world.clock.at += 31
    await phone.press("*")

    last = await phone.press("1")

    assert "too many requests" in last.said
    assert last.is_over
    assert len(world.okta.texts(JANE)) == 3


@pytest.mark.parametrize("api", ["factors", "authn"], indirect=True)
async def test_a_second_call_right_after_the_first_uses_the_code_already_sent(world: World) -> None:
    await at_the_code(world, number=1)
    second = world.handset(number=2)

    asked = await second.reach("1", "1")

    assert "a moment ago" in asked.said
    assert "Jane" in (await second.press(world.code())).said


async def test_unanswered_codes_are_limited_per_person(build: Build) -> None:
    world = build(IVR_CHALLENGES_PER_HOUR="2")
    for number in (1, 2):
        await at_the_code(world, number=number)
        world.clock.at += 31

    third = world.handset(number=3)
    refused = await third.reach("1", "1")

    assert "too many requests" in refused.said
    assert len(world.okta.texts(JANE)) == 2


async def test_a_code_that_is_too_old_is_not_right(build: Build) -> None:
    world = build(org=Settings(state_token_seconds=3600))
    phone = await at_the_code(world)
    world.clock.at += 301

    assert "not right" in (await phone.press(world.code())).said


@pytest.mark.parametrize("keys", ["12345", "1", "*1", "1234567"])
async def test_an_incomplete_code_costs_no_try_at_okta(world: World, keys: str) -> None:
    phone = await at_the_code(world)

    assert "6 digits" in (await phone.press(keys)).said
    for _ in range(3):
        assert "not right" in (await phone.press(WRONG)).said


async def test_nonsense_at_the_code_ends_the_call_in_the_end(world: World) -> None:
    phone = await at_the_code(world)
    for _ in range(2):
        await phone.press("12")

    assert (await phone.press("12")).is_over


async def test_the_code_question_leaves_time_and_ends_at_six_keys_or_pound(world: World) -> None:
    phone = await at_the_code(world)

    assert phone.reply is not None
    question = phone.reply.root.find("Gather")
    assert question is not None
    assert (question.get("numDigits"), question.get("finishOnKey")) == ("6", "#")
    assert int(question.get("timeout", "0")) >= 10


async def test_a_pound_left_over_from_the_code_does_no_harm_in_the_account_menu(world: World) -> None:
    phone = await at_the_code(world)
    await phone.press(world.code())

    again = await phone.press("#")

    assert "not one of the choices" not in again.said
    assert "142 dollars" in (await phone.press("1")).said


async def test_a_repeated_challenge_webhook_sends_no_second_text(world: World) -> None:
    phone = await at_the_code(world)
    world.clock.at += 60

    await phone.post("/ivr/authenticate", Digits="1")

    assert len(world.okta.texts(JANE)) == 1
    assert phone.reply is not None
    assert phone.reply.action == "/ivr/verify_sms"
