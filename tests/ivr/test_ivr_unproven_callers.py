"""Callers who cannot be verified: the line must not tell them why."""

from __future__ import annotations

import pytest

from fakes.okta import factors, users
from fakes.people import JANE as JANE_IVR
from fakes.people import JON as JON_IVR
from tests.ivr.handset import JANE, LEA, MAX, STRANGER, World


async def refused(world: World, phone: str) -> tuple[str, str]:
    """What a caller hears at the greeting, and after asking for their account."""
    handset = world.handset(phone)
    greeting = await handset.dial()
    answer = await handset.press("1")
    assert answer.action == "/ivr/menu", "support is offered"
    return greeting.said, answer.said


@pytest.mark.parametrize("phone", [STRANGER, MAX, LEA, "anonymous", "", "client:jane", "+1 617 555 0199"])
async def test_whoever_cannot_be_verified_hears_the_same_words(world: World, phone: str) -> None:
    stranger = await refused(world, STRANGER)
    other = world.handset(phone, number=2)

    assert (await other.dial()).said == stranger[0]
    assert (await other.press("1")).said == stranger[1]


@pytest.mark.parametrize(
    "status", ["STAGED", "PROVISIONED", "RECOVERY", "LOCKED_OUT", "PASSWORD_EXPIRED", "SUSPENDED", "DEPROVISIONED"]
)
async def test_only_active_users_are_asked_for_a_factor(world: World, status: str) -> None:
    world.set_status(JANE_IVR.id, status)

    _, answer = await refused(world, JANE)

    assert "cannot confirm who you are" in answer
    assert not world.okta.texts(JANE)


async def test_a_number_that_two_people_share_is_nobody_s(world: World) -> None:
    world.change_profile(JON_IVR.id, ivrPhone=JANE)

    _, answer = await refused(world, JANE)

    assert "cannot confirm who you are" in answer


async def test_a_leaver_with_the_same_number_does_not_count(world: World) -> None:
    world.change_profile(JON_IVR.id, ivrPhone=JANE)
    world.set_status(JON_IVR.id, "DEPROVISIONED")

    phone = world.handset(JANE)

    assert "text message" in (await phone.reach("1")).said


async def test_known_and_unknown_callers_are_greeted_alike_and_nobody_by_name(world: World) -> None:
    known, unknown = world.handset(MAX, number=1), world.handset(STRANGER, number=2)

    assert (await known.dial()).text == (await unknown.dial()).text
    assert "Max" not in known.said


async def test_before_the_factor_nothing_private_is_said(world: World) -> None:
    phone = world.handset(JANE)
    await phone.reach("1", "1", "000000", "2345")

    for private in ("Jane", "142", "December", "0177", "5551234"):
        assert private not in phone.said


async def test_a_caller_whose_preference_is_not_enrolled_gets_the_factor_they_have(world: World) -> None:
    org = world.okta.org
    jon = users.find(org, JON_IVR.id)
    for factor in factors.of_user(org, jon):
        if factor.type == "push":
            factors.set_status(org, factor, "INACTIVE")
    phone = world.handset(JON_IVR.phone)

    assert "text message" in (await phone.reach("1")).said


async def test_two_okta_verify_devices_are_no_obstacle(world: World) -> None:
    org = world.okta.org
    factors.add(org, users.find(org, JON_IVR.id), "push", factors.device("jon", "old phone"))
    phone = world.handset(JON_IVR.phone)
    await phone.reach("1", "1")
    world.okta.answer_push(JON_IVR.id, approve=True)

    assert "Jon" in (await phone.wait()).said


async def test_a_hostile_profile_cannot_inject_twiml(world: World) -> None:
    hostile = 'Eve</Say><Dial>+19005550123</Dial>\x01 & "x"'
    world.change_profile(JANE_IVR.id, firstName=hostile)
    phone = world.handset(JANE)
    await phone.reach("1", "1")

    welcome = await phone.press(world.code())

    assert {element.tag for element in welcome.root.iter()} == {"Response", "Gather", "Say", "Hangup"}
    assert "Dial" in welcome.said, "read aloud, as the name it is"
