"""What a stranger with a forged caller ID can learn: callers who cannot be proven are treated as customers are."""

from __future__ import annotations

import pytest

from ivr.identity.protocol import Kind
from ivr.line import EVERYBODY
from tests.ivr.conftest import Build, build_world
from tests.ivr.handset import JANE, LEA, MAX, STRANGER, World

OFFERED = {"text message": Kind.SMS, "Okta Verify": Kind.PUSH}


async def offered(world: World, phone: str) -> Kind:
    """The factor that this caller is offered first."""
    said = (await world.handset(phone, number=int(phone[-4:])).reach("1")).said
    return next(kind for words, kind in OFFERED.items() if words in said)


async def test_who_is_proven_does_not_wait_for_others_sake(build: Build) -> None:
    world = build(IVR_EVEN_PACE="1.5")
    phone = world.handset()
    await phone.reach("1", "1")
    before = world.clock.waited

    await phone.press(world.code())
    await phone.press("1")

    assert "142 dollars" in phone.said
    assert world.clock.waited == before


async def test_an_okta_that_is_down_is_down_for_nobody_too(world: World) -> None:
    phone = world.handset(STRANGER)
    await phone.dial()
    world.okta.faults.fail_next(status=503, times=9)

    assert "not responding" in (await phone.press("1")).said


@pytest.mark.parametrize("nobody", [STRANGER, LEA, MAX])
async def test_nothing_is_sent_for_nobody_and_no_code_is_right(world: World, nobody: str) -> None:
    phone = world.handset(nobody)
    before = len(world.okta.texts(nobody))

    await phone.reach("1", "1")
    for code in ("000000", "123456", "999999"):
        if phone.reply is not None and phone.reply.action:
            await phone.press(code)

    assert len(world.okta.texts(nobody)) == before
    assert "Thank you" not in phone.said


async def test_nobody_uses_up_what_all_callers_share(build: Build) -> None:
    world = build(IVR_CHALLENGES_OF_ALL="1", IVR_WRONG_CODES_OF_ALL="4")
    for number in range(1, 4):
        phone = world.handset(f"+1617555019{number}", number=number)
        await phone.reach("1", "1")
        while phone.reply is not None and phone.reply.action and not phone.reply.is_over:
            await phone.press("000000")

    limits = world.line.limits
    assert await limits.left(world.line.challenges_of_all, EVERYBODY) == 1
    assert await limits.left(world.line.wrong_codes_of_all, EVERYBODY) == 4


async def test_a_limit_of_the_whole_line_is_one_for_nobody_too(build: Build) -> None:
    world = build(IVR_CHALLENGES_OF_ALL="1")
    await world.handset(JANE).reach("1", "1")

    phone = world.handset(STRANGER, number=2)

    assert "too many people are calling" in (await phone.reach("1", "1")).said


@pytest.mark.parametrize("token", ["one", "another"])
async def test_the_same_number_is_offered_the_same_on_every_call_and_worker(build: Build, token: str) -> None:
    numbers = [f"+1617555{number:04}" for number in range(12)]
    first, second = build(OKTA_API_TOKEN=token), build(OKTA_API_TOKEN=token)

    offers = [await offered(first, number) for number in numbers]

    assert [await offered(second, number) for number in numbers] == offers
    assert set(offers) == {Kind.SMS, Kind.PUSH}, "as some customers prefer this and some that"


async def test_which_factor_nobody_is_offered_cannot_be_foreseen_without_the_line_s_secrets(build: Build) -> None:
    numbers = [f"+1617555{number:04}" for number in range(24)]
    one, other = build(OKTA_API_TOKEN="one"), build(OKTA_API_TOKEN="another")

    assert [await offered(one, number) for number in numbers] != [await offered(other, number) for number in numbers]


@pytest.mark.parametrize("api", ["factors", "authn"], indirect=True)
async def test_decoys_have_the_factors_that_the_setting_names(build: Build) -> None:
    world = build(IVR_DECOY_FACTORS="totp")

    said = (await world.handset(STRANGER).reach("1")).said

    assert "the code shown in Okta Verify" in said
    assert "another way" not in said


async def test_the_number_of_a_decoy_s_push_is_spoken_where_customers_are_told_one() -> None:
    world = build_world(IVR_DECOY_FACTORS="push", IVR_PUSH_NUMBER_CHALLENGE="true")

    said = (await world.handset(STRANGER).reach("1", "1")).said

    assert "In Okta Verify, choose the number" in said


@pytest.mark.parametrize("api", ["factors", "authn"], indirect=True)
async def test_why_somebody_cannot_be_proven_is_in_the_log_alone(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="ivr")

    phone = world.handset(MAX)
    await phone.reach("1")

    assert "cannot be proven: no active factor" in caplog.text
    assert "no active factor" not in phone.said
