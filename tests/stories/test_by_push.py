"""Callers who prove who they are with a tap on Okta Verify."""

from tests.stories.conftest import Caller, Stage


async def goes_to_the_prompt(jon: Caller) -> None:
    await jon.dials()
    await jon.presses("1")
    await jon.presses("1")
    await jon.hears("request to Okta Verify")


async def test_jon_approves_and_hears_his_balance(jon: Caller) -> None:
    await goes_to_the_prompt(jon)
    await jon.answers_prompt(approve=True)
    await jon.hears("Thank you, Jon")
    await jon.presses("1")
    await jon.hears("87 dollars and 20 cents")
    await jon.is_hung_up_on()


async def test_jon_takes_his_time(jon: Caller) -> None:
    """The line has asked a few times before he finds his device."""
    await goes_to_the_prompt(jon)
    await jon.phone.wait(20)
    await jon.answers_prompt(approve=True)
    await jon.hears_in_time("Thank you, Jon")
    assert jon.pages.count("verify_okta_push") > 2


async def test_jon_declines_after_a_while(jon: Caller) -> None:
    await goes_to_the_prompt(jon)
    await jon.phone.wait(20)
    await jon.answers_prompt(approve=False)
    await jon.hears_in_time("declined")
    await jon.is_hung_up_on()


async def test_a_denied_prompt_ends_the_call(jon: Caller) -> None:
    await goes_to_the_prompt(jon)
    await jon.answers_prompt(approve=False)
    await jon.hears("declined")
    await jon.is_hung_up_on()
    assert not any(page.startswith("account") for page in jon.pages)


async def test_an_ignored_prompt_is_polled_until_patience_ends(stage: Stage, jon: Caller) -> None:
    await goes_to_the_prompt(jon)
    while await jon.phone.time_out():  # where the line would take star for another way
        pass
    await jon.is_hung_up_on()

    polls = jon.pages.count("verify_okta_push")
    assert 10 <= polls < 30
    assert jon.phone.record.ended is not None
    assert 60 < jon.phone.record.ended.seconds < 180
    assert not any(page.startswith("account") for page in jon.pages)


async def test_star_at_the_offer_switches_to_a_text_message(jon: Caller) -> None:
    await jon.dials()
    await jon.presses("1")
    await jon.presses("*")
    await jon.presses("1")
    await jon.hears("text message with a code")
    await jon.presses(await jon.code() + "#")
    await jon.hears("Thank you, Jon")
