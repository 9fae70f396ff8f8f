"""Many rounds, here or in several processes, until all calls are made, a law is broken, or somebody has had enough.

A broken law is then shown with as few calls as still break it: others are left out, whatever else happens stays.
"""

import logging
import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module

from bench.soak.judge import Breach
from bench.soak.processes import Build
from bench.soak.round import SPELL, Outcome, Round, run_round

ROUND = 1000
"""Calls in a world of their own: enough to see whether memory grows, few enough to be run again in a minute."""
MOST_GROWN = 40.0
"""Megabytes a process may grow after its first round, which loads everything."""
STANDARD_LINE = "ivr.app:create_app"


class LineError(Exception):
    """The line to be soaked cannot be had; the message is one sentence."""


@dataclass(slots=True)
class Progress:
    """What a soak has come to so far. `megabytes` of each process at the ends of its first round and of its last."""

    calls: int = 0
    rounds: int = 0
    virtual_seconds: float = 0.0
    tally: Counter[str] = field(default_factory=Counter)
    blocks_a_call: float | None = None
    megabytes: dict[int, tuple[float, float]] = field(default_factory=dict)
    failed: Round | None = None
    breach: Breach | None = None

    def add(self, what: Round, outcome: Outcome) -> None:
        self.rounds += 1
        self.virtual_seconds += outcome.seconds
        self.tally.update(outcome.tally)
        if outcome.blocks_a_call is not None:
            self.blocks_a_call = max(outcome.blocks_a_call, self.blocks_a_call or outcome.blocks_a_call)
        if outcome.megabytes is not None:
            first, _ = self.megabytes.get(outcome.process, (outcome.megabytes, 0.0))
            self.megabytes[outcome.process] = first, outcome.megabytes
            self._look_at_memory()
        if outcome.breach is not None and self.failed is None:
            self.failed, self.breach = what, outcome.breach

    def _look_at_memory(self) -> None:
        grown = max(last - first for first, last in self.megabytes.values())
        if grown > MOST_GROWN and self.breach is None:
            self.breach = Breach("memory", f"a process has grown by {grown:.0f} MB over its rounds", None, 0.0)


@dataclass(frozen=True, slots=True)
class Soak:
    """What is to be done. `line` is MODULE:FUNCTION; the rounds are the same however many workers share them."""

    seed: str
    calls: int
    line: str = STANDARD_LINE
    workers: int = 1
    per_round: int = ROUND
    spell: int = SPELL

    def rounds(self) -> Iterator[Round]:
        """With seeds of their own."""
        for index, first in enumerate(range(0, self.calls, self.per_round)):
            yield Round(f"{self.seed}.{index}", min(self.per_round, self.calls - first), spell=self.spell)


def line_named(name: str) -> Build:
    """The application's maker at MODULE:FUNCTION. Raises LineError."""
    module, _, function = name.partition(":")
    try:
        made: Build = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise LineError(f"--line {name}: there is no such function ({error}); write MODULE:FUNCTION") from None
    return made


def soak(what: Soak, progress: Progress, tell: Callable[[], None]) -> None:
    """Run all rounds into `progress`, which is right at any moment; `tell` is called whenever it has changed."""
    if what.workers == 1:
        _here(what.rounds(), line_named(what.line), progress, tell)
    else:
        _in_processes(what.rounds(), what.line, what.workers, progress, tell)


@contextmanager
def quiet() -> Iterator[None]:
    """Thousands of warnings about outages would bury whatever matters."""
    loggers = [logging.getLogger(name) for name in ("ivr", "fakes", "quart.app", "asyncio")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _here(rounds: Iterator[Round], build: Build, progress: Progress, tell: Callable[[], None]) -> None:
    for what in rounds:
        outcome, before = Outcome(), progress.calls

        def told(outcome: Outcome = outcome, before: int = before) -> None:
            progress.calls = before + outcome.calls
            tell()

        try:
            run_round(what, build, tell=told, outcome=outcome)
        finally:
            progress.add(what, outcome)
        if progress.breach is not None:
            return


def _in_processes(
    rounds: Iterator[Round], line: str, workers: int, progress: Progress, tell: Callable[[], None]
) -> None:
    """As many rounds at a time as there are workers; after a breach no more are begun."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_work) as pool:
        running: dict[Future[Outcome], Round] = {}
        try:
            while True:
                while progress.breach is None and len(running) < workers and (what := next(rounds, None)) is not None:
                    running[pool.submit(_one, what, line)] = what
                if not running:
                    return
                tell()
                for done in wait(running, timeout=1.0, return_when=FIRST_COMPLETED).done:
                    what, outcome = running.pop(done), done.result()
                    progress.calls += outcome.calls
                    progress.add(what, outcome)
        except KeyboardInterrupt:
            for child in multiprocessing.active_children():
                child.terminate()
            raise


def _begin_work() -> None:
    """Ctrl-C is for the parent, which ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _one(what: Round, line: str) -> Outcome:
    with quiet():
        return run_round(what, line_named(line))


MOST_TRIES = 24
Run = Callable[[Round], Outcome]


@dataclass(frozen=True, slots=True)
class Shrunk:
    what: Round
    breach: Breach


def shrunk(what: Round, breach: Breach, run: Run) -> Shrunk:
    """The same law broken by fewer calls, if that is found within a few tries; what was given otherwise."""
    best = Shrunk(what, breach)
    if breach.call is None:
        return best
    tries = 0
    for numbers in _guesses(what, breach.call):
        tries += 1
        found = _broken(replace(what, only=numbers), breach, run)
        if found is not None:
            best = found
            break
    while tries < MOST_TRIES and best.what.only is not None and len(best.what.only) > 1:
        for numbers in _smaller(best.what.only):
            tries += 1
            found = _broken(replace(what, only=numbers), breach, run)
            if found is not None:
                best = found
                break
            if tries >= MOST_TRIES:
                return best
        else:
            return best
    return best


def _broken(what: Round, breach: Breach, run: Run) -> Shrunk | None:
    found = run(what).breach
    return Shrunk(what, found) if found is not None and found.check == breach.check else None


def _guesses(what: Round, call: int) -> Iterator[frozenset[int]]:
    """The call alone; with earlier ones from its number; with the earlier ones of its spell; with all earlier ones."""
    spells = list(what.spells())
    earlier = [each for each in spells[call // what.spell].calls if each.number <= call]
    phone = earlier[-1].phone
    yield frozenset({call})
    yield frozenset(each.number for each in earlier if each.phone == phone)
    yield frozenset(each.number for each in earlier)
    yield frozenset(range(call + 1))


def _smaller(numbers: frozenset[int]) -> Iterator[frozenset[int]]:
    """Without either half, then without each one, if there are few."""
    row = sorted(numbers)
    if len(row) > 3:
        half = len(row) // 2
        yield frozenset(row[half:])
        yield frozenset(row[:half])
    if len(row) <= 10:
        for number in row:
            yield numbers - {number}
