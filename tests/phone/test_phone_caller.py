"""Who calls, and how carriers vouch for the number, is chosen on the phone."""

from tests.phone.bank import ANN, BOB, Branch
from tests.phone.visitor import Visitor, visiting


def verstats(visitor: Visitor) -> list[str | None]:
    """What the first webhooks of the calls so far said."""
    return [params.get("StirVerstat") for path, params in visitor.bank.requests if path == "/voice"]


async def test_the_way_a_number_is_vouched_for_is_changed_by_a_key_and_holds_for_the_next_calls() -> None:
    async with visiting() as visitor:
        await visitor.press("p")
        assert visitor.sees("Vouched for (SHAKEN/STIR): as usual for it")
        await visitor.press("s", "s", "s", "s")
        assert visitor.sees("Vouched for (SHAKEN/STIR): forged signature")
        await visitor.press("down", "enter", "c", "h", "r", "h", "p", "s", "escape", "c")

        assert verstats(visitor) == ["TN-Validation-Failed-A", "TN-Validation-Failed-A", None]
        assert [params["From"] for _, params in visitor.bank.requests[:1]] == [BOB.number]


async def test_it_is_changed_by_mouse_and_after_the_last_way_comes_the_usual_one() -> None:
    async with visiting() as visitor:
        await visitor.press("p")
        for _ in range(6):
            await visitor.click("#change-stir")

        assert visitor.sees("Vouched for (SHAKEN/STIR): as usual for it")


async def test_a_number_is_typed_as_people_write_it() -> None:
    async with visiting() as visitor:
        await visitor.press("p", "tab", *"(312) 555-0199", "enter", "c")

        assert visitor.bank.requests[0][1]["From"] == "+13125550199"


async def test_digits_go_to_the_number_field_wherever_the_cursor_is() -> None:
    async with visiting() as visitor:
        await visitor.press("p", "down", *"3125550199")

        assert visitor.sees("3125550199")
        await visitor.press("enter", "c")
        assert visitor.bank.requests[0][1]["From"] == "+13125550199"


async def test_what_is_no_number_is_refused_and_the_list_stays_open() -> None:
    async with visiting() as visitor:
        await visitor.press("p", "tab", *"555-0199", "enter")

        assert visitor.sees("555-0199 is not a number")
        assert visitor.sees("Vouched for")
        await visitor.press("escape", "c")
        assert visitor.bank.requests[0][1]["From"] == ANN.number


async def test_the_key_works_where_there_is_nobody_to_choose() -> None:
    async with visiting(Branch(people=())) as visitor:
        await visitor.press("p", "s", "s", "escape", "c")

        assert verstats(visitor) == ["TN-Validation-Passed-B"]
