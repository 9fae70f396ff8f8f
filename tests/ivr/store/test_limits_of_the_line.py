"""Limits per person, per calling number and for the whole line, as callers meet them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from ivr.app import create_app
from ivr.identity.protocol import Attempt, Checked, Factor, Identity
from tests.ivr.conftest import Build
from tests.ivr.handset import JANE, JON, World

JANES_ID = "00ufakeJaneIvr0000d7"


async def pass_once(world: World, number: int) -> None:
    """Jane proves who she is, which clears what counts against her person."""
    phone = world.handset(number=number)
    await phone.reach("1", "1")
    await phone.press(world.code())
    assert "You're verified" in phone.said
    world.clock.at += 31  # Okta sends one text in 30 seconds


async def test_a_number_is_sent_so_many_codes_even_if_each_is_answered(build: Build) -> None:
    """Otherwise somebody with a registered phone could order texts at the company's cost for ever."""
    world = build(IVR_CHALLENGES_PER_NUMBER="2")
    await pass_once(world, 1)
    await pass_once(world, 2)
    third = world.handset(number=3)

    await third.reach("1", "1")

    assert "too many requests recently" in third.said
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
    assert "You're verified" not in last.said


async def guess(world: World, number: int, tries: int) -> str:
    """Somebody who shows Jane's number tries codes; what they heard."""
    phone = world.handset(number=number)
    await phone.reach("1", "1", *["000000"] * tries)
    return phone.said


async def test_a_push_that_is_approved_gives_no_new_tries_at_codes(world: World) -> None:
    """Okta goes on counting the wrong codes, and would lock the person at the fifth."""
    await guess(world, 1, 4)
    owner = world.handset(number=2)
    await owner.reach("1", "*", "1")
    world.okta.answer_push(JANES_ID, approve=True)
    await owner.wait()
    assert "You're verified" in owner.said
    world.clock.at += 31

    heard = await guess(world, 3, 0)

    assert "too many attempts" in heard
    assert world.okta.org.tables.users[JANES_ID].status == "ACTIVE"


class Dawdling:
    """An identity provider that answers wrong codes last."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def __getattr__(self, name: str) -> Any:
        return getattr(self._identity, name)

    async def verify(self, attempt: Attempt, factor: Factor, code: str) -> Checked:
        if code == "000000":
            for _ in range(200):
                await asyncio.sleep(0)
        return await self._identity.verify(attempt, factor, code)


async def test_a_right_code_wipes_out_no_try_that_is_still_under_way(build: Build, store_url: str) -> None:
    """The wrong one reaches Okta after the right one: Okta has counted one, and so must the line."""
    world = build(IVR_STORE_URL=store_url)
    world.app = create_app(replace(world.line, identity=Dawdling(world.line.identity)))
    guesser, owner = world.handset(number=1), world.handset(number=2)
    await guesser.reach("1", "1")
    world.clock.at += 31  # by Direct Authentication each call needs a code of its own
    await owner.reach("1", "1")

    await asyncio.gather(guesser.press("000000"), owner.press(world.code()))

    counted = len(world.okta.org.tables.failures.get(JANES_ID, ()))
    assert "You're verified" in owner.said
    assert await world.line.limits.left(world.line.wrong_codes, JANES_ID) <= 4 - counted
    await world.line.calls.close()
