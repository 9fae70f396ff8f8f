"""The handset by itself: what `press`, `speak` and `time_out` wait for, answering, and following one call at a time."""

from simulator.callers.handset import Handset
from simulator.operator.clock import ManualClock
from simulator.vocabulary import Heard, Ring
from tests.callers.line import CALLED, CALLER, Line, Params, open_line


async def test_press_waits_for_its_own_gather_not_for_the_one_that_follows_at_once() -> None:
    pages = {"/voice": '<Gather numDigits="1" timeout="5"/>'}
    clock = ManualClock()
    async with open_line(Line(pages))(clock) as network:
        phone, began = Handset(network.operator, clock, CALLER), clock.now()
        await phone.dial(CALLED)

        assert await phone.press("1")

        assert phone.record.listening is not None
        assert clock.now() == began


async def test_keys_after_the_last_one_that_was_awaited_are_lost() -> None:
    asked: list[str] = []

    def menu(params: Params) -> str:
        asked.append(params.get("Digits", ""))
        return '<Gather numDigits="1"/>'

    clock = ManualClock()
    async with open_line(Line({"/voice": menu}))(clock) as network:
        phone = Handset(network.operator, clock, CALLER)
        await phone.dial(CALLED)

        await phone.press("123")

        assert asked == ["", "1"]
        assert phone.record.ignored == 2


async def test_a_record_of_one_call_knows_nothing_of_another() -> None:
    clock = ManualClock()
    async with open_line(Line({"/voice": "<Say>Hello.</Say>"}))(clock) as network:
        first, second = (Handset(network.operator, clock, CALLER) for _ in range(2))
        await first.dial(CALLED)
        await first.wait(10)
        await second.dial(CALLED)
        await second.wait(10)

        assert len(first.record.heard) == len(second.record.heard) == 1
        assert second.record.began == first.record.began + 10


async def test_a_rung_handset_answers_or_declines() -> None:
    agent = "+13125550111"
    clock = ManualClock()
    async with open_line(Line({"/voice": f"<Dial>{agent}</Dial><Dial>{agent}</Dial><Say>Well.</Say>"}))(
        clock
    ) as network:
        phone, other = Handset(network.operator, clock, CALLER), Handset(network.operator, clock, agent)
        await phone.dial(CALLED)
        (ring,) = [entry.item for entry in network.operator.journal.entries if isinstance(entry.item, Ring)]

        await other.decline(ring.sid, "busy")
        first, second = phone.record.dialled
        await other.answer(second.sid)

        assert first.ended is not None
        assert (first.ended.status, first.is_answered, second.is_answered) == ("busy", False, True)
        assert (phone.record.other, other.record.other) == (second.sid, phone.record.sid)
        await other.hang_up()
        assert phone.record.other is None
        assert await phone.until(lambda: phone.has_heard("well"))


async def test_a_handset_that_dials_again_follows_its_old_call_no_longer() -> None:
    clock = ManualClock()
    async with open_line(Line({"/voice": "<Pause length='9'/><Say>Hello.</Say>"}))(clock) as network:
        phone = Handset(network.operator, clock, CALLER)
        await phone.dial(CALLED)
        old = phone.record
        await phone.dial(CALLED)

        await phone.wait(30)

        heard = [entry.sid for entry in network.operator.journal.entries if isinstance(entry.item, Heard)]
        assert heard == [old.sid, phone.record.sid]
        assert (len(old.heard), len(phone.record.heard)) == (0, 1)
