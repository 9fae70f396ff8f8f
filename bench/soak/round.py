"""One round: a fresh world in virtual time, in which planned calls are made while things break, and a judge looks on.

The same round with the same application is the same to the byte. Rounds share nothing, so any of them can be run alone.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.soak.caller import Caller, ExchangeServices
from bench.soak.disturbances import disturb
from bench.soak.judge import Breach, Judge
from bench.soak.memory import ENOUGH, growing, resident
from bench.soak.people import forget, settle
from bench.soak.plan import Planned, Spell, dice, spell_of
from bench.soak.processes import DELIVERY, Build, FarSession
from bench.soak.road import Road
from bench.soak.virtual_time import run_virtually
from ivr.printing import print_line
from simulator.operator.clock import START, WallClock
from simulator.operator.journal import Journal
from simulator.phone.recorder import Recorder

if TYPE_CHECKING:
    from random import Random

    from ivr.line import Line


@contextmanager
def recorded(journal: Journal, path: Path | None) -> Iterator[None]:
    """While the block runs, what enters the journal is written to the file, which is replaced; None: nothing is.

    Raises WrongUseError when the file cannot be had.
    """
    if path is None:
        yield
        return
    recorder = Recorder(path)
    try:
        with recorder.following(journal, partial(print_line, err=True)):
            yield
    finally:
        recorder.close()


SPELL = 100
REST = 90_000.0
"""Seconds of silence after a spell: longer than calls are kept, and than the day of the longest limits."""


@dataclass(frozen=True, slots=True)
class Round:
    """`seed` ends with the round's number; odd rounds prove callers by Direct Authentication, the others by factors.

    `only`: the numbers of the calls to make, None for all; the others are left out, everything else stays.

    After every `spell` calls the line is left alone until everything about them ought to be forgotten.
    """

    seed: str
    calls: int
    only: frozenset[int] | None = None
    spell: int = SPELL

    @property
    def settings(self) -> dict[str, str]:
        """The line's settings."""
        number = self.seed.rpartition(".")[2]
        is_odd = number.isdecimal() and int(number) % 2 == 1
        return {"OKTA_MFA_API": "direct", "OKTA_DIRECT_FACTORS": "sms push"} if is_odd else {}

    def spells(self) -> Iterator[Spell]:
        """What is planned, spell by spell."""
        for index, first in enumerate(range(0, self.calls, self.spell)):
            yield spell_of(self.seed, index, range(first, min(first + self.spell, self.calls)))

    def chosen(self, spell: Spell) -> list[Planned]:
        return [call for call in spell.calls if self.only is None or call.number in self.only]


@dataclass(slots=True)
class Outcome:
    """What a round came to, also one that was interrupted. `seconds` are virtual, `megabytes` at its end."""

    calls: int = 0
    seconds: float = 0.0
    tally: Counter[str] = field(default_factory=Counter)
    blocks_a_call: float | None = None
    megabytes: float | None = None
    breach: Breach | None = None
    process: int = field(default_factory=os.getpid)


def run_round(
    what: Round,
    build: Build,
    *,
    journal: Path | None = None,
    tell: Callable[[], None] = lambda: None,
    outcome: Outcome | None = None,
) -> Outcome:
    """Run it to its end or its first breach. `tell` is called after every call; `journal` is written, masked."""
    outcome = outcome or Outcome()
    run_virtually(_World(what, build, outcome, tell).run(journal))
    outcome.megabytes = resident()
    return outcome


class _World:
    """Everything of one round; made inside its event loop by `run`."""

    def __init__(self, what: Round, build: Build, outcome: Outcome, tell: Callable[[], None]) -> None:
        self._what = what
        self._build = build
        self._outcome = outcome
        self._tell = tell

    async def run(self, journal: Path | None) -> None:
        from ivr.calls.store import MemoryCalls
        from ivr.limits import MemoryLimits
        from okta_twilio_ivr.line import Fakes
        from okta_twilio_ivr.world import LINE_URL, world_of
        from simulator.applications import Endpoint

        loop, seed = asyncio.get_running_loop(), self._what.seed
        clock = WallClock(loop.time, START)
        api = self._what.settings.get("OKTA_MFA_API", "factors")
        fakes = self._fakes = Fakes(clock.now, dice(seed, "ids").getrandbits(32), sleep=asyncio.sleep, mfa_api=api)
        owners = settle(fakes)
        self._calls, self._limits = MemoryCalls(clock.now), MemoryLimits(clock.now)
        self._roads = {"": dice(seed, "road", "nobody")}
        self._road = Road(self._build, dice_of=self._dice_of, twice=self._done_twice, tally=self._outcome.tally)
        self._judge = Judge(fakes, owners, self._road.excused, self._outcome.tally)
        endpoint, sids = Endpoint(LINE_URL, self._road), dice(seed, "sids").getrandbits(32)
        network = world_of(endpoint, fakes, clock, seed=sids, title="soak").network
        self._operator = network.operator
        self._operator.journal.listen(self._judge.take)
        self._around = ExchangeServices(seed, network.operator, network.called, fakes.okta, owners, self._dialled)
        self._session = FarSession(fakes.session, self._travel)
        await self._road.open(self._line())
        running = loop.create_task(network.operator.run(clock))
        try:
            with recorded(network.operator.journal, journal):
                await self._spells()
        finally:
            running.cancel()
            await asyncio.wait({running})
            await self._road.close()
            self._outcome.seconds, self._outcome.breach = loop.time(), self._judge.breach
        if not running.cancelled():
            running.result()

    async def _spells(self) -> None:
        planned = [(spell, chosen) for spell in self._what.spells() if (chosen := self._what.chosen(spell))]
        if len(planned) < ENOUGH:
            await self._spells_of(planned, lambda calls: None)
            return
        with growing() as growth:
            await self._spells_of(planned, growth.rest)
        self._outcome.blocks_a_call = growth.blocks_a_call
        if growth.is_leaking:
            self._judge.broken("memory", f"every call leaves {growth.blocks_a_call:.1f} blocks of memory behind")

    async def _spells_of(self, planned: list[tuple[Spell, list[Planned]]], rested: Callable[[int], None]) -> None:
        for spell, chosen in planned:
            await self._spell(spell, chosen)
            if self._judge.breach is not None:
                return
            await self._rest()
            rested(len(chosen))

    async def _spell(self, spell: Spell, chosen: list[Planned]) -> None:
        """Until all calls are over and all is mended again, or a law was broken."""
        async with asyncio.TaskGroup() as tasks:
            everything = [tasks.create_task(self._one(call)) for call in chosen]
            everything += disturb(
                tasks, spell, self._fakes, self._road, self._operator, self._line, self._outcome.tally
            )
            stop = tasks.create_task(self._judge.until_broken())
            await asyncio.wait({stop, tasks.create_task(_all(everything))}, return_when=asyncio.FIRST_COMPLETED)
            for task in (stop, *everything):
                task.cancel()

    async def _one(self, planned: Planned) -> None:
        await asyncio.sleep(planned.at)
        stuck = await Caller(planned, self._around).call()
        if stuck is not None:
            self._judge.broken("stuck", "the call has not ended", stuck)
        self._outcome.calls += 1
        self._tell()

    async def _rest(self) -> None:
        """Nobody calls for more than a day. What fakes and network remember is put away, what the line keeps is not."""
        await self._road.quiet()
        await asyncio.sleep(REST)
        at_stake, _ = await self._calls.at_stake(), await self._calls.get("")  # asking clears up
        if len(self._calls) or at_stake or self._operator.exchange.calls:
            self._judge.broken("state", f"{len(self._calls)} calls are still kept a day after the last one")
        self._operator.journal.entries.clear()
        self._judge.forget()
        self._roads = {"": self._roads[""]}
        forget(self._fakes)

    def _line(self) -> "Line":
        """A new line over what is kept."""
        from okta_twilio_ivr.line import ServiceEndpoints, fake_line, in_process
        from okta_twilio_ivr.world import line_settings

        way = in_process(self._fakes)
        far = ServiceEndpoints(way.okta, way.accounts, self._session)
        line = fake_line(line_settings(self._what.settings), self._fakes, self._fakes.okta.now, far)
        line.directory.warm()
        return replace(line, calls=self._calls, limits=self._limits, watch=self._judge.seen)

    def _dialled(self, sid: str, planned: Planned) -> None:
        self._roads[sid] = dice(self._what.seed, "road", planned.number)
        self._judge.dialled(sid, planned)

    def _done_twice(self, sid: str, deed: str) -> None:
        self._judge.done_twice(sid, deed)

    def _dice_of(self, sid: str) -> "Random":
        return self._roads.get(sid) or self._roads[""]

    def _travel(self) -> float:
        """Seconds to Okta or back."""
        delivery = DELIVERY.get()
        return self._dice_of("" if delivery is None else delivery.sid).uniform(0.01, 0.2)


async def _all(tasks: "list[asyncio.Task[None]]") -> None:
    await asyncio.wait(tasks)
