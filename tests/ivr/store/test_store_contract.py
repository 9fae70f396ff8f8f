"""What every store of calls and limits must do, memory and Redis alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from ivr.accounts import Topic
from ivr.calls.stages import Call, Stage
from ivr.calls.store import CallStore, Reply, StaleCallError
from ivr.identity.protocol import Attempt, Factor, Kind, Person, Push, Unknown
from ivr.limits import Limit, Limits
from tests.ivr.handset import Clock, sid

PAIR, TRIPLE = Limit("pair", 2, 60.0), Limit("triple", 3, 60.0)
TOPIC: Topic = "account"
FULL = Call(
    sid=sid(1),
    phone="+17735551234",
    called="+12075551234",
    stage=Stage.PUSH_SENT,
    caller=Person("00u1", "Zoë", "push"),
    attempt=Attempt("00u1", "state-token"),
    factors=(Factor("f1", Kind.PUSH), Factor("f2", Kind.SMS)),
    factor=Factor("f1", Kind.PUSH),
    push=Push("/poll", None, 0),
    push_sent_at=1_795_521_600.123456,
    back=Stage.CODE_ASKED,
    polls=3,
    wrong_codes=1,
    challenges=2,
    misses=1,
    topic=TOPIC,
)


@pytest.mark.parametrize("call", [FULL, replace(FULL, caller=Unknown("why"), push=None), Call(sid=sid(1), phone="")])
async def test_a_call_comes_back_as_it_was_put(calls: CallStore, call: Call) -> None:
    put = await calls.put(call)

    assert await calls.get(call.sid) == put == replace(call, version=1)


async def test_a_call_that_never_was_is_none(calls: CallStore) -> None:
    assert await calls.get(sid(9)) is None
    assert await calls.replied(sid(9), "d") is None


async def test_a_call_is_forgotten_after_ten_idle_minutes(calls: CallStore, clock: Clock) -> None:
    idle, busy = await calls.put(Call(sid="idle", phone="+1")), await calls.put(Call(sid="busy", phone="+1"))
    clock.at += 599
    await calls.put(busy)
    clock.at += 1

    assert await calls.get("busy") is not None
    assert await calls.get("idle") is None
    with pytest.raises(StaleCallError):
        await calls.put(idle)
    assert (await calls.put(Call(sid="idle", phone="+1"))).version == 1, "it can begin again"


async def test_a_late_webhook_cannot_set_a_call_back(calls: CallStore) -> None:
    """Two webhooks have got the call; the one that is slower is refused, whatever it thought of the call."""
    early = late = await calls.put(Call(sid=sid(1), phone="+1", stage=Stage.CODE_ASKED))
    await calls.put(replace(early, stage=Stage.ENDED))

    with pytest.raises(StaleCallError):
        await calls.put(replace(late, stage=Stage.VERIFIED, proven="00u1"), Reply("late", "<Response/>"))

    kept = await calls.get(sid(1))
    assert kept is not None
    assert kept.stage is Stage.ENDED
    assert await calls.replied(sid(1), "late") is None, "what was refused has no reply"


async def test_of_many_that_put_the_same_call_one_wins(calls: CallStore) -> None:
    call = await calls.put(Call(sid=sid(1), phone="+1"))

    results = await asyncio.gather(*(calls.put(call) for _ in range(10)), return_exceptions=True)

    assert sum(isinstance(result, StaleCallError) for result in results) == 9


async def test_webhooks_of_a_call_take_turns_and_other_calls_do_not_wait(calls: CallStore) -> None:
    order: list[str] = []
    other_is_in = asyncio.Event()

    async def webhook(name: str) -> None:
        async with calls.hold("a"):
            order.append(f"{name} in")
            await other_is_in.wait()
            order.append(f"{name} out")

    async def another_call() -> None:
        async with calls.hold("b"):
            other_is_in.set()

    await asyncio.gather(webhook("1"), webhook("2"), another_call())

    assert [word.split()[1] for word in order] == ["in", "out", "in", "out"]
    assert order[0][0] == order[1][0] != order[2][0]


async def test_a_turn_ends_with_its_webhook_even_if_that_fails(calls: CallStore) -> None:
    with pytest.raises(ZeroDivisionError):
        async with calls.hold("a"):
            raise ZeroDivisionError

    async with asyncio.timeout(1), calls.hold("a"):
        pass


async def test_a_reply_is_found_by_its_delivery_and_call(calls: CallStore) -> None:
    call = await calls.put(Call(sid=sid(1), phone="+1"), Reply("/ivr/menu t1", "<Response>1</Response>"))
    await calls.put(call, Reply("/ivr/menu t2", "<Response>2</Response>"))

    assert await calls.replied(sid(1), "/ivr/menu t1") == "<Response>1</Response>"
    assert await calls.replied(sid(1), "/ivr/menu t2") == "<Response>2</Response>"
    assert await calls.replied(sid(2), "/ivr/menu t1") is None
    assert await calls.replied(sid(1), "/ivr/authenticate t1") is None


async def test_a_limit_counts_over_a_sliding_window_for_each(limits: Limits, clock: Clock) -> None:
    assert [await limits.take((PAIR, "jane")) for _ in range(3)] == [None, None, PAIR]
    assert await limits.left(PAIR, "jane") == 0
    assert await limits.left(PAIR, "jon") == 2
    clock.at += 60
    assert await limits.take((PAIR, "jane")) is None


async def test_all_counts_are_spent_or_none(limits: Limits) -> None:
    await limits.take((PAIR, "jane"))
    await limits.take((PAIR, "jane"))

    assert await limits.take((TRIPLE, "everybody"), (PAIR, "jane")) == PAIR

    assert await limits.left(TRIPLE, "everybody") == 3


async def test_a_race_cannot_win_a_try(limits: Limits) -> None:
    taken = await asyncio.gather(*(limits.take((TRIPLE, "jane"), (PAIR, "n")) for _ in range(20)))

    assert taken.count(None) == 2


async def test_what_is_given_back_can_be_taken_again_and_no_more(limits: Limits) -> None:
    counts = (PAIR, "jane"), (TRIPLE, "everybody")
    await limits.take(*counts)
    await limits.take(*counts)

    await asyncio.gather(*(limits.give_back(*counts, (PAIR, "nobody")) for _ in range(3)))

    assert [await limits.left(*count) for count in (*counts, (PAIR, "nobody"))] == [2, 3, 2]


async def test_cleared_limits_start_afresh(limits: Limits) -> None:
    await limits.take((PAIR, "jane"), (TRIPLE, "jane"), (PAIR, "jon"))

    await limits.clear((PAIR, "jane"), (TRIPLE, "jane"))

    assert [await limits.left(*count) for count in ((PAIR, "jane"), (TRIPLE, "jane"), (PAIR, "jon"))] == [2, 3, 1]


async def test_a_lowered_limit_leaves_nothing_rather_than_less(limits: Limits) -> None:
    await limits.take((TRIPLE, "jane"))
    await limits.take((TRIPLE, "jane"))

    assert await limits.left(replace(TRIPLE, most=1), "jane") == 0


async def test_a_store_that_answers_is_well(calls: CallStore) -> None:
    assert await calls.health() is None
