"""GitHub's annotations: one line of output that a workflow run shows beside a file. Formats only, prints nothing.

Source: GitHub docs, "Workflow commands for GitHub Actions"; the escapes are those of actions/toolkit, `command.ts`.
A step shows at most ten errors, ten warnings and ten notices; what comes later is only in the log (confidence M).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

AnnotationLevel = Literal["error", "warning", "notice"]
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def annotation(
    level: AnnotationLevel, title: str, message: str, file: str | None = None, line: int | None = None
) -> str:
    """The command for one annotation, without a line's end; `file` is relative to the repository (see `in_workspace`).

    A message may have several lines. A line without a file means nothing to GitHub and is left out.
    """
    properties = {"title": title}
    if file is not None:
        properties |= {"file": file} | ({} if line is None else {"line": str(line)})
    told = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items() if value)
    return f"::{level}{' ' if told else ''}{told}::{message.translate(_DATA)}"


def are_wanted(choice: bool | None, environ: Mapping[str, str]) -> bool:
    """As --github or --no-github say; without either, when this is a run of GitHub Actions."""
    return environ.get("GITHUB_ACTIONS") == "true" if choice is None else choice


def in_workspace(file: Path, environ: Mapping[str, str]) -> str:
    """The file as GitHub knows it: from the root of the checkout, which need not be the working directory."""
    root = environ.get("GITHUB_WORKSPACE")
    path = file.resolve()
    if root and path.is_relative_to(Path(root).resolve()):
        return path.relative_to(Path(root).resolve()).as_posix()
    return file.as_posix()
