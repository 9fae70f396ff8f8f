"""Menus: silence, wrong keys, and the call back from support."""

from __future__ import annotations

import pytest

from tests.ivr.handset import JANE, STRANGER, Handset, World

QUESTIONS = [(), ("1",), ("1", "1"), ("1", "1", "code")]


async def at(world: World, keys: tuple[str, ...]) -> Handset:
    phone = world.handset()
    await phone.dial()
    for each in keys:
        await phone.press(world.code() if each == "code" else each)
    return phone


@pytest.mark.parametrize("keys", QUESTIONS)
async def test_silence_is_asked_twice_again_and_then_said_goodbye_to(world: World, keys: tuple[str, ...]) -> None:
    phone = await at(world, keys)

    assert phone.reply is not None
    verbs = [verb.tag for verb in phone.reply.root]
    assert verbs == ["Gather", "Gather", "Gather", "Say", "Hangup"]
    assert phone.reply.said.count("did not hear anything") == 3
    assert phone.reply.said.endswith("Goodbye.")


@pytest.mark.parametrize("keys", [(), ("1",), ("1", "1", "code")])
async def test_a_key_that_means_nothing_is_said_and_three_of_them_end_the_call(
    world: World, keys: tuple[str, ...]
) -> None:
    phone = await at(world, keys)

    assert "not one of the choices" in (await phone.press("7")).said
    assert "not one of the choices" in (await phone.press("8")).said
    assert (await phone.press("9")).is_over


async def test_a_webhook_without_digits_asks_again(world: World) -> None:
    phone = await at(world, ())

    assert (await phone.post("/ivr/menu")).action == "/ivr/menu"


async def test_anyone_can_ask_for_a_call_back_and_is_not_named_in_it(world: World) -> None:
    phone = world.handset(JANE)

    last = await phone.reach("2")

    assert "call you back" in phone.said
    assert last.is_over
    (callback,) = world.accounts.callbacks
    assert (callback.user_id, callback.phone, callback.topic) == (None, JANE, "support")


async def test_a_proven_caller_is_named_in_the_call_back(world: World) -> None:
    phone = await at(world, ("1", "1", "code"))

    assert (await phone.press("2")).is_over

    (callback,) = world.accounts.callbacks
    assert (callback.user_id, callback.topic) == ("00ufakeJaneIvr0000d7", "account")


@pytest.mark.parametrize("keys", [("1",), ("1", "1")])
async def test_support_stays_open_until_the_factor_is_passed(world: World, keys: tuple[str, ...]) -> None:
    phone = await at(world, keys)

    assert "call you back" in (await phone.post("/ivr/menu", Digits="2")).said


@pytest.mark.parametrize("api", ["factors", "authn"], indirect=True)  # by the third, a stranger may be refused
@pytest.mark.parametrize("caller", [JANE, STRANGER])
async def test_who_gets_no_code_hears_what_may_be_wrong_and_the_way_to_support(world: World, caller: str) -> None:
    phone = world.handset(caller)

    reply = await phone.reach("1", "1")
    while reply.redirect:
        world.clock.at += 5
        reply = await phone.wait()

    assert "If nothing arrived" in phone.said
    assert "call again and ask for support" in phone.said


async def test_a_repeated_support_webhook_makes_one_call_back(world: World) -> None:
    phone = world.handset()
    await phone.reach("2")
    await phone.post("/ivr/menu", Digits="2")

    assert len(world.accounts.callbacks) == 1


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "client:jane", "sip:jane@example.com", ""])
async def test_who_shows_no_number_is_told_why_nobody_can_call_back(world: World, number: str) -> None:
    phone = world.handset(number)

    last = await phone.reach("2")

    assert "nobody can call you back" in last.said
    assert not world.accounts.callbacks
