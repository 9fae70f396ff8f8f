"""What a stranger with a forged caller ID can learn: callers who cannot be proven are treated as customers are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import cache, partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.people import JANE as JANE_IVR
from ivr.app import create_app
from ivr.identity.protocol import Kind
from ivr.line import EVERYBODY
from tests.ivr.conftest import Build, build_world
from tests.ivr.handset import JANE, LEA, MAX, STRANGER, Handset, World

OFFERED = {"text message": Kind.SMS, "Okta Verify": Kind.PUSH}


@dataclass(frozen=True)
class Step:
    """What a caller got for one thing they did: the document, how often Okta was asked, and how long it took."""

    twiml: str
    asked: int
    seconds: float
    is_poll: bool


async def offered(world: World, phone: str) -> Kind:
    """The factor that this caller is offered first."""
    said = (await world.handset(phone, number=int(phone[-4:])).reach("1")).said
    return next(kind for words, kind in OFFERED.items() if words in said)


@cache
def first_offer(nobody: str) -> Kind:
    """The same whenever they call."""
    return asyncio.run(offered(build_world(api="factors", org=None), nobody))


def by_its_own_watch(world: World) -> World:
    """A line on which only services and pauses take time."""
    world.app = create_app(replace(world.line, stopwatch=world.clock.real))
    return world


async def like_jane(preferred: Kind, **environ: str) -> tuple[World, World]:
    """Two worlds alike, one for somebody who cannot be proven, one for Jane, who prefers what the other is offered."""
    build = partial(build_world, api="factors", org=None, **environ)
    theirs, hers = by_its_own_watch(build()), by_its_own_watch(build())
    hers.change_profile(JANE_IVR.id, ivrFactorPreference=preferred)
    return theirs, hers


async def done(world: World, phone: Handset, key: str, seconds: float) -> Step:
    """One key, or silence where nothing listens, after some time."""
    world.clock.at += seconds
    asked, since = world.asked.newest, world.clock.waited
    assert phone.reply is not None
    reply = await (phone.press(key) if phone.reply.action else phone.wait())
    is_poll = phone.paths[-1] == "/ivr/verify_okta_push"
    return Step(reply.text, world.asked.newest - asked, world.clock.waited - since, is_poll)


async def lived(world: World, caller: str, moves: list[tuple[str, float]]) -> list[Step]:
    """One call after the other, for as long as there are moves."""
    steps: list[Step] = []
    phone, number = world.handset(caller), 1
    await phone.dial()
    for key, seconds in moves:
        if phone.reply is not None and not phone.reply.action and not phone.reply.redirect:
            number += 1
            phone = world.handset(caller, number=number)
            await phone.dial()
        steps.append(await done(world, phone, key, seconds))
    return steps


KEYS = st.sampled_from(["1", "1", "1", "000000", "000000", "*", "#", "123", "9"])
MOVES = st.lists(st.tuples(KEYS, st.sampled_from([0.0, 3.0, 31.0])), max_size=20)
SEVERAL = settings(max_examples=12, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("nobody", [STRANGER, LEA, MAX])
@SEVERAL
@given(moves=MOVES)
def test_whatever_a_caller_does_a_customer_and_nobody_hear_the_same_and_okta_is_asked_as_often(
    nobody: str, moves: list[tuple[str, float]]
) -> None:
    """Over any number of calls, with any keys but the right code. Polls of a push are not heard."""
    preferred = first_offer(nobody)

    async def both() -> tuple[list[Step], list[Step]]:
        theirs, hers = await like_jane(preferred)
        return await lived(theirs, nobody, moves), await lived(hers, JANE, moves)

    with asyncio.Runner() as runner:
        nobodys, janes = runner.run(both())

    assert [step.twiml for step in nobodys] == [step.twiml for step in janes]
    assert [step.asked for step in nobodys if not step.is_poll] == [step.asked for step in janes if not step.is_poll]


SLOW = {
    "GET /api/v1/users": 0.2,
    "GET /api/v1/users/{id}/factors": 0.4,
    "POST /api/v1/users/{id}/factors/{id}/verify": 0.9,
}
GUESSING = [("1", 0.0), ("1", 0.0), ("000000", 0.0), ("000000", 0.0), ("000000", 0.0), ("000000", 0.0)]


async def times(nobody: str, pace: str) -> tuple[list[float], list[float]]:
    """How long each answer takes with an Okta that needs its time, unequal for unequal questions."""
    preferred = await offered(build_world(api="factors", org=None), nobody)
    theirs, hers = await like_jane(preferred, IVR_EVEN_PACE=pace)
    for world in (theirs, hers):
        for route, seconds in SLOW.items():
            world.okta.faults.slow_by(seconds, route=route)
    steps = await lived(theirs, nobody, GUESSING), await lived(hers, JANE, GUESSING)
    nobodys, janes = ([round(step.seconds, 6) for step in each] for each in steps)
    return nobodys, janes


@pytest.mark.parametrize("nobody", [STRANGER, LEA, MAX])
async def test_until_the_proof_every_answer_takes_the_same_time(nobody: str) -> None:
    nobodys, janes = await times(nobody, "1.5")

    assert set(nobodys) == set(janes) == {1.5}


async def test_without_the_even_pace_the_time_would_tell() -> None:
    nobodys, janes = await times(STRANGER, "0")

    assert nobodys != janes


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

    assert "not answering" in (await phone.press("1")).said


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


async def test_decoys_have_the_factors_that_the_setting_names(build: Build) -> None:
    world = build(IVR_DECOY_FACTORS="totp")

    said = (await world.handset(STRANGER).reach("1")).said

    assert "the code that Okta Verify shows" in said
    assert "another way" not in said


async def test_the_number_of_a_decoy_s_push_is_spoken_where_customers_are_told_one() -> None:
    world = build_world(IVR_DECOY_FACTORS="push", IVR_PUSH_NUMBER_CHALLENGE="true")

    said = (await world.handset(STRANGER).reach("1", "1")).said

    assert "In Okta Verify, choose the number" in said


async def test_why_somebody_cannot_be_proven_is_in_the_log_alone(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="ivr")

    phone = world.handset(MAX)
    await phone.reach("1")

    assert "cannot be proven: no active factor" in caplog.text
    assert "no active factor" not in phone.said
