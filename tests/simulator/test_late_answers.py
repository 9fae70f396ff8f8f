"""Answers that are late although nobody has waited: so much time passes on the network's clock."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from simulator.applications import Endpoint
from simulator.callers.handset import Handset
from simulator.exchange.numbers import Number
from simulator.network import build_network
from simulator.operator.clock import START, ManualClock, WallClock
from simulator.operator.journal import Entry
from simulator.operator.operator import Operator
from simulator.vocabulary import Event, Replied, Unreachable
from simulator.wires.trouble import SLOW, TroubledWire
from simulator.wires.wire import Wire, WireReply, WireRequest
from tests.simulator.feeding import CALLED, CALLER

MENU = '<Gather numDigits="1" action="/next"><Say>Press one.</Say></Gather>'


class LateWire:
    """Answers with these documents by path, so many seconds late; `/moved` redirects to `/next`."""

    def __init__(self, **late: float) -> None:
        self.late = late
        self.paths: list[str] = []

    async def send(self, request: WireRequest) -> WireReply:
        path = urlsplit(request.url).path.strip("/")
        self.paths.append(path)
        late = self.late.get(path, 0.0)
        if path == "moved":
            return WireReply(302, [("Location", "/next")], b"", late, ahead=late)
        document = {"voice": MENU, "next": "<Say>Thank you.</Say>", "fallback": "<Say>Sorry.</Say>"}[path]
        body = f"<Response>{document}</Response>".encode()
        return WireReply(200, [("Content-Type", "text/xml")], body, late, ahead=late)


class Scene:
    """A number at `/voice` with a fallback URL, and a phone to call it."""

    def __init__(self, wire: Wire, voice: str = "voice") -> None:
        site = "http://app.example"
        number = Number(CALLED, f"{site}/{voice}", fallback_url=f"{site}/fallback")
        self.clock = ManualClock()
        self.operator = build_network(Endpoint(number.voice_url, wire), self.clock, number, seed=7).operator
        self.phone = Handset(self.operator, self.clock, CALLER)

    def answers(self) -> list[tuple[float, Event]]:
        """When which answer was there, in seconds since the start."""
        entries = self.operator.journal.entries
        return [(each.at - START, each.item) for each in entries if isinstance(each.item, Replied | Unreachable)]


async def test_the_caller_hears_nothing_until_the_answer_is_there() -> None:
    scene = Scene(LateWire(voice=4.0))
    await scene.phone.dial(CALLED)
    assert scene.answers() == []

    await scene.phone.wait(3.9)
    assert not scene.phone.record.heard
    assert scene.phone.record.listening is None
    await scene.phone.until(lambda: scene.phone.has_heard("Press one"))

    ((at, answer),) = scene.answers()
    assert at == 4.0
    assert isinstance(answer, Replied)
    assert answer.latency == 4.0


async def test_redirects_are_late_together() -> None:
    scene = Scene(LateWire(moved=2.0, next=3.0), voice="moved")
    await scene.phone.dial(CALLED)
    await scene.phone.until(lambda: scene.phone.has_heard("Thank you"))

    ((at, answer),) = scene.answers()
    assert at == answer.latency == 5.0  # type: ignore[union-attr]


async def test_who_hangs_up_meanwhile_has_hung_up_and_the_answer_comes_to_nobody() -> None:
    scene = Scene(LateWire(voice=4.0))
    await scene.phone.dial(CALLED)
    await scene.phone.wait(1.0)
    await scene.phone.hang_up()
    ended = scene.phone.record.ended
    await scene.phone.wait(10.0)

    assert ended is not None
    assert ended.ending == "hangup"
    assert scene.phone.record.heard == []
    assert scene.operator.timer is None


async def test_the_answers_of_two_calls_come_in_their_own_order() -> None:
    wire = LateWire(voice=4.0)
    scene = Scene(wire)
    other = Handset(scene.operator, scene.clock, "+17735550000")
    await scene.phone.dial(CALLED)
    wire.late = {"voice": 1.0}
    await other.dial(CALLED)
    await scene.phone.wait(10.0)

    assert [at for at, _ in scene.answers()] == [1.0, 4.0]
    assert [entry.at - START for entry in scene.operator.journal.entries] == sorted(
        entry.at - START for entry in scene.operator.journal.entries
    )


async def test_twilio_gives_up_after_15_seconds_and_asks_the_fallback_url() -> None:
    wire = TroubledWire(LateWire())
    wire.on.add(SLOW)
    scene = Scene(wire)
    await scene.phone.dial(CALLED)
    await scene.phone.until(lambda: scene.phone.has_heard("Sorry"))

    (given_up, failed), (asked, _) = scene.answers()
    assert isinstance(failed, Unreachable)
    assert (given_up, failed.code, failed.latency) == (15.0, 11205, 15.0)
    assert asked == 15.0


@pytest.mark.parametrize(
    ("fragment", "at", "code"), [("rt=2000", 2.0, 11205), ("tt=3000", 3.0, 11203), ("rt=2000&rc=1&rp=rt", 3.0, None)]
)
async def test_the_limits_of_an_address_end_the_wait(fragment: str, at: float, code: int | None) -> None:
    """Read timeout, total time, and a read timeout that is tried again, when the application is quick."""

    class OnceLate(LateWire):
        async def send(self, request: WireRequest) -> WireReply:
            reply = await super().send(request)
            self.late = {"voice": 1.0} if "rc" in fragment else self.late
            return reply

    scene = Scene(OnceLate(voice=9.0), voice=f"voice#{fragment}")
    await scene.phone.dial(CALLED)
    await scene.phone.wait(20.0)

    first, *_ = scene.answers()
    assert first[0] == at
    assert (first[1].code if isinstance(first[1], Unreachable) else None) == code


async def test_a_running_clock_is_followed_and_can_be_pushed() -> None:
    scene = Scene(LateWire(voice=4.0))
    clock = WallClock(lambda: 0.0, START)  # stands still until it is pushed
    operator = Operator(scene.operator.exchange, scene.operator.wire, clock)
    replied = Happens(operator, Replied)
    running = asyncio.create_task(operator.run(clock))
    operator.place(caller=CALLER, called=CALLED)
    await operator.settle()
    assert operator.timer == START + 4.0
    clock.move_to(START + 3.0)
    operator.stir()
    assert operator.timer == START + 4.0
    clock.move_to(START + 4.0)
    operator.stir()
    await replied.event.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

    assert replied.at == [START + 4.0]


class Happens:
    """When this has happened, and that it has."""

    def __init__(self, operator: Operator, kind: type[Event]) -> None:
        self.event = asyncio.Event()
        self.at: list[float] = []
        self._kind = kind
        operator.journal.listen(self._hear)

    def _hear(self, entry: Entry) -> None:
        if isinstance(entry.item, self._kind):
            self.at.append(entry.at)
            self.event.set()
