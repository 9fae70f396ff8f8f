"""What a failed test shows of its calls, and the journal it leaves behind. Masked; decides nothing about the test."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from simulator.callers.record import Request
from simulator.callers.script.misses import warning_shown
from simulator.callers.script.transcript import transcript
from simulator.operator.journal import Entry
from simulator.operator.masking import Mask
from simulator.testing.line import Line
from simulator.vocabulary import Fetched, Replied, Told, Unreachable, Warned


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
    return "\n".join(f"{title}:\n" + "\n".join(f"  {each}" for each in lines or ("none",)) for title, lines in parts)


def masked(line: Happened, text: str) -> str:
    """Text of anybody, without what was typed in these calls."""
    mask = line.mask()
    transcript(line.entries, (), mask, names=line.names)  # the mask learns
    return mask.text(text)


def keep_journal(line: Line, folder: Path, test: str) -> Path:
    """Write the masked journal of a test's calls into a file named after the test."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{re.sub(r'[^A-Za-z0-9.-]+', '_', test).strip('_')[:200]}.jsonl"
    lines = line.operator.journal.lines(line.mask())
    path.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
    return path


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
