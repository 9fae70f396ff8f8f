"""How the phone's commands print: a line at a time, so that nothing foreign steers the terminal or commands CI.

No other module of the command line writes to stdout or stderr; ruff forbids click's own functions there.
"""

import logging
import sys
import traceback
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Literal

import click

from simulator.operator.masking import Mask
from simulator.printable import json_text, one_line

Look = Literal["good", "bad", "odd", "aside", "soft"]
Part = str | tuple[str, Look]
"""A piece of a line, with or without a look of its own."""
_LOOKS: dict[Look, dict[str, Any]] = {  # click's own options
    "good": {"fg": "green"},
    "bad": {"fg": "red", "bold": True},
    "odd": {"fg": "yellow", "bold": True},
    "aside": {"fg": "cyan", "bold": True},
    "soft": {"dim": True},
}
AnnotationLevel = Literal["error", "warning", "notice"]
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def print_line(*parts: Part, err: bool = False) -> None:
    """Print one line, whatever the parts hold; their looks are left out where no terminal shows them."""
    click.echo("".join(map(_shown, parts)), err=err)


def print_json(data: Any) -> None:  # whatever JSON can hold
    """Print a document for programs, whose texts are whole all the same."""
    click.echo(json_text(data, indent=1))


def print_command(line: str) -> None:
    """Print a line that is meant to command CI; whoever made it has escaped what is foreign in it."""
    click.echo(line)


def print_traceback() -> None:
    """Print the exception that is being handled, for an error of our own."""
    for line in traceback.format_exc().splitlines():
        print_line(line, err=True)


def print_safely() -> None:
    """Have this process write what its terminal cannot show as escapes, and log records as lines of ours."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_OneLine())


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Format each line of the record by itself: a traceback has several."""
        return "\n".join(map(one_line, super().format(record).splitlines()))


def _shown(part: Part) -> str:
    if isinstance(part, str):
        return one_line(part)
    text, look = part
    return click.style(one_line(text), **_LOOKS[look])


def annotation(
    level: AnnotationLevel, title: str, message: str, file: str | None = None, line: int | None = None
) -> str:
    """Write GitHub's command for one annotation, without a line's end; `file` is relative to the repository.

    A message may have several lines. A line without a file means nothing to GitHub and is left out. A step shows at
    most ten errors, ten warnings and ten notices; what comes later is only in the log (confidence M). Source: GitHub
    docs, "Workflow commands for GitHub Actions"; the escapes are those of actions/toolkit, `command.ts`.
    """
    properties = {"title": title}
    if file is not None:
        properties |= {"file": file} | ({} if line is None else {"line": str(line)})
    pairs = ((name, one_line(value).translate(_PROPERTY)) for name, value in properties.items())
    told = ",".join(f"{name}={value}" for name, value in pairs if value)
    data = "\n".join(map(one_line, message.split("\n"))).translate(_DATA)
    return f"::{level}{' ' if told else ''}{told}::{data}"


def are_wanted(choice: bool | None, environ: Mapping[str, str]) -> bool:
    """Decide as --github or --no-github say; without either, whether this is a run of GitHub Actions."""
    return environ.get("GITHUB_ACTIONS") == "true" if choice is None else choice


def in_workspace(file: Path, environ: Mapping[str, str]) -> str:
    """Name the file as GitHub knows it: from the root of the checkout, which need not be the working directory."""
    root = environ.get("GITHUB_WORKSPACE")
    path = file.resolve()
    if root and path.is_relative_to(Path(root).resolve()):
        return path.relative_to(Path(root).resolve()).as_posix()
    return file.as_posix()


def nobody_answered(trouble: str, code: int | None) -> str:
    """Say what happened, Twilio's code for it, and what to do; `trouble` is the wire's own sentence."""
    twilio = f" (Twilio's code {code})" if code else ""
    remedy = "start the application or correct its URL (callers hear an announcement)."
    return f"Nobody answered: {Mask().text(trouble)}{twilio}; {remedy}"
