"""What only memory does with calls and limits, and the moves of a call; tests/ivr/store has what all stores do."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.calls.stages import MOVES, Call, IllegalMoveError, Stage, move, prove
from ivr.calls.store import MemoryCalls
from ivr.identity.protocol import Person, Unknown
from ivr.limits import Limit, MemoryLimits
from tests.ivr.handset import Clock, World, sid

PAIR = Limit("codes", 2, 60.0)


async def test_the_oldest_calls_make_room() -> None:
    calls = MemoryCalls(Clock(), room=2)
    first = await calls.put(Call(sid="a", phone="+1"))
    await calls.put(Call(sid="b", phone="+1"))
    await calls.put(first)
    await calls.put(Call(sid="c", phone="+1"))

    assert await calls.get("b") is None
    assert len(calls) == 2


async def test_turns_leave_no_lock_behind() -> None:
    calls = MemoryCalls(Clock())

    async def webhook() -> None:
        async with calls.hold("a"):
            await asyncio.sleep(0)

    await asyncio.gather(webhook(), webhook())

    assert not calls._turns


async def test_codes_sent_at_once_cannot_win_a_try(world: World) -> None:
    """Ten wrong codes at the same moment still count as four."""
    phone = world.handset()
    await phone.reach("1", "1")

    await asyncio.gather(*(phone.post("/ivr/verify_sms", Digits=f"99999{digit}") for digit in range(10)))

    assert await world.line.limits.left(world.line.wrong_codes, "00ufakeJaneIvr0000d7") == 0
    assert [user.status for user in world.okta.org.tables.users.values()].count("LOCKED_OUT") == 1, "only Lea's"


async def test_limits_are_bounded() -> None:
    limits = MemoryLimits(Clock(), room=2)
    for name in ("a", "b", "c"):
        await limits.take((PAIR, name))

    assert await limits.left(PAIR, "a") == 2, "the longest untouched went"


async def test_counts_that_are_over_are_forgotten() -> None:
    clock = Clock()
    limits = MemoryLimits(clock)
    for number in range(100):
        await limits.take((PAIR, f"{number}"))
        clock.at += PAIR.per / 10

    assert len(limits) <= 11
    assert await limits.left(PAIR, "99") == PAIR.most - 1


@given(st.lists(st.sampled_from(Stage), max_size=12))
def test_a_call_is_verified_only_out_of_a_challenge_and_never_goes_back_from_there(wishes: list[Stage]) -> None:
    call, been = Call(sid=sid(1), phone="+1"), [Stage.GREETED]
    for wish in wishes:
        try:
            call = move(call, wish)
        except IllegalMoveError:
            continue
        assert wish is not Stage.VERIFIED or been[-1] in (Stage.CODE_ASKED, Stage.PUSH_SENT)
        assert Stage.VERIFIED not in been or wish in (Stage.CALL_BACK_DUE, Stage.ENDED)
        assert Stage.ENDED not in been
        been.append(wish)

    assert Stage.GREETED not in been[1:]


def test_every_stage_can_end_and_nothing_follows_the_end() -> None:
    assert all(Stage.ENDED in MOVES[stage] for stage in Stage if stage is not Stage.ENDED)
    assert not MOVES[Stage.ENDED]


@pytest.mark.parametrize("caller", [None, Unknown("no user has this number")])
def test_nobody_unknown_can_be_proven(caller: Unknown | None) -> None:
    call = Call(sid=sid(1), phone="+1", stage=Stage.CODE_ASKED, caller=caller)

    with pytest.raises(IllegalMoveError):
        prove(call)


def test_a_call_is_proven_for_its_caller() -> None:
    call = Call(sid=sid(1), phone="+1", stage=Stage.CODE_ASKED, caller=Person("00u1", "Jane", "sms"))

    assert prove(call).proven == "00u1"
    with pytest.raises(
        IllegalMoveError, match="can go to: call back due, choosing, code asked, ended, offered, push sent"
    ):
        prove(replace(call, stage=Stage.OFFERED))
