"""Callers who cannot be verified, and what is not said before the factor; how they compare is in `attacks`."""

from __future__ import annotations

import pytest

from fakes.okta import factors, users
from fakes.people import JANE as JANE_IVR
from fakes.people import JON as JON_IVR
from tests.ivr.conftest import build_world
from tests.ivr.handset import JANE, MAX, STRANGER, World


@pytest.mark.parametrize("phone", ["anonymous", "", "client:jane", "+1 617 555 0199", "+266696687"])
async def test_who_shows_no_number_is_told_that_it_takes_one(world: World, phone: str) -> None:
    """That is no secret of anybody's."""
    handset = world.handset(phone)

    answer = await handset.reach("1")

    assert "cannot verify who you are" in answer.said
    assert answer.action == "/ivr/menu", "support is offered"


async def is_proven_by_nothing(world: World, phone: str) -> bool:
    """Whether this caller, whatever they hear, is sent nothing and let in by nothing."""
    handset = world.handset(phone)
    await handset.reach("1", "1")
    if handset.reply is not None and handset.reply.action:
        await handset.press("000000")
    return not world.okta.texts(phone) and not world.okta.org.tables.pushes and "Thank you" not in handset.said


@pytest.mark.parametrize(
    "status", ["STAGED", "PROVISIONED", "RECOVERY", "LOCKED_OUT", "PASSWORD_EXPIRED", "SUSPENDED", "DEPROVISIONED"]
)
async def test_only_active_users_are_sent_anything(world: World, status: str) -> None:
    world.set_status(JANE_IVR.id, status)

    assert await is_proven_by_nothing(world, JANE)


async def test_a_lock_that_okta_hides_behind_a_failed_sign_in_is_one() -> None:
    """So it answers where the sign-on policy does not show lock-outs (Okta docs: Authentication API)."""
    world = build_world(api="authn")
    world.okta.faults.fail_next(401, "E0000004", times=9, route="POST /api/v1/authn")

    assert await is_proven_by_nothing(world, JANE)


async def test_a_number_that_two_people_share_is_nobody_s(world: World) -> None:
    world.change_profile(JON_IVR.id, ivrPhone=JANE)

    assert await is_proven_by_nothing(world, JANE)


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


@pytest.mark.parametrize("api", ["factors", "authn"], indirect=True)
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
