"""Services that are slow: what a caller waits for, and how long, where time is moved by hand."""

import asyncio

import pytest

from okta_twilio_ivr.waiting import Waiting
from okta_twilio_ivr.world import World, open_world
from simulator.callers.handset import Handset
from simulator.operator.beside import OutsideCall
from simulator.operator.clock import START, ManualClock
from simulator.vocabulary import Pressed, Replied
from simulator.wires.wire import WireReply, WireRequest


class Visit:
    """A call of Jane's that asks for her account."""

    def __init__(self, world: World, clock: ManualClock) -> None:
        self.world = world
        self.network = world.network
        self.phone = Handset(self.network.operator, clock, self.network.caller)

    async def asks_for_the_account(self) -> float:
        """Press 1 in the menu, and wait until the line listens again or the call is over; seconds of silence."""
        await self.phone.dial(self.network.called)
        await self.phone.press("1")
        await self.phone.until(lambda: len(self._times(Replied)) == 2)
        (pressed,), (_, replied) = self._times(Pressed), self._times(Replied)
        return round(replied - pressed, 3)

    def _times(self, kind: type[Pressed] | type[Replied]) -> list[float]:
        return [entry.at - START for entry in self.network.operator.journal.entries if isinstance(entry.item, kind)]


async def test_an_okta_that_does_not_answer_is_given_up_after_five_seconds() -> None:
    clock = ManualClock()
    async with open_world(clock) as world:
        jane = Visit(world, clock)
        world.okta.org.faults.slow_by(60.0)

        assert await jane.asks_for_the_account() == 5.0
        await jane.phone.until(lambda: not jane.phone.is_up)
        assert jane.phone.has_heard("cannot verify who you are")
        outside = [entry.item for entry in jane.network.operator.journal.entries if isinstance(entry.item, OutsideCall)]
        assert {(call.latency, call.note) for call in outside} == {(5.0, "given up (takes 60 s)")}


async def test_an_okta_that_crawls_is_waited_for_at_every_question() -> None:
    clock = ManualClock()
    async with open_world(clock) as world:
        jane = Visit(world, clock)
        world.okta.org.faults.slow_by(4.9)
        assert await jane.asks_for_the_account() == 4.9
        await jane.phone.press("1")

        assert await jane.phone.until(lambda: jane.phone.has_heard("enter the 6 digits"))


@pytest.mark.parametrize(("okta", "silence"), [(0.0, 1.5), (0.5, 1.5), (2.0, 2.0)])
async def test_an_even_pace_hides_how_long_okta_took(okta: float, silence: float) -> None:
    clock = ManualClock()
    async with open_world(clock, settings={"IVR_EVEN_PACE": "1.5"}) as world:
        world.okta.org.faults.slow_by(okta)

        assert await Visit(world, clock).asks_for_the_account() == silence


class Thinking:
    """A wire to an application that waits so long, with so much patience; it answers 200, or 504 when that ends."""

    def __init__(self, waiting: Waiting, *seconds: float, patience: float) -> None:
        self._waiting, self._seconds, self._patience = waiting, seconds, patience

    async def send(self, request: WireRequest) -> WireReply:
        status = 200
        try:
            async with self._waiting.limit(self._patience):
                for each in self._seconds:
                    await asyncio.create_task(self._waiting.sleep(each))  # as an SDK may
        except TimeoutError:
            status = 504
        return WireReply(status, (), request.body, 0.25)


@pytest.mark.parametrize(
    ("seconds", "status", "ahead"),
    [((), 200, 0.0), ((5.0, 6.0), 200, 11.0), ((5.0, 7.0), 200, 12.0), ((5.0, 8.0), 504, 12.0), ((60.0,), 504, 12.0)],
)
async def test_a_limit_ends_what_nobody_really_waits_for(seconds: tuple[float, ...], status: int, ahead: float) -> None:
    waiting = Waiting(lambda: START)
    wire = waiting.wire(Thinking(waiting, *seconds, patience=12.0))
    reply = await wire.send(WireRequest("GET", "http://app.example/", (), b"", 1))

    assert (reply.status, reply.ahead, reply.latency) == (status, ahead, ahead + 0.25)
    assert waiting.now() == START


async def test_whoever_is_cancelled_for_another_reason_is_cancelled() -> None:
    class Cancelled(Thinking):
        async def send(self, request: WireRequest) -> WireReply:
            async with self._waiting.limit(1.0):
                raise asyncio.CancelledError

    waiting = Waiting(lambda: START)
    with pytest.raises(asyncio.CancelledError):
        await waiting.wire(Cancelled(waiting, patience=1.0)).send(WireRequest("GET", "http://app.example/", (), b"", 1))
