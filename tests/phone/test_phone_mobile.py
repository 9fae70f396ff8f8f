"""The caller's other screen: texts with a code, Okta Verify prompts with approve, deny, numbers and a countdown."""

import pytest

from tests.phone.bank import ANN, CODE, Branch
from tests.phone.visitor import visiting


async def test_a_text_is_announced_in_the_conversation_and_readable_on_the_mobile() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "1")
        assert visitor.sees("text message on the mobile: t types the code")
        assert visitor.sees("Mobile ●")
        await visitor.press("m")

        assert visitor.sees(f"Your code is {CODE}.")
        assert visitor.sees("now")
        assert not visitor.sees("Mobile ●")
        await visitor.wait(12)
        assert visitor.sees("12 s ago")


async def test_the_code_is_typed_with_pound_where_the_line_waits_for_its_end() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "1", "t")

        assert visitor.bank.requests[2][1]["Digits"] == CODE
        assert visitor.bank.requests[2][1]["FinishedOnKey"] == "#"


async def test_a_prompt_is_approved_by_key() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "3")
        assert visitor.sees("a approves, d denies")
        await visitor.press("a")

        assert visitor.bank.pocket.answers == [(ANN.number, True, None)]
        assert visitor.sees("approved on the mobile")


async def test_a_prompt_is_denied_by_mouse() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "3")
        await visitor.click("#tab-mobile")
        assert visitor.sees("Did you try to sign in to the bank?")
        await visitor.click(".deny")

        assert visitor.bank.pocket.answers == [(ANN.number, False, None)]


async def test_a_prompt_counts_down_and_goes() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "3", "m")
        assert visitor.sees("5:00 left")
        await visitor.wait(61)
        assert visitor.sees("3:59 left")
        await visitor.press("e")
        await visitor.wait(1)

        assert not visitor.sees("Okta Verify")


async def test_a_code_that_was_taken_is_not_typed_again_and_what_nobody_listens_to_is_masked() -> None:
    """It would be keys of the next menu, and stand in clear in the conversation."""
    async with visiting() as visitor:
        await visitor.press("c", "1", "t")
        taken = len(visitor.bank.requests)
        await visitor.press("t")
        assert len(visitor.bank.requests) == taken
        assert not visitor.session.type_code()

        await visitor.press(*"20684")

        assert not visitor.sees("20684")


async def test_a_code_counts_down_and_expires_in_one_key() -> None:
    async with visiting(Branch(code_seconds=300)) as visitor:
        await visitor.press("c", "1", "m")
        assert visitor.sees("now 5:00 left")
        await visitor.wait(12)
        assert visitor.sees("12 s ago 4:48 left")
        await visitor.press("e")
        await visitor.wait(1)

        assert visitor.sees("5 min ago expired")
        assert "Let it expire" not in [each.title for each in visitor.app.get_system_commands(visitor.app.screen)]


async def test_of_a_code_whose_life_nobody_tells_none_is_shown() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "1", "m", "e")
        await visitor.wait(2)

        assert not visitor.sees("left")
        assert not visitor.sees("expired")
        assert visitor.session.now < visitor.session.device.texts[-1].at + 5  # the key did nothing


@pytest.mark.parametrize(("keys", "chosen"), [("72", 72), ("b", 72), ("a", 27), ("972", 72)])
async def test_the_number_the_line_says_is_chosen_by_typing_it_or_by_its_letter(keys: str, chosen: int) -> None:
    """A 7 is the beginning of 72, no place in the row; what is not among them begins again."""
    async with visiting() as visitor:
        await visitor.press("c", "7", "a")
        assert visitor.sees("which number do you hear?")
        await visitor.press(*keys)

        assert visitor.bank.pocket.answers == [(ANN.number, True, chosen)]


async def test_the_number_the_line_says_is_chosen_by_mouse() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "7", "m")
        assert visitor.sees("Which number do you hear?")
        await visitor.click("#answers Cap")

        assert visitor.bank.pocket.answers == [(ANN.number, True, 27)]


async def test_another_callers_mobile_is_another_mobile() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "1", "h", "p", "down", "enter", "m")

        assert visitor.sees("Bob Example's mobile")
        assert not visitor.sees(CODE)
