"""How the commands of `ivr` print, ask and end: a line at a time, so that nothing foreign steers a terminal or CI.

No other module of the line writes to stdout or stderr but its log (`observability/logs.py`); ruff forbids click's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click

from ivr.printable import json_text, one_line


def print_line(text: str, *, err: bool = False) -> None:
    """One line, whatever the text holds."""
    click.echo(one_line(text), err=err)


def print_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Each as a line of its own."""
    for line in lines:
        print_line(line, err=err)


def print_json(document: Any) -> None:  # whatever JSON can hold
    """A document for programs, whose texts are whole all the same."""
    click.echo(json_text(document, indent=2))


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a row. The last column is as long as it likes."""
    rows = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def agreed(question: str) -> bool:
    """No answer, as in a script without --yes, is a no."""
    try:
        return click.confirm(one_line(question), default=False)
    except click.Abort:
        print_line("")
        return False


def typed(question: str) -> str:
    """What somebody types; '' where nobody does, as in a script."""
    try:
        return str(click.prompt(one_line(question), default="", show_default=False)).strip()
    except click.Abort:
        print_line("")
        return ""


INTERRUPTED = 130


class InterruptibleGroup(click.Group):
    """Commands that Ctrl-C ends with the exit code shells give for it, without a word."""

    def invoke(self, ctx: click.Context) -> Any:
        """See click, whose own end is "Aborted!" and 1."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            raise click.exceptions.Exit(INTERRUPTED) from None


class Refusal(click.ClickException):
    """Wrong use: one sentence on stderr, exit code 2."""

    exit_code = 2

    def format_message(self) -> str:
        """The sentence alone."""
        return one_line(self.message)


class Failure(Refusal):
    """Rightly used, but it did not work: one sentence on stderr, exit code 1."""

    exit_code = 1
