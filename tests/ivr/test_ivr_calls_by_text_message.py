"""Calls that are proven with a code by text message."""

from __future__ import annotations

from tests.ivr.handset import JANE, World


async def test_a_caller_hears_their_balance_after_the_code_that_arrived(world: World) -> None:
    """Pressing 1, 1, the code, 1 speaks the balance and ends the call."""
    phone = world.handset()

    greeting = await phone.dial()
    assert "Thanks for calling ATKO MOBILE" in greeting.said
    assert "Chicago, Illinois" in greeting.said
    offer = await phone.press("1")
    assert "text message" in offer.said
    await phone.press("1")
    welcome = await phone.press(world.code())
    assert "Jane" in welcome.said
    last = await phone.press("1")

    assert "Your balance is 142 dollars and 50 cents, due on December 15th." in last.said
    assert last.is_over
    assert phone.paths == [
        "/ivr/welcome",
        "/ivr/menu",
        "/ivr/authenticate",
        "/ivr/verify_sms",
        "/ivr/account_welcome",
        "/ivr/account_menu",
    ]
    assert JANE not in phone.said
