"""Calls come and go; what the phone keeps of them does not grow."""

from textual.widgets import Footer

from tests.phone.visitor import visiting


async def test_calls_that_are_forgotten_leave_nothing_behind() -> None:
    async with visiting(keep=3) as visitor:
        for _ in range(16):
            await visitor.press("c", "h")

        journal = visitor.desk.network.operator.journal
        footer = visitor.app.phone.query_one(Footer)
        watchers = getattr(footer, "__watchers")["compact"]
        assert len(visitor.desk.calls.by_sid) == 3
        assert len({entry.sid for entry in journal.entries}) <= 3 + 11
        assert len(watchers) < 25
