"""Attack: use up somebody's challenges with a forged number, so that they get no code when they call themselves."""

from __future__ import annotations

import pytest

from fakes.people import JANE as JANE_IVR
from ivr.limits import Limit
from ivr.line import EVERYBODY, Line
from ivr.webhooks.authenticate import MOST_CHALLENGES_PER_CALL
from tests.ivr.conftest import Build, build_world
from tests.ivr.handset import JANE, Handset, World


async def spent(line: Line) -> list[int]:
    """What Jane, her number and all callers have used up."""
    counts: list[tuple[Limit, str]] = [
        (line.challenges, JANE_IVR.id),
        (line.challenges_of_number, JANE),
        (line.challenges_of_all, EVERYBODY),
    ]
    return [limit.most - await line.limits.left(limit, whose) for limit, whose in counts]


async def impatient(world: World, call: int) -> Handset:
    """A call that wants a new code every three seconds."""
    phone = world.handset(JANE, number=call)
    await phone.reach("1", "1")
    while phone.reply is not None and phone.reply.action and "press star" in phone.reply.said:
        world.clock.at += 3
        await phone.press("*")
        if phone.reply.action:
            await phone.press("1")
    return phone


@pytest.mark.parametrize("api", ["factors", "authn"], indirect=True)
async def test_sent_a_moment_ago_is_not_charged_as_sent(world: World) -> None:
    phones = [await impatient(world, call) for call in range(1, 4)]

    assert await spent(world.line) == [len(world.okta.texts(JANE))] * 3
    assert [phone.said.count("I sent you a code a moment ago") for phone in phones] == [2, 3, 3]


async def test_a_call_may_ask_three_times_whatever_comes_of_it(world: World) -> None:
    phone = await impatient(world, 1)

    asked = phone.said.count("have sent you a text message") + phone.said.count("I sent you a code a moment ago")
    assert asked == MOST_CHALLENGES_PER_CALL
    assert "I have sent you too many requests recently" in phone.said


NOT_SENT = [(429, "E0000146"), (403, "E0000150"), (403, "E0000069"), (429, "E0000047"), (401, "")]
PERHAPS_SENT = [(500, ""), (503, "")]


@pytest.mark.parametrize(("status", "code"), [*NOT_SENT, *PERHAPS_SENT])
@pytest.mark.parametrize("preference", ["sms", "push"])
async def test_what_was_surely_not_sent_is_given_back(build: Build, preference: str, status: int, code: str) -> None:
    world = build()
    world.change_profile(JANE_IVR.id, ivrFactorPreference=preference)
    phone = world.handset(JANE)
    await phone.reach("1")
    world.okta.faults.fail_next(status, code, route="POST *")

    await phone.press("1")

    assert await spent(world.line) == [(status, code) in PERHAPS_SENT] * 3


async def test_an_answer_that_did_not_come_may_have_been_one_to_a_text() -> None:
    world = build_world()
    phone = world.handset(JANE)
    await phone.reach("1")
    world.okta.faults.slow_by(6.0, "POST *")

    await phone.press("1")

    assert await spent(world.line) == [1, 1, 1]


@pytest.mark.parametrize(("status", "tries"), [(429, 0), (401, 0), (500, 1)])
async def test_a_code_that_okta_did_not_look_at_is_no_try(world: World, status: int, tries: int) -> None:
    """Four codes typed while Okta is rate limited would keep their owner out for an hour."""
    phone = world.handset(JANE)
    await phone.reach("1", "1")
    world.okta.faults.fail_next(status, route="POST *")

    await phone.press("000000")

    limit = world.line.wrong_codes
    assert limit.most - await world.line.limits.left(limit, JANE_IVR.id) == tries
