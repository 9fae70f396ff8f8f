"""Whatever an application says, the terminal phone shows it in every pane without letting it steer the terminal."""

from simulator.errors import SimulatorError
from tests.phone.bank import Branch
from tests.phone.visitor import Visitor, visiting
from tests.printing.harmless import HOSTILE, MARK, steering_in
from tests.printing.hostile_line import NUMBERS, hostile_line

SHOWN = ("say", "an attribute", "gather", "dial", "sms", "text", "a location")
"""What the panes draw in different ways."""


def steering_on(visitor: Visitor) -> list[str]:
    return steering_in(visitor.screen())


async def test_every_pane_is_harmless_whatever_is_said() -> None:
    async with visiting(hostile_line(), size=(120, 40)) as visitor:
        for case in SHOWN:
            visitor.session.caller = NUMBERS[case]
            await visitor.press("c")
            await visitor.wait(2)
            for pane in ("i", "s", "v"):
                await visitor.press(pane)
                assert steering_on(visitor) == [], (case, pane)
            assert visitor.sees(MARK), case
            await visitor.press("h")


async def test_a_notification_is_harmless() -> None:
    async with visiting() as visitor:
        visitor.app.phone.notify(HOSTILE, title="Not done")
        await visitor.settle()

        assert visitor.sees(MARK)
        assert steering_on(visitor) == []


async def test_a_line_that_cannot_be_opened_is_told_harmlessly() -> None:
    async with visiting(Branch(trouble=SimulatorError(HOSTILE))) as visitor:
        assert visitor.sees(MARK)
        assert steering_on(visitor) == []
