"""What a soak says: how far it is, what it came to, and how to see a breach again; as lines for people, and as JSON."""

import shlex
from collections.abc import Callable
from typing import Any, TextIO

from bench.soak.judge import CHECKS, Breach
from bench.soak.round import SPELL, Round
from bench.soak.soak import STANDARD_LINE, Progress, Soak

EVERY = 0.2  # seconds between two looks at the progress


class ProgressLine:
    """One line that is written over; nothing where no terminal is."""

    def __init__(self, progress: Progress, calls: int, now: Callable[[], float], out: TextIO) -> None:
        self._progress = progress
        self._calls = calls
        self._now = now
        self._out = out
        self._began = self._told = now()

    def __call__(self) -> None:
        now = self._now()
        if now - self._told < EVERY or not self._out.isatty():
            return
        self._told = now
        done = self._progress.calls
        rate = done / (now - self._began)
        pace = f", {rate:.0f}/s, {_spell_out((self._calls - done) / rate)} left" if done else ""
        bar = "█" * (20 * done // self._calls)
        told = f"{bar:░<20} {done:,} of {self._calls:,} calls{pace}"
        self._out.write(f"\r\x1b[K{told}")
        self._out.flush()

    def clear(self) -> None:
        """Make room for other words."""
        if self._out.isatty():
            self._out.write("\r\x1b[K")


def summary(what: Soak, asked: int, seconds: float, progress: Progress) -> dict[str, Any]:
    """Everything as JSON values; `virtual_seconds` is what the calls took by their own clock."""
    tally = progress.tally
    breach = progress.breach
    first, last = (
        (round(sum(each[at] for each in progress.megabytes.values()), 1) if progress.megabytes else None)
        for at in (0, 1)
    )
    return {
        "ok": breach is None and progress.calls == asked,
        "seed": what.seed,
        "calls": progress.calls,
        "asked": asked,
        "rounds": progress.rounds,
        "workers": what.workers,
        "seconds": round(seconds, 1),
        "calls_per_second": round(progress.calls / seconds, 1) if seconds else 0.0,
        "virtual_seconds": round(progress.virtual_seconds),
        **{group: _group(tally, group) for group in ("caller", "fault", "webhooks", "ended", "restarts,")},
        "counts": {name: tally[name] for name in COUNTS},
        "memory": {"first_mb": first, "last_mb": last, "blocks_a_call": progress.blocks_a_call},
        "breach": None if breach is None else {"check": breach.check, "sentence": breach.sentence},
    }


COUNTS = (
    "factors passed",
    "heard the balance",
    "codes and pushes sent",
    "codes tried",
    "call backs noted",
    "repetitions recognised",
    "webhooks out of time",
)


def lines(told: dict[str, Any]) -> list[str]:
    """The same for people."""
    memory = told["memory"]
    row = [
        f"{told['calls']:,} of {told['asked']:,} calls in {_counted(told['rounds'], 'round')}, seed {told['seed']}: "
        f"{_spell_out(told['seconds'])} for {_spell_out(told['virtual_seconds'])} of telephoning, "
        f"{told['calls_per_second']:.0f} calls a second with {_counted(told['workers'], 'worker')}",
        f"callers:  {_listed(told['caller'])}",
        f"ended:    {_listed(told['ended'])}",
        f"faults:   {_listed(told['fault'])}; restarts: {_listed(told['restarts,'])}",
        f"webhooks: {_listed(told['webhooks'])}",
        f"done:     {_listed(told['counts'])}",
    ]
    if memory["last_mb"] is not None:
        grown = "too few calls to tell" if memory["blocks_a_call"] is None else f"{memory['blocks_a_call']:.2f}"
        row.append(
            f"memory:   {memory['first_mb']:.0f} MB after the first round, {memory['last_mb']:.0f} MB after the last; "
            f"memory blocks left by a call: {grown}"
        )
    return row


def command_for(what: Round, line: str, journal: str | None = None) -> str:
    """What runs this round again."""
    words = ["python", "-m", "bench.soak", "--round", what.seed, "--calls", str(what.calls)]
    if what.only is not None:
        words += ["--only", ",".join(map(str, sorted(what.only)))]
    if what.spell != SPELL:
        words += ["--spell", str(what.spell)]
    if line != STANDARD_LINE:
        words += ["--line", line]
    return shlex.join([*words, *(["--journal", journal] if journal else [])])


def failure(breach: Breach, what: Round | None, line: str, journal: str | None) -> list[str]:
    """What was broken, and how to see it again."""
    row = [f"BROKEN {breach.check}: {CHECKS[breach.check]}", f"  {breach.sentence}"]
    if what is None:
        return row
    made = what.calls if what.only is None else len(what.only)
    whose = "" if breach.call is None else f"call {breach.call} "
    row.append(f"  {whose}of round {what.seed}; {_counted(made, 'call')} of it suffice{'s' * (made == 1)}")
    row.append(f"again:           {command_for(what, line)}")
    row.append(f"in the debugger: {command_for(what, line).replace('python -m', 'python -m pdb -m', 1)}")
    if journal is not None:
        row.append(f"on the phone:    phone --replay {shlex.quote(journal)}  (j goes to the next thing that happens)")
    return row


def _group(tally: dict[str, int], first: str) -> dict[str, int]:
    found = {name.removeprefix(first).strip(): count for name, count in tally.items() if name.startswith(f"{first} ")}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "none"


def _counted(many: int, what: str) -> str:
    return f"{many:,} {what}{'s' * (many != 1)}"


def _spell_out(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:,.0f} h"
