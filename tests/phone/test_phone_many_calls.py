"""Calls come and go; what the phone keeps of them does not grow."""

from tests.phone.visitor import visiting


async def test_calls_that_are_forgotten_leave_nothing_behind() -> None:
    async with visiting(keep=3) as visitor:
        await visitor.press("c", "h")
        widgets = len(visitor.app.phone.query("*"))
        for _ in range(15):
            await visitor.press("c", "h")

        journal = visitor.session.network.operator.journal
        assert len(visitor.session.calls.by_sid) == 3
        assert len({entry.sid for entry in journal.entries}) <= 3 + 11
        assert len(visitor.app.phone.query("*")) == widgets
