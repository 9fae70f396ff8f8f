"""Several calls from one phone at once: one is looked at, the others go on; keys and hook belong to the shown one."""

from tests.phone.bank import BOB
from tests.phone.visitor import Visitor, visiting


async def call_twice(visitor: Visitor) -> None:
    """Ann calls, and leaves the line waiting at its menu; then Bob does."""
    await visitor.press("c", "o")
    await visitor.press("p", "down", "enter", "c")


async def test_a_second_call_is_made_while_the_first_goes_on() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "o")
        assert visitor.sees("ready to call")
        assert visitor.sees("● 1 other up [ ]")
        await visitor.press("p", "down", "enter", "c")
        await visitor.wait(1)

        first, second = visitor.session.calls.by_sid.values()
        assert first.is_up
        assert second.is_up
        assert visitor.session.shown is second
        assert second.caller == BOB.number
        assert visitor.sees("Bob Example")
        assert visitor.sees("● 1 other up [ ]")


async def test_keys_go_to_the_call_that_is_shown() -> None:
    async with visiting() as visitor:
        await call_twice(visitor)
        await visitor.press("left_square_bracket", "1")
        assert visitor.session.holder == visitor.bank.requests[-1][1]["From"]
        await visitor.press("right_square_bracket", "h")

        first, second = visitor.session.calls.by_sid.values()
        assert (first.is_up, second.is_up) == (True, False)
        assert visitor.bank.requests[-1][1]["CallSid"] == second.sid


async def test_a_call_put_aside_does_not_come_back_by_itself() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "0", "o")
        await visitor.press("y")
        await visitor.wait(2)
        assert visitor.session.shown not in visitor.session.calls.up
        assert visitor.sees("Amy Agent")
        await visitor.press("right_square_bracket", "left_square_bracket")

        assert visitor.session.call_up is not None
        assert visitor.session.call_up.caller == visitor.session.caller


async def test_digits_typed_while_a_call_is_aside_are_a_number() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "o", *"2075551234")
        assert visitor.session.typed == "2075551234"
        await visitor.press("c")

        assert [call.is_up for call in visitor.session.calls.by_sid.values()] == [True, True]


async def test_leaving_ends_all_of_them() -> None:
    async with visiting() as visitor:
        await call_twice(visitor)
        await visitor.press("ctrl+c")

        assert [path for path, _ in visitor.bank.requests].count("/over") == 2
