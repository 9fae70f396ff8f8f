"""Nobody reaches an account without its factor, whatever they press, replay or forge; and the proof can fail."""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from ivr.app import create_app
from ivr.calls.stages import Call, Stage
from ivr.calls.store import MemoryCalls, Reply
from ivr.identity.okta_factors import OktaFactors
from ivr.identity.protocol import Attempt, Checked, Factor, Polled, Push, Verified
from ivr.webhooks.pages import PAGES
from tests.ivr.bypass_machine import Bypass
from tests.ivr.conftest import build_world
from tests.ivr.handset import JANE, Handset, World, parameters, sid

APIS = ("factors", "authn", "direct")
SPELL = settings(
    max_examples=10,  # after ten walks Hypothesis makes four of five by altering an earlier one in one place
    stateful_step_count=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
HUNTING = settings(SPELL, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of refusals would bury the one failure that matters."""
    caplog.set_level(logging.CRITICAL, logger="ivr")


def spell(build: Callable[[], World], how: settings, number: int | None = None) -> Counter[str]:
    """Ten walks of the machine, the same ones for the same `number`; how much was done is returned.

    Hypothesis is told to want a class, but takes anything that makes a machine.
    """
    counted: Counter[str] = Counter()

    def machine() -> Bypass:
        return Bypass(build, counted)

    run_state_machine_as_test(machine if number is None else seed(number)(machine), settings=how)  # type: ignore[arg-type]
    return counted


@pytest.mark.parametrize("api", APIS)
def test_no_sequence_of_webhooks_opens_an_account_without_its_factor(
    api: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make soak` sets IVR_BYPASS_STEPS: how many steps there are to be, a third of them with each of Okta's APIs."""
    wanted = int(os.environ.get("IVR_BYPASS_STEPS", "0")) / len(APIS)

    counted: Counter[str] = Counter()
    while counted["steps"] < max(wanted, 800):
        counted += spell(partial(build_world, api=api), SPELL)

    if wanted:
        with capsys.disabled():
            sys.stdout.write(f"\n{api}: {counted['steps']:,} steps, {counted['webhooks']:,} webhooks, no hit\n")


def unguarded() -> World:
    """A line whose account pages are open at any stage."""
    world = build_world()
    pages = [
        replace(page, open_at=frozenset(Stage)) if page.path.startswith("/ivr/account") else page for page in PAGES
    ]
    world.app = create_app(world.line, pages)
    return world


class Gullible(OktaFactors):
    """An identity that takes any code."""

    async def verify(self, attempt: Attempt, factor: Factor, code: str) -> Checked:
        return Verified()


class Impatient(OktaFactors):
    """An identity that takes a push for approved as soon as it is sent."""

    async def poll_push(self, attempt: Attempt, push: Push) -> Polled:
        return Verified()


def with_identity(kind: type[OktaFactors]) -> World:
    world = build_world()
    identity = world.line.identity
    assert isinstance(identity, OktaFactors)
    world.app = create_app(replace(world.line, identity=kind(identity._wire)))
    return world


class OneForAll(MemoryCalls):
    """A store that takes every call for the same one, of whoever asks."""

    async def get(self, sid: str) -> Call | None:
        call = await super().get("the one")
        return None if call is None else replace(call, sid=sid, phone=call.phone)

    async def put(self, call: Call, reply: Reply | None = None) -> Call:
        return replace(await super().put(replace(call, sid="the one"), reply), sid=call.sid)


def with_one_for_all() -> World:
    world = build_world()
    world.app = create_app(replace(world.line, calls=OneForAll(world.clock)))
    return world


def hunt(build: Callable[[], World]) -> None:
    """Two hundred walks, always the same; the first of these seeds are quick to find what is broken today."""
    for number in range(2, 22):
        spell(build, HUNTING, number)


@pytest.mark.parametrize(
    "build",
    [unguarded, lambda: with_identity(Gullible), lambda: with_identity(Impatient), with_one_for_all],
    ids=["unguarded pages", "any code will do", "no approval needed", "calls mixed up"],
)
def test_the_machine_catches_a_line_that_is_broken(build: Callable[[], World]) -> None:
    with pytest.raises(AssertionError, match=r"was told about|reached the account menu"):
        hunt(build)


async def test_a_request_out_of_order_is_led_back_to_where_the_call_stands(world: World) -> None:
    phone = world.handset()
    await phone.dial()

    led = await phone.post("/ivr/account_menu", Digits="1")

    assert "continue where we were" in led.said
    assert led.redirect == "/ivr/welcome"


async def test_a_call_nobody_knows_starts_from_the_beginning(world: World) -> None:
    phone = world.handset()

    led = await phone.post("/ivr/verify_sms", Digits="123456")

    assert "start from the beginning" in led.said
    assert led.redirect == "/ivr/welcome"


async def test_a_verified_call_is_of_no_use_to_another_number(world: World) -> None:
    phone = world.handset()
    await phone.reach("1", "1")
    await phone.press(world.code())
    forged = {"CallSid": sid(1), "From": "+16175550199", "Digits": "1"}

    response = await world.app.test_client().post("/ivr/account_menu", form=forged)

    assert response.status_code == 403
    assert "142" in (await phone.press("1")).said, "and the caller's own call is none the worse"


async def proven(world: World) -> Handset:
    phone = world.handset()
    await phone.reach("1", "1")
    await phone.press(world.code())
    return phone


async def test_a_call_of_another_account_is_not_the_call_that_was_proven(world: World) -> None:
    await proven(world)
    forged = {**parameters(sid(1), JANE, Digits="1"), "AccountSid": "AC" + "1" * 32}

    response = await world.app.test_client().post("/ivr/account_menu", form=forged)

    assert response.status_code == 403


async def test_a_proof_is_of_its_own_call_only(world: World) -> None:
    await proven(world)
    other = world.handset(number=2)
    await other.dial()

    led = await other.post("/ivr/account_menu", Digits="1")

    assert led.redirect == "/ivr/welcome"


async def test_webhooks_of_a_proven_call_sent_once_more_open_nothing_when_it_is_over(world: World) -> None:
    """Twilio's signature is as good on the second day; the state of the call is what is not."""
    phone = await proven(world)
    code = world.code()
    await phone.press("1")
    sent = [("/ivr/menu", "1"), ("/ivr/authenticate", "1"), ("/ivr/verify_sms", code), ("/ivr/account_menu", "1")]

    for seconds in (0, 601):
        world.clock.at += seconds
        again = [await phone.post("/ivr/welcome"), *[await phone.post(path, Digits=keys) for path, keys in sent]]

        assert not [reply for reply in again if "142 dollars" in reply.said or "Jane" in reply.said]


async def test_a_proof_is_too_old_after_a_quarter_of_an_hour_however_busy_the_call(world: World) -> None:
    phone = await proven(world)
    for _ in range(3):
        world.clock.at += 299
        assert "balance" in (await phone.press("#")).said
    world.clock.at += 3

    assert "going on for too long" in (await phone.press("1")).said
    assert "This call is over" in (await phone.post("/ivr/account_menu", Digits="1")).said


async def test_a_forgotten_call_must_be_proven_again(world: World) -> None:
    phone = world.handset()
    await phone.reach("1", "1")
    await phone.press(world.code())
    world.clock.at += 601

    assert (await phone.post("/ivr/account_menu", Digits="1")).redirect == "/ivr/welcome"
