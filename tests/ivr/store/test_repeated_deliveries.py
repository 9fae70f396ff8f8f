"""A webhook that Twilio delivers again, with the same idempotency token: the same answer, and nothing done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from ivr.line import EVERYBODY
from tests.ivr.conftest import build_world
from tests.ivr.handset import JANE, JON, World

TOKEN = "0f3b5a52-9c1e-4b52-8b53-7a1f0c2b9d10"
JANES_ID = "00ufakeJaneIvr0000d7"


@pytest.fixture
async def world(api: str, store_url: str) -> AsyncIterator[World]:
    """A line on each of the stores."""
    world = build_world(api=api, IVR_STORE_URL=store_url)
    yield world
    await world.line.calls.close()


async def test_a_second_delivery_sends_no_second_code(world: World) -> None:
    phone = world.handset()
    await phone.reach("1")

    first = await phone.deliver("/ivr/authenticate", TOKEN, Digits="1")
    second = await phone.deliver("/ivr/authenticate", TOKEN, Digits="1")

    assert second == first
    assert len(world.okta.texts(JANE)) == 1


async def test_two_deliveries_at_once_get_the_same_answer(world: World) -> None:
    phone = world.handset(JON)
    await phone.reach("1")

    first, second = await asyncio.gather(
        *(phone.deliver("/ivr/authenticate", TOKEN, Digits="1") for _ in range(2)),
    )

    assert first == second
    assert "sent a request" in first.said
    assert len(world.okta.prompts("00ufakeJonIvr00000d7")) == 1


async def test_a_second_delivery_of_a_wrong_code_is_no_second_try(world: World) -> None:
    phone = world.handset()
    await phone.reach("1", "1")

    replies = [await phone.deliver("/ivr/verify_sms", TOKEN, Digits="000000") for _ in range(6)]

    assert len({reply.text for reply in replies}) == 1
    assert await world.line.limits.left(world.line.wrong_codes, JANES_ID) == 3
    assert await world.line.limits.left(world.line.wrong_codes_of_all, EVERYBODY) == 199
    await phone.press(world.code())
    assert "You're verified" in phone.said


async def test_a_second_delivery_hears_the_balance_once_more_though_the_call_is_over(world: World) -> None:
    """Twilio did not get the first answer, so the caller has heard nothing of it."""
    phone = world.handset()
    await phone.reach("1", "1")
    await phone.press(world.code())

    first = await phone.deliver("/ivr/account_menu", TOKEN, Digits="1")
    second = await phone.deliver("/ivr/account_menu", TOKEN, Digits="1")
    another = await phone.deliver("/ivr/account_menu", "another-token", Digits="1")

    assert second == first
    assert "Your balance is" in first.said
    assert "This call is over" in another.said


@pytest.mark.parametrize("token", ["short", "x" * 65, "a b c d e f g h", "{}"])
async def test_what_is_no_token_is_not_remembered(world: World, token: str) -> None:
    phone = world.handset()
    await phone.dial()

    first = await phone.deliver("/ivr/menu", token, Digits="9")
    second = await phone.deliver("/ivr/menu", token, Digits="9")
    third = await phone.deliver("/ivr/menu", token, Digits="9")

    assert first == second != third, "three misses end a call"


async def test_a_token_finds_no_answer_of_another_call_or_page(world: World) -> None:
    phone, stranger = world.handset(), world.handset(JANE, number=2)
    await phone.reach("1", "1")
    await phone.press(world.code())
    mine = await phone.deliver("/ivr/account_menu", TOKEN, Digits="1")
    await stranger.dial()

    theirs = await stranger.deliver("/ivr/account_menu", TOKEN, Digits="1")
    elsewhere = await phone.deliver("/ivr/account_welcome", TOKEN)

    assert "balance is" in mine.said
    assert "balance is" not in theirs.said + elsewhere.said
