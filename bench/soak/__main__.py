"""`python -m bench.soak`: reads the command line, runs the soak or one of its rounds, and says what came of it."""

import secrets
import sys
import time
from functools import partial
from pathlib import Path

import click

from bench.soak.judge import Breach
from bench.soak.round import SPELL, Round, run_round
from bench.soak.soak import ROUND, STANDARD_LINE, LineError, Progress, Soak, line_named, quiet, shrunk, soak
from bench.soak.telling import ProgressLine, command_for, failure, lines, summary
from ivr.printing import print_json, print_line, print_lines
from simulator.errors import WrongUseError
from simulator.files import check_writable

JOURNAL = Path("soak-failure.jsonl")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--calls", type=click.IntRange(1), default=100_000, show_default=True, help="How many calls to make.")
@click.option("--seed", help="What everything is drawn from; without it a new one, which is shown.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to share the work."
)
@click.option("--round", "round_seed", metavar="SEED.N", help="Run one round alone; --calls are then its calls.")
@click.option("--only", metavar="N,N…", help="With --round: make only these calls of it.")
@click.option("--per-round", type=click.IntRange(1), default=ROUND, show_default=True, help="Calls in one world.")
@click.option("--spell", type=click.IntRange(1), default=SPELL, show_default=True,
              help="Calls until the line is left alone, and looked at.")  # fmt: skip
@click.option("--journal", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT.jsonl",
              help=f"Where the journal of a round, or of a breach, is written (a breach: {JOURNAL}).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON on stdout.")
@click.option("--line", default=STANDARD_LINE, show_default=True, metavar="MODULE:FUNCTION",
              help="What makes the application out of a line.")  # fmt: skip
def main(
    calls: int,
    seed: str | None,
    workers: int,
    round_seed: str | None,
    only: str | None,
    per_round: int,
    spell: int,
    journal: Path | None,
    as_json: bool,
    line: str,
) -> None:
    """Call the demo's line again and again, in virtual time, while everything around it breaks; one seed decides all.

    \b
    Examples:
      python -m bench.soak                                  100,000 calls
      python -m bench.soak --calls 2000 --seed 7            the same 2,000 calls every time
      python -m bench.soak --round 7.1 --journal r.jsonl    one round of them; then: phone --replay r.jsonl

    Exit code: 0, 1 when a law of the line was broken, 2 for wrong use, 130 for Ctrl-C.
    """
    if only is not None and round_seed is None:
        raise click.UsageError("--only needs --round, whose calls it names.")
    if round_seed is not None and workers > 1:
        raise click.UsageError("A round is run by one process: leave out --workers.")
    try:
        line_named(line)
        if journal is not None:
            check_writable(journal)
    except (LineError, WrongUseError) as error:
        raise click.UsageError(str(error)) from None
    what = None if round_seed is None else Round(round_seed, calls, _numbers(only), spell)
    everything = Soak(round_seed or seed or secrets.token_hex(4), calls, line, workers, per_round, spell)
    with quiet():
        try:
            code = _run(everything, what, journal, as_json=as_json)
        except WrongUseError as error:  # another process writes the journal
            raise click.UsageError(str(error)) from None
    sys.exit(code)


def _run(everything: Soak, what: Round | None, journal: Path | None, *, as_json: bool) -> int:
    """Everything, or `what` alone."""
    asked = everything.calls if what is None or what.only is None else len(what.only)
    line = everything.line
    progress, began, is_cut_short = Progress(), time.monotonic(), False
    bar = ProgressLine(progress, asked, time.monotonic, sys.stderr)
    try:
        if what is None:
            soak(everything, progress, bar)
        else:
            outcome = run_round(what, line_named(line), journal=journal)
            progress.calls = outcome.calls
            progress.add(what, outcome)
    except KeyboardInterrupt:
        is_cut_short = True
    bar.clear()
    told = summary(everything, asked, time.monotonic() - began, progress)
    if progress.breach is not None:
        words, again = _broken(progress.breach, progress.failed, what, line, journal)
        told["breach"] |= again
        print_lines(words, err=True)
    if as_json:
        print_json(told)
    else:
        print_lines(lines(told))
    if is_cut_short:
        print_line("interrupted: this is what was done so far", err=True)
    return 1 if progress.breach is not None else 130 if is_cut_short else 0


def _broken(
    breach: Breach, failed: Round | None, asked: Round | None, line: str, journal: Path | None
) -> tuple[list[str], dict[str, str]]:
    """What to say of a breach; found by a soak, it is first shrunk and then written."""
    if failed is None or asked is not None:
        return failure(breach, failed, line, None if journal is None else str(journal)), {}
    print_line(f"{breach.check} broken in round {failed.seed}; looking for fewer calls that show it …", err=True)
    build, journal = line_named(line), journal or JOURNAL
    try:
        least = shrunk(failed, breach, partial(run_round, build=build))
        run_round(least.what, build, journal=journal)
    except KeyboardInterrupt:
        return failure(breach, failed, line, None), {"again": command_for(failed, line)}
    words = failure(least.breach, least.what, line, str(journal))
    return words, {"again": command_for(least.what, line), "journal": str(journal)}


def _numbers(only: str | None) -> frozenset[int] | None:
    if only is None:
        return None
    try:
        return frozenset(int(number) for number in only.split(","))
    except ValueError:
        raise click.UsageError(f"--only takes numbers of calls, such as 3,17; got {only!r}.") from None


if __name__ == "__main__":
    main(prog_name="python -m bench.soak")
