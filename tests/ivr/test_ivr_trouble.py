"""When Okta or the accounts API fails, the caller hears a sentence and the call ends in good order."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from fakes.people import JANE as JANE_IVR
from ivr.app import create_app
from ivr.identity.directory import Directory
from ivr.identity.okta_factors import OktaFactors
from ivr.identity.okta_wire import OktaWire
from ivr.identity.protocol import Found, Unknown
from tests.ivr.conftest import ORG, Build
from tests.ivr.handset import JANE, World
from tests.ivr.stand_ins import Canned, CannedSession

SORRY = "not responding"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_okta_down_at_the_greeting_leaves_the_menu_and_a_second_chance(world: World, status: int) -> None:
    world.okta.faults.fail_next(status=status)
    phone = world.handset()

    assert "press 1" in (await phone.dial()).said
    assert "text message" in (await phone.press("1")).said


FACTORS_ROUTE = {
    "factors": "GET /api/v1/users/{id}/factors",
    "authn": "POST /api/v1/authn",
    "direct": "GET /api/v1/users/{id}",
}


@pytest.mark.parametrize("route", ["GET /api/v1/users", None])
async def test_okta_down_at_the_menu_is_said_and_support_offered(world: World, api: str, route: str | None) -> None:
    world.okta.faults.fail_next(status=503, times=9, route=route or FACTORS_ROUTE[api])
    phone = world.handset()

    answer = await phone.reach("1")

    assert SORRY in answer.said
    await phone.press("2")
    assert "call you back" in phone.said


async def test_okta_down_at_the_challenge_is_said_and_can_be_tried_again(world: World) -> None:
    phone = world.handset()
    await phone.reach("1")
    world.okta.faults.fail_next(status=500)

    assert SORRY in (await phone.press("1")).said
    assert "text message" in (await phone.press("1")).said, "the offer stands"
    await phone.press("1")
    assert "Jane" in (await phone.press(world.code())).said


async def test_okta_down_at_the_code_is_said_and_the_code_can_be_entered_again(world: World) -> None:
    phone = world.handset()
    await phone.reach("1", "1")
    world.okta.faults.fail_next(status=500)

    assert SORRY in (await phone.press(world.code())).said
    await phone.press("1")
    assert phone.reply is not None
    assert phone.reply.action == "/ivr/verify_sms"
    assert "Jane" in (await phone.press(world.code())).said


async def test_okta_that_stays_down_ends_the_call(world: World) -> None:
    world.okta.faults.fail_next(status=500, times=99)
    phone = world.handset()
    await phone.reach("1", "1")

    assert (await phone.press("1")).is_over


async def test_a_rate_limit_is_said_as_such(world: World) -> None:
    world.okta.faults.rate_limit(0, route="GET /api/v1/users")
    phone = world.handset()

    assert "too many people" in (await phone.reach("1")).said


async def test_a_wrong_token_is_not_the_caller_s_fault(build: Build) -> None:
    world = build(token="not-the-token")
    phone = world.handset()

    assert SORRY in (await phone.reach("1")).said


@pytest.mark.parametrize("api", ["factors", "authn"], indirect=True)
async def test_a_lockout_in_the_middle_of_a_call_says_no_more_than_to_strangers(world: World) -> None:
    phone = world.handset()
    await phone.reach("1", "1")
    world.set_status(JANE_IVR.id, "LOCKED_OUT")

    answer = await phone.press(world.code())

    assert "cannot verify who you are" in answer.said
    assert answer.action == "/ivr/menu"


@pytest.mark.parametrize("api", ["factors", "authn"], indirect=True)
async def test_a_delivery_limit_at_okta_is_said(world: World) -> None:
    phone = world.handset()
    await phone.reach("1")
    world.okta.faults.fail_next(status=429, code="E0000146")

    assert "cannot reach you that way" in (await phone.press("1")).said


async def test_accounts_down_is_said_to_a_proven_caller_who_may_try_again(world: World) -> None:
    phone = world.handset()
    await phone.reach("1", "1")
    await phone.press(world.code())
    world.accounts.faults.fail_next(status=500)

    assert "cannot reach your account" in (await phone.press("1")).said
    assert "142 dollars" in (await phone.press("1")).said


async def test_a_caller_without_an_account_is_told_so(world: World) -> None:
    del world.accounts.accounts[JANE_IVR.id]
    phone = world.handset()
    await phone.reach("1", "1")
    await phone.press(world.code())

    assert "did not find an account" in (await phone.press("1")).said


async def test_an_okta_slower_than_our_patience_is_said(world: World) -> None:
    world.okta.faults.slow_by(6, route="POST *")
    phone = world.handset()

    assert SORRY in (await phone.reach("1", "1")).said


async def test_accounts_slower_than_our_patience_are_said(world: World) -> None:
    phone = world.handset()
    await phone.reach("1", "1")
    await phone.press(world.code())
    world.accounts.faults.slow_by(10)

    assert "cannot reach your account" in (await phone.press("1")).said


@pytest.mark.parametrize(
    "answer",
    [
        aiohttp.ClientConnectionError("refused"),
        TimeoutError(),
        RuntimeError("what no one thought of"),
        Canned(200, "<html>maintenance</html>", "text/html"),
        Canned(200, "", "application/json"),
        Canned(200, '{"a": "dictionary"}'),
        Canned(200, '[{"status": "ACTIVE", "profile": {"ivrPhone": "+17735551234"}}]'),
        Canned(403, "", "text/plain"),
        Canned(403, "<html>forbidden</html>", "text/html"),
        Canned(418, "[1, 2"),
        Canned(500, "null"),
    ],
    ids=repr,
)
async def test_whatever_okta_or_the_network_answers_the_caller_hears_a_sentence(
    world: World, answer: Canned | Exception
) -> None:
    wire = OktaWire(ORG, "token", session=CannedSession(answer))
    world.app = create_app(replace(world.line, directory=Directory(wire), identity=OktaFactors(wire)))
    phone = world.handset()

    assert SORRY in (await phone.reach("1")).said


class ExplodingDirectory(Directory):
    """A directory with a bug."""

    async def find_caller(self, phone: str) -> Found:
        raise ZeroDivisionError(f"while looking for {phone} with code 123456 and SSWS 00secret")


async def test_a_bug_of_ours_is_spoken_and_logged_without_secrets(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.app = create_app(replace(world.line, directory=ExplodingDirectory(OktaWire(ORG, "token"))))
    phone = world.handset()

    with caplog.at_level(logging.INFO):
        last = await phone.dial()

    assert "something went wrong on our side" in last.said
    assert last.is_over
    assert "ZeroDivisionError" in caplog.text
    for secret in (JANE, "123456", "00secret"):
        assert secret not in caplog.text


class SilentDirectory(Directory):
    """A directory that never answers, and does not give up by itself."""

    async def find_caller(self, phone: str) -> Found:
        await asyncio.Event().wait()
        return Unknown("never said")


async def test_a_webhook_that_takes_too_long_is_answered_before_twilio_gives_up(world: World) -> None:
    line = replace(world.line, directory=SilentDirectory(OktaWire(ORG, "token")))
    world.app = create_app(line, patience=0)
    phone = world.handset()

    assert "something went wrong on our side" in (await phone.dial()).said


async def test_what_went_wrong_is_in_the_log(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    world = build(token="not-the-token")
    with caplog.at_level(logging.INFO):
        await world.handset().reach("1")

    assert "identity: refused our credentials (401 E0000011)" in caplog.text
    assert "not-the-token" not in caplog.text


async def test_a_failing_call_store_is_spoken_and_never_a_bypass(world: World) -> None:
    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise ConnectionError("the store is gone")

    world.app = create_app(replace(world.line, calls=Broken()))
    phone = world.handset()

    assert (await phone.post("/ivr/account_menu", Digits="1")).is_over
