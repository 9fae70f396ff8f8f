"""Callers who prove who they are with a code from a text message."""

import pytest

from tests.stories.conftest import LEA, MAX, STRANGER, Caller, FakesStage, Stage


async def test_jane_hears_her_balance(jane: Caller) -> None:
    await jane.dials()
    await jane.hears("Thanks for calling ATKO MOBILE")
    await jane.hears("calling from Chicago")
    await jane.presses("1")
    await jane.presses("1")
    await jane.presses(await jane.code() + "#")
    await jane.hears("Thank you, Jane")
    await jane.presses("1")
    await jane.hears("142 dollars and 50 cents")
    await jane.is_hung_up_on()


async def test_the_code_may_be_typed_without_the_pound_key(jane: Caller) -> None:
    await jane.dials()
    await jane.presses("1")
    await jane.presses("1")
    await jane.presses(await jane.code())
    await jane.hears("Thank you, Jane")


async def test_a_wrong_code_can_be_corrected(jane: Caller) -> None:
    await jane.dials()
    await jane.presses("1")
    await jane.presses("1")
    right = await jane.code()
    await jane.presses(f"{(int(right) + 1) % 1_000_000:06d}#")
    await jane.hears("not right")
    await jane.presses(right + "#")
    await jane.hears("Thank you, Jane")


async def test_after_four_wrong_codes_the_line_stops_before_okta_locks_the_account(stage: Stage, jane: Caller) -> None:
    await jane.dials()
    await jane.presses("1")
    await jane.presses("1")
    wrong = f"{(int(await jane.code()) + 1) % 1_000_000:06d}#"
    for _ in range(4):
        await jane.presses(wrong)
    await jane.is_hung_up_on()
    again = stage.caller(jane.phone.number)
    await again.dials()
    await again.presses("1")
    await again.presses("1")
    await again.is_hung_up_on()

    assert "verify_sms" not in again.pages
    if isinstance(stage, FakesStage):
        users = stage.world.okta.org.tables.users.values()
        assert next(user for user in users if "jane" in user.profile["login"]).status == "ACTIVE"


async def test_an_expired_code_does_not_count_any_more(stage: Stage, jane: Caller) -> None:
    await jane.dials()
    await jane.presses("1")
    await jane.presses("1")
    code = await jane.code()
    stage.lets_okta_wait(301)
    await jane.presses(code + "#")
    await jane.hears("took too long" if stage.api == "authn" else "not right")  # there the attempt is over as well


async def test_a_new_code_is_sent_on_request_but_not_within_thirty_seconds(stage: Stage, jane: Caller) -> None:
    await jane.dials()
    await jane.presses("1")
    await jane.presses("1")
    await jane.presses("*#")
    await jane.presses("1")
    await jane.hears("a moment ago")
    assert len(await stage.network.mobile.texts(jane.phone.number)) == 1
    stage.lets_okta_wait(30)
    await jane.presses("*#")
    await jane.presses("1")
    await jane.hears("have sent you a text message")
    assert len(await stage.network.mobile.texts(jane.phone.number)) == 2


async def test_silence_is_asked_twice_and_then_the_line_says_goodbye(jane: Caller) -> None:
    await jane.dials()
    for _ in range(3):
        await jane.stays_silent()
    await jane.hears("Goodbye")
    await jane.is_hung_up_on()


@pytest.mark.parametrize("number", [MAX, LEA, STRANGER])
async def test_whoever_cannot_be_verified_is_asked_for_proof_like_everybody(stage: Stage, number: str) -> None:
    caller = stage.caller(number)
    await caller.dials()
    await caller.hears("For your account, press 1")
    await caller.presses("1")
    await caller.hears("I need to verify who you are")
    await caller.presses("1")
    is_refused = stage.api == "direct"  # some factors are, of strangers as of customers who do not have them
    if not is_refused:
        await caller.hears("If your number is registered with us")
    while await caller.phone.time_out():
        pass
    await caller.is_hung_up_on()
    heard = " ".join(caller.transcript)
    assert is_refused or "In that case, call again and ask for support" in heard
    assert not any(name in heard for name in ("Max", "Lea", "dollars"))


@pytest.mark.parametrize("number", ["anonymous", "+266696687"])
async def test_who_shows_no_number_is_told_that_it_takes_one(stage: Stage, number: str) -> None:
    caller = stage.caller(number)
    await caller.dials()
    await caller.presses("1")
    await caller.hears("cannot verify who you are")


async def test_a_call_back_can_be_asked_for(stage: Stage, jane: Caller) -> None:
    await jane.dials()
    await jane.presses("2")
    await jane.phone.until(lambda: not jane.phone.is_up)
    heard = " ".join(jane.transcript)

    assert "call" in heard
    assert jane.phone.record.warnings == []
