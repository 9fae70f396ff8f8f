"""Plays a script: opens a network, lets people act and listen step by step, hangs up, and tells what came of it."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

from simulator.callers.script.caller import Caller
from simulator.callers.script.misses import MissedError, near_warning, standing, warning_shown
from simulator.callers.script.participants import Participants
from simulator.callers.script.result import CallResult, Failure, Other
from simulator.callers.script.script import Placed, Script, all_steps
from simulator.callers.script.steps.acting import Press
from simulator.callers.script.steps.table import STEPS
from simulator.callers.script.transcript import Note, transcript
from simulator.callers.time_driver import Pace
from simulator.errors import SimulatorError, UnknownNumberError
from simulator.network import Network, OpenNetwork
from simulator.operator.clock import ManualClock
from simulator.operator.masking import Mask
from simulator.stopping import LAST_WORDS, SECONDS
from simulator.timeline.failing import FAILED, failed_calls
from simulator.vocabulary import Warned

Finished = Callable[[CallResult], None]
FAILED_UNSAID = (
    f"every step held, but the application failed the call; a script that means it says expect_end: {FAILED}, "
    "or expect_warning with the code"
)
Work = Coroutine[object, object, None]
Limit = Callable[[float, Work], Awaitable[None]]


async def _limited(seconds: float, work: Work) -> None:
    await asyncio.wait_for(work, seconds)


@dataclass(frozen=True, slots=True)
class Settings:
    """How scripts are played. `caller` and `called` win over what a script says; `secrets` are masked by value.

    `pace` spends the seconds that pass; without it they cost nothing, and the mobile's own clock is moved along.
    `stopwatch` measures real time, and `limit` gives work so many seconds of it, or raises TimeoutError.
    A call that is broken off has `last_words` seconds to hang up.
    """

    caller: str | None = None
    called: str | None = None
    seed: int = 0
    is_strict: bool = False
    is_unmasked: bool = False
    secrets: tuple[str, ...] = ()
    pace: Pace | None = None
    stopwatch: Callable[[], float] = perf_counter
    limit: Limit = _limited
    last_words: float = SECONDS * LAST_WORDS


async def run_call(
    script: Script,
    open_network: OpenNetwork,
    settings: Settings | None = None,
    *,
    finished: Finished | None = None,
) -> CallResult:
    """Play one script on a fresh network and return what came of it.

    `finished` is told the result in every case, also when this is cancelled or something breaks: then the call is hung
    up first, and the exception goes on. Raises UnknownNumberError when nobody has the called number.
    """
    settings = settings or Settings()
    clock = ManualClock()
    async with open_network(clock, seed=settings.seed) as network:
        play = _Play(script, network, clock, settings)
        try:
            failure = await play.run()
        except UnknownNumberError:
            raise  # there was no call
        except BaseException as error:
            result = await play.give_up(error)
            if finished is not None:
                finished(result)
            raise
        finally:
            await play.mend()
        result = await play.result(failure)
        if finished is not None:
            finished(result)
        return result


class _Play:
    """One performance of one script."""

    def __init__(self, script: Script, network: Network, clock: ManualClock, settings: Settings) -> None:
        self._script = script
        self._network = network
        self._clock = clock
        self._settings = settings
        self._number = settings.caller or script.caller or network.caller
        self._called = settings.called or script.called or network.called
        self._notes: list[Note] = []
        self._leave_by: float | None = None
        self._began = clock.now()
        self._wall_began = settings.stopwatch()
        self._secrets: tuple[str, ...] = (*settings.secrets, *_written_out(script))
        self._people = Participants(
            network, clock, self._called, pace=settings.pace, perform=perform_step, tell=self._note
        )
        self._caller = self._people.caller(self._number)

    async def run(self) -> Failure | None:
        """Dial, play the steps, hang up; the first thing that went wrong, or None."""
        try:
            for name, times in self._script.troubles:
                await self._people.troubles.begin(name, times)
        except SimulatorError as error:
            return await self._failure(None, f"trouble: {error}")
        await self._caller.dial(self._called, self._script.caller_id)
        try:
            await self._people.play(self._script.steps, self._caller)
            await self._caller.handset.settle()  # the application may answer before everybody hangs up
        except MissedError as miss:
            failure = await self._failure(miss.step, miss.reason, miss.nearest)
            await self._people.break_off()
            return failure
        await self._people.hang_up()
        return await self._afterthought()

    async def mend(self) -> None:
        """Nothing stays broken for the next script: a served fake outlives this network."""
        await self._while_there_is_time(self._people.troubles.end_all())

    async def result(self, failure: Failure | None, *, is_interrupted: bool = False) -> CallResult:
        """What came of it, so far."""
        await self._learn_codes()
        return CallResult(
            script=self._script,
            failure=failure,
            virtual_seconds=round(self._clock.now() - self._began, 3),
            wall_seconds=round(self._settings.stopwatch() - self._wall_began, 6),
            caller=self._number,
            called=self._called,
            record=self._caller.record if self._has_dialled else None,
            others=tuple(Other(each.handset.number, each.record) for each in self._people.others),
            journal=self._network.operator.journal,
            secrets=self._secrets,
            is_unmasked=self._settings.is_unmasked,
            is_interrupted=is_interrupted,
        )

    async def give_up(self, error: BaseException) -> CallResult:
        """The run was cancelled or broke: hang up and save what there is."""
        is_interrupted = not isinstance(error, Exception)
        reason = "interrupted" if is_interrupted else f"{type(error).__name__}: {error}"
        if is_interrupted:
            self._leave_by = self._settings.stopwatch() + self._settings.last_words
        failure = await self._failure(self._people.current, reason)
        await self._while_there_is_time(self._people.break_off())
        return await self.result(failure, is_interrupted=is_interrupted)

    async def _afterthought(self) -> Failure | None:
        """What is wrong although every step held: a prompt that never came, and in strict runs any warning."""
        for person in self._people.people:
            unused = person.device.unused
            if unused is not None:
                number, where = person.handset.number, standing(person.record)
                return await self._failure(
                    unused.step, f"no Okta Verify prompt for {number} could be answered: {where}"
                )
        failed = failed_calls(self._network.operator.journal.entries)
        for person in self._people.people:
            if person.handset.has_dialled and person.record.sid in failed and not self._is_expected(person):
                return await self._failure(None, FAILED_UNSAID, near_warning(person.record))
        surprises = list(self._surprises())
        if self._settings.is_strict and surprises:
            more = f", and {len(surprises) - 1} more" if len(surprises) > 1 else ""
            return await self._failure(None, f"there was a warning: {warning_shown(surprises[0])}{more}")
        return None

    def _is_expected(self, person: Caller) -> bool:
        """A step has said that the call fails, or named an error that the debugger shows of it."""
        errors = {warned.code for warned in person.record.warnings if warned.level == "error"}
        return person.expects_failure or any(errors & each.expected_warnings for each in self._people.people)

    def _surprises(self) -> Iterator[Warned]:
        """Warnings that no step expects; those of a dialled leg are among those of the call that dialled it."""
        expected = set().union(*(person.expected_warnings for person in self._people.people))
        seen: set[int] = set()
        for record in (self._caller.record, *(person.record for person in self._people.others)):
            for warned in record.warnings:
                if warned.code not in expected and id(warned) not in seen:
                    seen.add(id(warned))
                    yield warned

    async def _failure(self, placed: Placed | None, reason: str, nearest: str = "") -> Failure:
        await self._learn_codes()
        mask = None if self._settings.is_unmasked else Mask(self._secrets)
        entries = self._network.operator.journal.entries
        return Failure(placed, reason, nearest, transcript(entries, self._notes, mask, names=self._people.names()))

    async def _learn_codes(self) -> None:
        """Every code these people have got is a secret. A mobile that cannot be read has none that we would know."""
        for number in dict.fromkeys(person.handset.number for person in self._people.people):
            await self._while_there_is_time(self._learn_codes_of(number))

    async def _learn_codes_of(self, number: str) -> None:
        texts = await self._network.mobile.texts(number)
        codes = [each.code for each in texts if each.code]
        self._secrets = tuple(dict.fromkeys((*self._secrets, *codes)))

    async def _while_there_is_time(self, work: Work) -> None:
        """Do what others may hold up: one who does not answer is not there any more, and nobody waits to leave."""
        with suppress(SimulatorError, OSError, TimeoutError):
            if self._leave_by is None:
                await work
            else:
                await self._settings.limit(max(0.001, self._leave_by - self._settings.stopwatch()), work)

    @property
    def _has_dialled(self) -> bool:
        return self._caller.handset.has_dialled

    def _note(self, number: str, text: str) -> None:
        who = "caller" if number == self._number else number
        self._notes.append(Note(len(self._network.operator.journal.entries), self._clock.now(), who, text))


async def perform_step(placed: Placed, person: Caller) -> None:
    """One step; what goes wrong in it is a MissedError that names it, or the step inside of it."""
    try:
        await STEPS[placed.name].perform(placed.step, person)
    except MissedError as miss:
        miss.step = miss.step or placed
        raise
    except SimulatorError as error:
        raise MissedError(str(error), step=placed) from error


def _written_out(script: Script) -> list[str]:
    """Codes and PINs that stand in the script itself; `Mask` leaves short ones alone."""
    presses = (placed.step for placed in all_steps(script.steps) if isinstance(placed.step, Press))
    return [re.sub(r"\D", "", press.keys) for press in presses]
