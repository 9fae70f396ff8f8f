"""A visitor calls a line with keys or mouse alone, and sees what happens."""

from tests.phone.bank import ANN, BOB, CODE, LINE
from tests.phone.visitor import visiting


async def test_a_call_is_made_with_one_key_and_answered() -> None:
    async with visiting() as visitor:
        await visitor.press("c")
        await visitor.wait(1.2)

        assert visitor.sees("● in call 0:01")
        assert visitor.sees("● answered Welcome to the bank.")
        assert visitor.bank.requests[0][1]["From"] == ANN.number


async def test_words_appear_at_the_pace_of_speech() -> None:
    async with visiting() as visitor:
        await visitor.press("c")

        for seconds, said in ((0.1, "Welcome ▌"), (0.4, "Welcome to ▌"), (0.4, "Welcome to the ▌")):
            await visitor.wait(seconds)
            assert said.removesuffix(" ▌") in visitor.screen()
        assert "bank" not in visitor.screen()


async def test_a_key_cuts_the_prompt_off_and_goes_to_the_line() -> None:
    async with visiting() as visitor:
        await visitor.press("c")
        await visitor.wait(1)
        await visitor.press("1")

        assert visitor.bank.requests[1][0] == "/menu"
        assert visitor.bank.requests[1][1]["Digits"] == "1"


async def test_the_whole_call_by_keys_alone() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "1")
        await visitor.wait(6)
        await visitor.press("t")
        await visitor.wait(2.5)

        assert visitor.sees("Your balance is 142")
        assert visitor.bank.requests[2] == ("/code", visitor.bank.requests[2][1] | {"Digits": CODE})
        await visitor.wait(20)
        assert visitor.sees("the line hung up")


async def test_a_click_on_a_key_at_the_bottom_presses_it() -> None:
    async with visiting() as visitor:
        for name in ("Call", "Hang up"):
            column = visitor.screen().splitlines()[-1].index(name)
            await visitor.pilot.click("#keys-now", offset=(column, 0))
            await visitor.settle()
            await visitor.wait(1.2)

        assert visitor.sees("● answered")
        assert visitor.sees("you hung up")


async def test_the_whole_call_by_mouse_alone() -> None:
    async with visiting() as visitor:
        await visitor.click("#call")
        await visitor.click("#key-1")
        await visitor.click("#tab-mobile")
        assert visitor.sees(CODE)
        await visitor.click("#type-code")
        await visitor.wait(1)
        await visitor.click("#tab-conversation")

        assert visitor.sees("Your balance")
        await visitor.click("#hang-up")
        assert visitor.sees("you hung up")
        assert visitor.session.calls.up == []


async def test_the_typed_code_is_nowhere_on_the_screen_but_in_the_text_message() -> None:
    async with visiting(size=(160, 50)) as visitor:
        await visitor.press("c", "1")
        await visitor.press("t")
        await visitor.wait(1)

        assert visitor.screen().count(CODE) == 1
        assert visitor.screen().replace(" ", "").count("••••••#") >= 1
        assert "very-secret" not in visitor.screen()


async def test_a_number_is_typed_and_dialled() -> None:
    async with visiting() as visitor:
        await visitor.press(*"2075551235", "backspace", "4")
        assert visitor.sees("2075551234")
        await visitor.press("enter")

        assert visitor.session.shown is not None
        assert visitor.session.shown.called == LINE


async def test_a_number_nobody_has_is_not_in_service() -> None:
    async with visiting() as visitor:
        await visitor.press(*"2075551299", "c")

        assert visitor.sees("Not in service")
        assert visitor.sees("did you mean +12075551234?")
        assert visitor.session.shown is None


async def test_the_caller_is_chosen_among_the_people() -> None:
    async with visiting() as visitor:
        await visitor.press("p", "down", "enter", "c")

        assert visitor.bank.requests[0][1]["From"] == BOB.number
        assert visitor.sees("Bob Example")


async def test_any_number_can_call() -> None:
    async with visiting() as visitor:
        await visitor.press("p", "tab", *"4155550100", "enter", "c")

        assert visitor.bank.requests[0][1]["From"] == "+14155550100"


async def test_a_key_is_masked_once_it_may_belong_to_a_code() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "1", "1", "2", "3")
        assert "1 2 3" in visitor.screen()
        await visitor.press("4")

        assert visitor.sees("• • • •")
        assert "1 2 3" not in visitor.screen()


async def test_keys_that_nobody_waits_for_are_marked() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "3", "5")

        assert visitor.sees("5 nobody was listening")


async def test_words_are_spoken_to_a_line_that_listens() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "8", "w", *"agent", "enter")

        assert visitor.bank.requests[2][0] == "/spoken"
        assert visitor.bank.requests[2][1]["SpeechResult"] == "agent"
        assert visitor.sees("you “agent”")


async def test_earlier_calls_can_be_looked_at() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "3", "h", "c")
        assert not visitor.sees("you hung up")
        await visitor.press("left_square_bracket")

        assert visitor.sees("you hung up")
        await visitor.press("right_square_bracket")
        assert not visitor.sees("you hung up")


async def test_whoever_leaves_in_the_middle_of_a_call_has_hung_up_and_the_line_has_heard_of_it() -> None:
    async with visiting() as visitor:
        await visitor.press("c")
        await visitor.app.put_away()

        assert [asked for asked, _ in visitor.bank.requests] == ["/voice", "/over"]
        assert not visitor.session.traffic.has_callbacks_out
