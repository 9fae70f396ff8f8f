"""Limits per person, per calling number and for the whole line, as callers meet them."""

from __future__ import annotations

from tests.ivr.conftest import Build
from tests.ivr.handset import JANE, JON, World


async def pass_once(world: World, number: int) -> None:
    """Jane proves who she is, which clears what counts against her person."""
    phone = world.handset(number=number)
    await phone.reach("1", "1")
    await phone.press(world.code())
    assert "I know now" in phone.said
    world.clock.at += 31  # Okta sends one text in 30 seconds


async def test_a_number_is_sent_so_many_codes_even_if_each_is_answered(build: Build) -> None:
    """Otherwise somebody with a registered phone could order texts at the company's cost for ever."""
    world = build(IVR_CHALLENGES_PER_NUMBER="2")
    await pass_once(world, 1)
    await pass_once(world, 2)
    third = world.handset(number=3)

    await third.reach("1", "1")

    assert "too many requests to you lately" in third.said
    assert len(world.okta.texts(JANE)) == 2
    world.clock.at += 3600
    await pass_once(world, 4)


async def test_the_line_sends_so_many_codes_and_pushes_to_all_and_then_offers_a_call_back(build: Build) -> None:
    world = build(IVR_CHALLENGES_OF_ALL="1")
    await pass_once(world, 1)
    phone = world.handset(JON, number=2)

    await phone.reach("1", "1")

    assert "too many people are calling" in phone.said
    assert not world.okta.prompts("00ufakeJonIvr00000d7")
    await phone.press("2")
    assert "will call you back" in phone.said


async def test_a_limit_of_the_line_costs_nobody_their_own(build: Build) -> None:
    world = build(IVR_CHALLENGES_OF_ALL="1")
    await pass_once(world, 1)

    await world.handset(JON, number=2).reach("1", "1")

    assert await world.line.limits.left(world.line.challenges, "00ufakeJonIvr00000d7") == 10


async def test_wrong_codes_of_all_callers_are_counted(build: Build) -> None:
    """Guessing a little at everybody: no account is near its limit, the line is."""
    world = build(IVR_WRONG_CODES_OF_ALL="4")
    world.change_profile("00ufakeJonIvr00000d7", ivrFactorPreference="sms")
    for number, caller, tries in ((1, JANE, 3), (2, JON, 1)):
        phone = world.handset(caller, number=number)
        await phone.reach("1", "1", *["000000"] * tries)
    last = world.handset(JON, number=3)
    world.clock.at += 31

    await last.reach("1", "1", world.code(JON))

    assert "too many people are calling" in last.said
    assert "I know now" not in last.said
