"""An exploration from the command line: runs it, shows how far it is, has it judged, prints and writes the result."""

import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from simulator.cli.networks import network_of
from simulator.cli.options import Options
from simulator.cli.outputs import write_or_tell
from simulator.cli.printing import (
    AnnotationLevel,
    Look,
    annotation,
    are_wanted,
    nobody_answered,
    print_command,
    print_json,
    print_line,
)
from simulator.cli.refusal import Refusal
from simulator.errors import SimulatorError, WrongUseError
from simulator.explorer.announced import GRAMMAR, compiled
from simulator.explorer.documents import read_baseline, read_tree, to_baseline, to_json
from simulator.explorer.drawing.arrows import Shown
from simulator.explorer.drawing.diagrams import dot, mermaid
from simulator.explorer.drawing.page import page
from simulator.explorer.exploring import Exploration
from simulator.explorer.findings.finding import Finding, Policy, Survey
from simulator.explorer.findings.table import find_all
from simulator.explorer.moves import Habits
from simulator.explorer.plan import Bounds, Plan
from simulator.explorer.replaying import NobodyAnsweredError
from simulator.explorer.tree import Tree
from simulator.explorer.verdict import Verdict, guarded, junit_document, summary, to_data, ways_shown
from simulator.files import check_outputs, check_writable
from simulator.mobile import Resettable
from simulator.network import Network, OpenNetwork
from simulator.numbers import read_caller
from simulator.operator.clock import Clock
from simulator.stopping import Stopped, run, seconds_to_leave
from simulator.wires.wire import WireError

_LOOKS: dict[str, Look] = {"error": "bad", "warning": "odd", "note": "aside"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The options of `phone explore`, as they were given."""

    others: tuple[str, ...]
    codes: tuple[str, ...]
    words: tuple[str, ...]
    depth: int
    states: int
    seconds: float | None
    same: str
    revisits: int
    every_key: bool
    faults: int
    fault_names: tuple[str, ...]
    patterns: tuple[str, ...]
    guards: tuple[str, ...]
    protected: tuple[str, ...]
    slow: float
    attempts: int
    baseline: Path | None
    write_baseline: bool
    tree_file: Path | None
    resume: Path | None
    as_json: bool
    junit_file: Path | None
    mermaid_file: Path | None
    dot_file: Path | None
    html_file: Path | None
    github: bool | None


def run_exploration(options: Options, choices: Choices, replayed: Callable[[], OpenNetwork] | None) -> int:
    """Explore, judge and tell; returns the exit code. Raises Refusal."""
    if not logging.getLogger().handlers:  # what a demo under faults has to say about them is in the findings
        logging.getLogger().addHandler(logging.NullHandler())
    try:
        _check(choices)
        known = _known(choices)
        begun = read_tree(choices.resume) if choices.resume is not None and choices.resume.exists() else None
        policy = Policy(choices.guards, choices.protected, choices.slow, choices.attempts, _patterns(choices))
        network = network_of(options, None if replayed is None or options.url is not None else replayed())
        exploration = Exploration(
            _reset_first(network), _plan(options, choices, begun), stopwatch=perf_counter, begun=begun
        )
        stopped, seconds = _run(exploration)
        tree = exploration.tree()
        findings = find_all(Survey(tree, policy))
        verdict = Verdict(
            tree,
            policy,
            tuple(each for each in findings if each.id not in known),
            tuple(each for each in findings if each.id in known),
            exploration.calls,
            seconds,
        )
    except NobodyAnsweredError as error:
        raise Refusal(nobody_answered(error.trouble, error.code)) from None
    except (SimulatorError, WireError) as error:
        raise Refusal(str(error)) from None
    has_baseline = choices.baseline is not None and not choices.write_baseline
    is_written = _write(verdict, choices, is_interrupted=stopped is not None)
    show(verdict, as_json=choices.as_json, has_baseline=has_baseline, github=choices.github)
    if stopped is not None:
        return stopped.code
    return 1 if (verdict.failures and not choices.write_baseline) or not is_written else 0


def show(verdict: Verdict, *, as_json: bool, has_baseline: bool, github: bool | None) -> None:
    """Print on standard output; annotations only where they are wanted."""
    if as_json:
        print_json(to_data(verdict))
    else:
        _show_to_people(verdict, has_baseline=has_baseline)
    is_plain = github is None and as_json  # nobody asked for lines that no reader of JSON knows
    if not is_plain and are_wanted(github, os.environ):
        for finding in verdict.failures:
            message = f"{finding.sentence} Remedy: {finding.remedy}.\n{verdict.path_of(finding).shown}"
            level: AnnotationLevel = "warning" if finding.severity == "warning" else "error"
            print_command(annotation(level, f"phone explore: {finding.rule}", message))


def _show_to_people(verdict: Verdict, *, has_baseline: bool) -> None:
    print_line(summary(verdict))
    shown = guarded(verdict)
    if shown is not None:
        print_line(("shown", "good"), f" {shown}")
    for finding in verdict.new:
        _show_finding(verdict, finding)
    notes = len(verdict.new) - len(verdict.failures)
    counts = [_count(len(verdict.failures), "finding")]
    counts += [_count(notes, "note")] if notes else []
    counts += [f"{len(verdict.known)} known"] if has_baseline else []
    print_line(", ".join(counts))


def _count(number: int, name: str) -> str:
    return f"{number or 'no'} {name}{'' if number == 1 else 's'}"


def _show_finding(verdict: Verdict, finding: Finding) -> None:
    """Print what is wrong, what to do, where, and the call that shows it; a note needs no transcript."""
    print_line((finding.severity, _LOOKS[finding.severity]), f" {finding.rule}: {finding.sentence}")
    if finding.remedy:
        print_line(f"  remedy: {finding.remedy}")
    for line in ways_shown(verdict, finding):
        print_line(f"  {line}")
    path = verdict.path_of(finding)
    if path.edges:
        print_line(f"  path: {path.shown}")
    for line in path.transcript if finding.severity != "note" else ():
        print_line((f"    {line}", "soft"))
    print_line((f"  id: {finding.id}", "soft"))


def _check(choices: Choices) -> None:
    """Refuse what cannot mean anything, before the first call."""
    resumed = None if choices.resume == choices.tree_file else choices.resume
    outputs = {
        "--tree": choices.tree_file,
        "--resume": resumed,
        "--junit": choices.junit_file,
        "--mermaid": choices.mermaid_file,
        "--dot": choices.dot_file,
        "--html": choices.html_file,
        "--baseline": choices.baseline if choices.write_baseline else None,
    }
    check_outputs(outputs, () if choices.write_baseline else filter(None, (choices.baseline,)))
    if choices.write_baseline and choices.baseline is None:
        raise WrongUseError("--write-baseline needs the file: --baseline FILE")
    if bool(choices.guards) != bool(choices.protected):
        given, missing = ("--guard", "--protected") if choices.guards else ("--protected", "--guard")
        raise WrongUseError(f"{given} goes with {missing}: say what is protected, and by what")
    for text in (*choices.codes, *choices.words):
        if not text.strip():
            raise WrongUseError("--code and --say take something, got nothing")
    for code in choices.codes:
        if not (code.isascii() and code.isdigit()):
            raise WrongUseError(f"--code takes digits, got {code!r}")


def _known(choices: Choices) -> frozenset[str]:
    if choices.baseline is None:
        return frozenset()
    if choices.write_baseline:
        check_writable(choices.baseline)
        return frozenset()
    return read_baseline(choices.baseline)


def _patterns(choices: Choices) -> Any:  # compiled patterns of str
    try:
        return compiled(choices.patterns or GRAMMAR)
    except ValueError as error:
        raise WrongUseError(f"--announce: {error}") from None


def _plan(options: Options, choices: Choices, begun: Tree | None) -> Plan:
    if begun is not None and begun.same != choices.same:
        raise WrongUseError(f"{choices.resume} was explored with --same {begun.same}: resume it with the same")
    first = () if options.caller is None and not choices.others else (options.caller or "",)
    return Plan(
        callers=(*first, *(read_caller(number, "--also-from") for number in choices.others)),
        called=options.called or "",
        seed=options.first_seed if begun is None or options.seed is not None else begun.seed,
        same=choices.same,
        habits=Habits(choices.codes, choices.words, _patterns(choices)),
        bounds=Bounds(
            choices.depth, choices.states, choices.seconds, max(choices.revisits, choices.attempts - 1), choices.faults
        ),
        every_key=choices.every_key,
        is_fresh=options.url is None,
        fault_names=choices.fault_names or None,
    )


def _reset_first(open_network: OpenNetwork) -> OpenNetwork:
    """Open the same networks; a fake identity provider behind HTTP forgets the last call before the next."""

    @asynccontextmanager
    async def open_reset(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with open_network(clock, seed=seed) as network:
            if isinstance(network.mobile, Resettable):
                await network.mobile.reset()
            yield network

    return open_reset


def _run(exploration: Exploration) -> tuple[Stopped | None, float]:
    """Explore; return what has ended it before it was complete, and how long it took."""
    began, stopped = perf_counter(), None
    with _progress() as bar:
        if bar is not None:
            exploration.notice = lambda: _show(bar, exploration)
        try:
            within = seconds_to_leave(os.environ)
            run(exploration.run(), restore=lambda: _show_cursor(bar is not None), within=within)
        except Stopped as signalled:
            stopped = signalled
    return stopped, perf_counter() - began


def _show_cursor(is_hidden: bool) -> None:
    if is_hidden:
        sys.stderr.write("\x1b[?25h\n")


def _progress() -> AbstractContextManager[Any]:  # click's bar, whose type is not public
    """Show a bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        return nullcontext()
    return click.progressbar(
        length=1, label="exploring", file=sys.stderr, show_eta=False, item_show_func=lambda text: text
    )


def _show(bar: Any, exploration: Exploration) -> None:
    done, ahead = exploration.progress
    states, moves = exploration.counts
    bar.length = max(ahead, 1)
    bar.update(done - bar.pos, f"{states} states, {moves} moves")


def _write(verdict: Verdict, choices: Choices, *, is_interrupted: bool) -> bool:
    """Write every file that was asked for, also when another one cannot be written; tell whether all were."""
    findings = (*verdict.new, *verdict.known)
    shown = Shown(edges=frozenset(finding.edge for finding in findings if finding.edge))
    tree, resumed = choices.tree_file, None if choices.resume == choices.tree_file else choices.resume
    baseline = choices.baseline if choices.write_baseline and not is_interrupted else None
    if choices.write_baseline and is_interrupted:
        print_line(f"{choices.baseline} was not written: the exploration is not complete", err=True)
    makers: tuple[tuple[Path | None, Callable[[], str]], ...] = (
        (tree, lambda: to_json(verdict.tree)),
        (resumed, lambda: to_json(verdict.tree)),
        (choices.junit_file, lambda: junit_document(verdict)),
        (choices.mermaid_file, lambda: mermaid(verdict.tree, shown)),
        (choices.dot_file, lambda: dot(verdict.tree, shown)),
        (choices.html_file, lambda: page(verdict.tree, findings)),
        (baseline, lambda: to_baseline(verdict.new)),
    )
    unwritten = [path for path, make in makers if path is not None and not write_or_tell(path, make())]
    return not unwritten
