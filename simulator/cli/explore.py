"""The command `phone explore`: its options, what they may not be, and their meaning. Explores nothing itself."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.options import FiniteRange, Options, check_together, line_options, options_from

if TYPE_CHECKING:
    from simulator.network import OpenNetwork

FILE = click.Path(path_type=Path, dir_okay=False)


def _several(name: str, variable: str, metavar: str, help_: str) -> Callable[..., Any]:
    return click.option(name, variable, metavar=metavar, multiple=True, help=help_)


OPTIONS: tuple[Callable[..., Any], ...] = (
    _several("--also-from", "others", "NUMBER", "Explore as this caller, too."),
    _several("--code", "codes", "CODE", "A correct code, such as a PIN, entered where a code is asked for."),
    _several("--say", "words", "WORDS", "Said wherever the line listens for speech, besides its hints."),
    click.option("--depth", type=click.IntRange(1), default=20, show_default=True, help="Most moves in a path."),
    click.option("--states", type=click.IntRange(2), default=1000, show_default=True, help="Most states in total."),
    click.option("--time", "seconds", type=FiniteRange(0, min_open=True), help="Stop after this many seconds."),
    click.option(
        "--same",
        type=click.Choice(["verbs", "requests", "words", "exact"]),
        default="words",
        show_default=True,
        help="When two places count as the same state, from coarse to fine.",
    ),
    click.option(
        "--revisits",
        type=click.IntRange(0),
        default=3,
        show_default=True,
        help="How many times a place that is reached again on a path counts as a new state.",
    ),
    click.option(
        "--every-key", is_flag=True, help="Press every key each time a menu is reached, not only the first time."
    ),
    click.option("--faults", type=click.IntRange(0), default=1, show_default=True, help="Most faults in a path."),
    _several("--fault", "fault_names", "NAME", "Only this fault, such as webhook-500."),
    _several(
        "--announce",
        "patterns",
        "REGEX",
        "Regular expression for menu announcements, instead of English; contains (?P<keys>…).",
    ),
    _several("--guard", "guards", "GLOB", "Paths that prove who is calling, such as /ivr/verify_*."),
    _several("--protected", "protected", "GLOB", "Paths that nobody may reach without passing a guard."),
    click.option(
        "--slow",
        type=FiniteRange(0, min_open=True),
        default=5.0,
        show_default=True,
        help="Report answers that take longer than this many seconds.",
    ),
    click.option(
        "--attempts",
        type=click.IntRange(1),
        default=4,
        show_default=True,
        help="Wrong codes that a line may accept in a call; raises --revisits as needed.",
    ),
    click.option("--baseline", type=FILE, metavar="FILE", help="Known findings: those in this file do not fail."),
    click.option("--write-baseline", is_flag=True, help="Write the findings to the baseline, and succeed."),
    click.option("--tree", "tree_file", type=FILE, metavar="FILE", help="Write the call tree as JSON."),
    click.option("--resume", type=FILE, metavar="FILE", help="Continue from this tree if it exists, and write it."),
    click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON."),
    click.option("--junit", "junit_file", type=FILE, metavar="FILE", help="Write the findings for CI."),
    click.option(
        "--mermaid", "mermaid_file", type=FILE, metavar="FILE", help="Write the call tree as a Mermaid chart."
    ),
    click.option("--dot", "dot_file", type=FILE, metavar="FILE", help="Write the call tree for Graphviz."),
    click.option("--html", "html_file", type=FILE, metavar="FILE", help="Write an interactive page."),
    click.option("--github/--no-github", default=None, help="Annotate findings, too.  [default: in GitHub Actions]"),
)


def add_explore(phone: click.Group, replayed: "Callable[[], OpenNetwork] | None") -> None:
    """Adds the command; `replayed` opens the demo, a fresh one for every call."""

    @phone.command()
    @line_options
    @_explore_options
    @click.pass_obj
    def explore(options: Options, /, **given: Any) -> int:  # click hands over what it parsed
        """Try every path through a line, in virtual time, and report what is wrong with it.

        Every key, silence, right and wrong codes, answers to pushes, hanging up, and faults: each from every state,
        by calling again and again.

        \b
        Examples:
          phone explore --guard '/ivr/verify_*' --protected '/ivr/account_*'
          phone explore --url http://127.0.0.1:5000/voice --depth 6 --tree tree.json
          phone explore --html tree.html --mermaid tree.mmd
          phone explore --baseline known.json --junit explore.xml

        Exit code: 0 nothing new, 1 new findings, 2 wrong use or nobody answers, 130 interrupted.
        """
        from simulator.cli.exploring import Choices, run_exploration

        line = check_together(options_from(given).over(options))
        return run_exploration(line, Choices(**given), replayed)


def _explore_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(OPTIONS):
        command = option(command)
    return command
