"""People who are on their phones by themselves: each answers as their row says and plays the steps in it.

They share a network whose clock runs, or is moved by somebody else.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import get_args

from simulator.callers.script.caller import Caller
from simulator.callers.script.misses import MissedError
from simulator.callers.script.participants import Participants
from simulator.callers.script.script import Placed
from simulator.callers.time_driver import FollowedTime
from simulator.network import Network
from simulator.operator.clock import WallClock
from simulator.operator.journal import Entry
from simulator.vocabulary import Answered, Declined, Refusal, Ring

NEVER_ANSWER: tuple[Refusal, ...] = get_args(Refusal)
MACHINE = "machine"
_RINGS = 20.0
"""Seconds until a machine answers: four rings."""
_GREETING = 4.0
"""Seconds of its greeting, which is what machine detection would say it took."""
log = logging.getLogger("simulator.people")


@dataclass(frozen=True, slots=True)
class Person:
    """A row: `answer` in its own words, `seconds` until they pick up; None where nobody does, or a machine."""

    number: str
    answer: str
    seconds: float | None
    steps: tuple[Placed, ...] = ()


@asynccontextmanager
async def answering(
    people: Sequence[Person],
    network: Network,
    clock: WallClock,
    perform: Callable[[Placed, Caller], Awaitable[None]],
) -> AsyncIterator[None]:
    """Have these people take their calls while the context lasts; a step that does not hold is logged, and ends it."""
    rows = {person.number: person for person in people}
    everybody = Participants(network, clock, network.called, pace=None, perform=perform, tell=lambda number, text: None)
    tasks: set[asyncio.Task[None]] = set()

    def take(entry: Entry) -> None:
        if isinstance(entry.item, Ring) and (person := rows.get(entry.item.called)) is not None:
            task = asyncio.create_task(_take_call(person, entry.sid, everybody, network, clock))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    unlisten = network.operator.journal.listen(take)
    try:
        yield
    finally:
        unlisten()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _take_call(person: Person, sid: str, everybody: Participants, network: Network, clock: WallClock) -> None:
    operator = network.operator
    time = FollowedTime(operator, clock)
    if person.answer in NEVER_ANSWER:
        if person.answer != "no-answer":  # that is what comes of ringing out
            operator.receive(sid, Declined(next(each for each in NEVER_ANSWER if each == person.answer)))
        return
    await time.advance(_RINGS if person.seconds is None else person.seconds)
    if operator.exchange.call(sid) is None:
        return  # the caller has given up
    caller = everybody.rung(person.number)
    try:
        await caller.answer(sid, answered=Answered("machine_start", _GREETING) if person.seconds is None else None)
        await everybody.play(person.steps, caller)
    except MissedError as miss:
        log.warning("%s: a step did not hold: %s", person.number, miss.reason)
        await caller.handset.hang_up()
