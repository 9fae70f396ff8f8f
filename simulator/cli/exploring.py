"""An exploration from the command line: runs it, shows how far it is, tells what was found, writes files."""

import asyncio
import json
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

from simulator.callers.script.reports import check_writable, write_file
from simulator.cli.annotations import annotation, are_wanted
from simulator.cli.networks import network_of
from simulator.cli.options import Options
from simulator.cli.refusal import Refusal
from simulator.errors import SimulatorError, WrongUseError
from simulator.explorer.announced import GRAMMAR, compiled
from simulator.explorer.baseline import read_baseline, to_baseline
from simulator.explorer.documents import read_tree, to_json
from simulator.explorer.drawing.arrows import Shown
from simulator.explorer.drawing.graphviz import dot
from simulator.explorer.drawing.mermaid import mermaid
from simulator.explorer.drawing.page import page
from simulator.explorer.exploring import Bounds, Exploration, Plan
from simulator.explorer.findings.finding import Finding, Policy, Survey
from simulator.explorer.findings.table import find_all
from simulator.explorer.moves import Habits
from simulator.explorer.tree import Tree
from simulator.explorer.verdict import Verdict, guarded, junit, summary, to_data
from simulator.mobile import Resettable
from simulator.network import Network, OpenNetwork
from simulator.operator.clock import Clock
from simulator.wires.wire import WireError

INTERRUPTED = 130


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
        is_interrupted, seconds = _run(exploration)
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
        _write(verdict, choices, is_interrupted=is_interrupted)
    except (SimulatorError, WireError) as error:
        raise Refusal(str(error)) from None
    _tell(verdict, choices)
    if is_interrupted:
        return INTERRUPTED
    return 1 if verdict.new and not choices.write_baseline else 0


def _check(choices: Choices) -> None:
    """What cannot mean anything, before the first call."""
    for path in (
        choices.tree_file,
        choices.resume,
        choices.junit_file,
        choices.mermaid_file,
        choices.dot_file,
        choices.html_file,
    ):
        if path is not None:
            check_writable(path)
    if choices.write_baseline and choices.baseline is None:
        raise WrongUseError("--write-baseline needs the file: --baseline FILE")
    if bool(choices.guards) != bool(choices.protected):
        given, missing = ("--guard", "--protected") if choices.guards else ("--protected", "--guard")
        raise WrongUseError(f"{given} goes with {missing}: say what is protected, and by what")
    for number in (*choices.others, *choices.codes, *choices.words):
        if not number.strip():
            raise WrongUseError("--also-from, --code and --say take something, got nothing")
    for code in choices.codes:
        if not code.isdigit():
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
        callers=(*first, *choices.others),
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
    """The same networks; a fake identity provider behind HTTP forgets the last call before the next."""

    @asynccontextmanager
    async def open_reset(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with open_network(clock, seed=seed) as network:
            if isinstance(network.mobile, Resettable):
                await network.mobile.reset()
            yield network

    return open_reset


def _run(exploration: Exploration) -> tuple[bool, float]:
    """Whether it was interrupted, and how long it took."""
    began = perf_counter()
    is_interrupted = False
    with _progress() as bar:
        if bar is not None:
            exploration.notice = lambda: _show(bar, exploration)
        try:
            asyncio.run(exploration.run())
        except KeyboardInterrupt:
            is_interrupted = True
    return is_interrupted, perf_counter() - began


def _progress() -> AbstractContextManager[Any]:  # click's bar, whose type is not public
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        return nullcontext()
    return click.progressbar(
        length=1, label="exploring", file=sys.stderr, show_eta=False, item_show_func=lambda text: text
    )


def _show(bar: Any, exploration: Exploration) -> None:
    done, known, moves = exploration.counts
    bar.length = max(known, 1)
    bar.update(done - bar.pos, f"{done} of {known} states, {moves} moves")


def _write(verdict: Verdict, choices: Choices, *, is_interrupted: bool) -> None:
    document = to_json(verdict.tree)
    for path in {path for path in (choices.tree_file, choices.resume) if path is not None}:
        write_file(path, document)
    if choices.junit_file is not None:
        write_file(choices.junit_file, junit(verdict))
    _draw(verdict, choices)
    if choices.write_baseline and choices.baseline is not None:
        if is_interrupted:
            click.echo(f"{choices.baseline} was not written: the exploration is not complete", err=True)
        else:
            write_file(choices.baseline, to_baseline(verdict.new))


def _draw(verdict: Verdict, choices: Choices) -> None:
    findings = (*verdict.new, *verdict.known)
    shown = Shown(edges=frozenset(finding.edge for finding in findings if finding.edge))
    if choices.mermaid_file is not None:
        write_file(choices.mermaid_file, mermaid(verdict.tree, shown))
    if choices.dot_file is not None:
        write_file(choices.dot_file, dot(verdict.tree, shown))
    if choices.html_file is not None:
        write_file(choices.html_file, page(verdict.tree, findings))


def _tell(verdict: Verdict, choices: Choices) -> None:
    if choices.as_json:
        click.echo(json.dumps(to_data(verdict), ensure_ascii=False, indent=1))
    else:
        _tell_people(verdict, choices)
    is_plain = choices.github is None and choices.as_json  # nobody asked for lines that no reader of JSON knows
    if not is_plain and are_wanted(choices.github, os.environ):
        for finding in verdict.new:
            path = verdict.path_of(finding)
            message = f"{finding.sentence} Remedy: {finding.remedy}.\n{path.shown}"
            click.echo(annotation(finding.severity, f"phone explore: {finding.rule}", message))


def _tell_people(verdict: Verdict, choices: Choices) -> None:
    click.echo(summary(verdict))
    shown = guarded(verdict)
    if shown is not None:
        click.echo(f"{click.style('shown', fg='green')} {shown}")
    for finding in verdict.new:
        _tell_finding(verdict, finding)
    known = f", {len(verdict.known)} known" if choices.baseline is not None and not choices.write_baseline else ""
    click.echo(f"{len(verdict.new) or 'no'} finding{'' if len(verdict.new) == 1 else 's'}{known}")


def _tell_finding(verdict: Verdict, finding: Finding) -> None:
    colour = "red" if finding.severity == "error" else "yellow"
    times = "" if finding.times == 1 else f" ({finding.times} times)"
    click.echo(f"{click.style(finding.severity, fg=colour, bold=True)} {finding.rule}: {finding.sentence}{times}")
    click.echo(f"  remedy: {finding.remedy}")
    path = verdict.path_of(finding)
    if path.edges:
        click.echo(f"  path: {path.shown}")
    for line in path.transcript:
        click.echo(click.style(f"    {line}", dim=True))
    click.echo(click.style(f"  id: {finding.id}", dim=True))
