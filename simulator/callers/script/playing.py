"""Plays a script: opens a network, lets a caller act and listen step by step, hangs up, and tells what came of it."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urljoin, urlsplit

from simulator.callers.handset import Handset
from simulator.callers.passing import MovesAlong, Pace
from simulator.callers.script.caller import Caller
from simulator.callers.script.device import Device
from simulator.callers.script.misses import MissedError, standing, warning_shown
from simulator.callers.script.result import CallResult, Failure
from simulator.callers.script.script import Placed, Script
from simulator.callers.script.steps.acting import Press
from simulator.callers.script.steps.table import STEPS
from simulator.callers.script.transcript import Note, transcript
from simulator.errors import SimulatorError, UnknownNumberError
from simulator.network import Network, OpenNetwork
from simulator.operator.clock import ManualClock
from simulator.operator.masking import Mask
from simulator.vocabulary import Heard
from simulator.wires.wire import WireError, WireReply, WireRequest

Finished = Callable[[CallResult], None]
_LARGEST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """How scripts are played. `caller` and `called` win over what a script says; `secrets` are masked by value.

    `pace` spends the seconds that pass; without it they cost nothing, and the mobile's own clock is moved along.
    `stopwatch` measures real time.
    """

    caller: str | None = None
    called: str | None = None
    seed: int = 0
    is_strict: bool = False
    is_unmasked: bool = False
    secrets: tuple[str, ...] = ()
    pace: Pace | None = None
    stopwatch: Callable[[], float] = perf_counter


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
        self._began = clock.now()
        self._wall_began = settings.stopwatch()
        self._secrets: tuple[str, ...] = (*settings.secrets, *_written_out(script))
        device = Device(network.mobile, self._number, spoken=self._spoken, tell=self._note)
        pace = settings.pace
        if pace is None and isinstance(network.mobile, MovesAlong):
            pace = network.mobile.let_pass
        handset = Handset(network.operator, clock, self._number, pace=pace, notice=device.look)
        self._caller = Caller(handset, device, network.mobile, self._get_page)

    async def run(self) -> Failure | None:
        """Dial, play the steps, hang up; the first thing that went wrong, or None."""
        caller = self._caller
        await caller.handset.dial(self._called)
        for placed in self._script.steps:
            caller.current = placed
            failure = await self._perform(placed)
            if failure is not None:
                await caller.handset.hang_up()
                return failure
        await caller.handset.hang_up()
        return await self._afterthought()

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
            journal=self._network.operator.journal,
            secrets=self._secrets,
            is_unmasked=self._settings.is_unmasked,
            is_interrupted=is_interrupted,
        )

    async def give_up(self, error: BaseException) -> CallResult:
        """The run was cancelled or broke: hang up and save what there is."""
        is_interrupted = isinstance(error, asyncio.CancelledError | KeyboardInterrupt)
        reason = "interrupted" if is_interrupted else f"{type(error).__name__}: {error}"
        failure = await self._failure(self._caller.current, reason)
        with suppress(SimulatorError):
            await self._caller.handset.hang_up()
        return await self.result(failure, is_interrupted=is_interrupted)

    async def _perform(self, placed: Placed) -> Failure | None:
        try:
            await STEPS[placed.name].perform(placed.step, self._caller)
        except MissedError as miss:
            return await self._failure(miss.step or placed, miss.reason, miss.nearest)
        except SimulatorError as error:
            return await self._failure(placed, str(error))
        return None

    async def _afterthought(self) -> Failure | None:
        """What is wrong although every step held: a prompt that never came, and in strict runs any warning."""
        unused = self._caller.device.unused
        if unused is not None:
            reason = f"no Okta Verify prompt for {self._number} could be answered: {standing(self._caller.record)}"
            return await self._failure(unused.step, reason)
        record, expected = self._caller.record, self._caller.expected_warnings
        surprises = [each for each in record.warnings if each.code not in expected]
        if self._settings.is_strict and surprises:
            more = f", and {len(surprises) - 1} more" if len(surprises) > 1 else ""
            return await self._failure(None, f"there was a warning: {warning_shown(surprises[0])}{more}")
        return None

    async def _failure(self, placed: Placed | None, reason: str, nearest: str = "") -> Failure:
        await self._learn_codes()
        entries = self._network.operator.journal.of(self._caller.record.sid) if self._has_dialled else []
        mask = None if self._settings.is_unmasked else Mask(self._secrets)
        return Failure(placed, reason, nearest, transcript(entries, self._notes, mask))

    async def _learn_codes(self) -> None:
        """Every code this caller has got is a secret. A mobile that cannot be read has none that we would know."""
        with suppress(SimulatorError):
            texts = await self._network.mobile.texts(self._number)
            codes = [each.code for each in texts if each.code]
            self._secrets = tuple(dict.fromkeys((*self._secrets, *codes)))

    @property
    def _has_dialled(self) -> bool:
        return self._caller.handset.has_dialled

    def _spoken(self) -> list[str]:
        heard = [entry.item for entry in self._caller.record.heard]
        return [each.text for each in heard if isinstance(each, Heard) and each.text]

    def _note(self, text: str) -> None:
        entries = self._network.operator.journal.of(self._caller.record.sid)
        self._notes.append(Note(len(entries), self._clock.now(), text))

    async def _get_page(self, path: str) -> WireReply:
        """A plain GET to where the call's first document came from; no signature, no parameters."""
        url = urljoin(self._caller.record.answers[0][0].url, path)
        headers = (("Host", urlsplit(url).netloc.rpartition("@")[2]), ("Accept", "*/*"))
        try:
            return await self._network.operator.wire.send(WireRequest("GET", url, headers, b"", _LARGEST_PAGE))
        except WireError as error:
            raise MissedError(f"GET {path} was not answered: {error.reason}") from error


def _written_out(script: Script) -> list[str]:
    """Codes and PINs that stand in the script itself; `Mask` leaves short ones alone."""
    presses = (placed.step for placed in script.steps if isinstance(placed.step, Press))
    return [re.sub(r"\D", "", press.keys) for press in presses]
