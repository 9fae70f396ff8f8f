"""What must be so at the end of every test, and what a failed one shows of its calls and leaves behind. Masked.

A test that looks at nothing must not pass when the application failed.
"""

import re
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from simulator.callers.script.misses import warning_shown
from simulator.callers.script.transcript import transcript
from simulator.errors import SimulatorError, WrongUseError
from simulator.files import write_file
from simulator.operator.journal import Entry
from simulator.operator.masking import Mask
from simulator.printable import one_line
from simulator.testing.line import Line
from simulator.timeline.failing import FAILED, failed_calls
from simulator.timeline.record import Request
from simulator.vocabulary import Fetched, Replied, Told, Unreachable, Warned
from simulator.wires.wire import WireError


async def finish(line: Line) -> tuple[str, ...]:
    """Let the application answer what it still owes; returns why the test must not pass, nothing if it may."""
    await line.operator.settle()
    return (*never_awaited(line), *line.left_over(), *_failures(line))


def never_awaited(line: Line) -> tuple[str, ...]:
    """Methods of a phone that were called without effect."""
    return tuple(
        f"{call} was never awaited, so it did nothing: write await before it" for call in line.calls.unawaited()
    )


async def troubles_in(work: Awaitable[object]) -> tuple[str, ...]:
    """Why the line could not be opened or closed, such as what an application raised at its start."""
    try:
        await work
    except (SimulatorError, WireError) as error:
        return (str(error),)
    return ()


def _failures(line: Line) -> Iterator[str]:
    """The application raised, or was not there, and the test went on without it."""
    for sid in () if line.may_fail else failed_calls(line.entries):
        if sid not in line.expected_failures:
            warned = [each.item for each in line.entries if each.sid == sid and isinstance(each.item, Warned)]
            why = f": {line.mask().text(warning_shown(warned[-1]))}" if warned else ""
            remedy = f'say so with ended("{FAILED}") or the marker caller(may_fail=True) if it may'
            yield f"the application failed the call{why}; {remedy}"


class Happened(Protocol):
    """Everything that has happened on a line, and how to show it."""

    @property
    def entries(self) -> Sequence[Entry]: ...
    @property
    def names(self) -> Mapping[str, str]: ...
    def mask(self) -> Mask: ...


def report(line: Happened, *, is_told: bool) -> str:
    """Transcript (unless the failure has told it), the debugger's findings, and every request with its parameters."""
    mask = line.mask()
    told = transcript(line.entries, (), mask, names=line.names)  # first, for the mask learns what was typed
    parts = [] if is_told else [("the call", told)]
    parts += [("the debugger", tuple(_findings(line, mask))), ("requests", tuple(_requests(line, mask)))]
    return "\n".join(
        "\n".join((f"{title}:", *(f"  {one_line(each)}" for each in lines or ("none",)))) for title, lines in parts
    )


def masked(line: Happened, text: str) -> str:
    """Text of anybody, without what was typed in these calls."""
    mask = line.mask()
    transcript(line.entries, (), mask, names=line.names)  # the mask learns
    return mask.text(text)


def keep_journal(line: Line, folder: Path, test: str) -> str:
    """Write the masked journal of a test's calls into a file named after the test; says where it is, or why not."""
    path = folder / f"{re.sub(r'[^A-Za-z0-9.-]+', '_', test).strip('_')[:200]}.jsonl"
    lines = line.operator.journal.lines(line.mask())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_file(path, "".join(f"{each}\n" for each in lines))
    except OSError as error:
        return f"not kept, {folder}: {error.strerror}"
    except WrongUseError as error:
        return f"not kept, {error}"
    return str(path)


def _findings(line: Happened, mask: Mask) -> Iterator[str]:
    for entry in line.entries:
        if isinstance(entry.item, Warned):
            remedy = f" – {entry.item.remedy}" if entry.item.remedy else ""
            yield mask.text(f"{warning_shown(entry.item)}{remedy}")


def _requests(line: Happened, mask: Mask) -> Iterator[str]:
    for entry in line.entries:
        if not isinstance(entry.item, Replied | Unreachable | Fetched | Told):
            continue
        for trip in entry.item.trips:
            params = " ".join(f"{name}={value}" for name, value in mask.params(trip.params).items() if value)
            came = f"{trip.status}" if trip.status is not None else trip.error or "no answer"
            yield mask.text(f"{trip.method} {Request(entry.at, trip).url} -> {came}  {params}".rstrip())
