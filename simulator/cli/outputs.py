"""The files that `phone call` writes, each call as soon as it is over; of no call more is kept than what they need.

The journal is there line by line. Report, JUnit and coverage appear whole at the end, or not at all.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Protocol

from simulator.callers.script.reports import junit_case, report
from simulator.callers.script.result import CallResult
from simulator.cli.printing import print_line
from simulator.errors import WrongUseError
from simulator.files import Draft, GrowingFile, check_outputs, write_file
from simulator.printable import json_text

if TYPE_CHECKING:
    from simulator.explorer.coverage import Coverage


class Output(Protocol):
    """One file. Its methods may raise OSError, and then only `discard` is called."""

    def add(self, result: CallResult) -> None:
        """Take a call that is over."""

    def close(self) -> None:
        """Finish: all calls are over."""

    def discard(self) -> None:
        """Leave nothing unfinished behind."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where to write what; None is not written."""

    report: Path | None = None
    junit: Path | None = None
    journal: Path | None = None
    coverage: Path | None = None

    def check(self, scripts: Iterable[Path]) -> None:
        """Raises WrongUseError for a file that could not be written, is given twice or is a script."""
        given = {"--report": self.report, "--junit": self.junit, "--journal": self.journal, "--coverage": self.coverage}
        check_outputs(given, scripts)


class Outputs:
    """All that are asked for. One that cannot be written is given up; `tell` says so at once, and the others go on.

    Raises WrongUseError when one cannot be begun.
    """

    def __init__(self, files: Files, coverage: "Coverage | None", tell: Callable[[str], None]) -> None:
        self.is_whole = True
        """Nothing was given up so far."""
        self._tell = tell
        self._open: list[tuple[Path, Output]] = []
        for path, begin in (
            (files.report, ReportOutput),
            (files.junit, JunitOutput),
            (files.coverage, lambda path: CoverageOutput(path, coverage)),
            (files.journal, JournalOutput),  # last: what was in it is lost as soon as it is begun
        ):
            if path is not None:
                self._begin(path, begin)

    def add(self, result: CallResult) -> None:
        """Write the call that is over everywhere."""
        self._open = [each for each in self._open if self._does(each, lambda output: output.add(result))]

    def close(self) -> None:
        """Finish: all calls are over."""
        for each in self._open:
            self._does(each, lambda output: output.close())
        self._open = []

    def _begin(self, path: Path, begin: Callable[[Path], Output]) -> None:
        try:
            self._open.append((path, begin(path)))
        except (OSError, WrongUseError) as error:
            for _, output in self._open:
                output.discard()
            if isinstance(error, WrongUseError):
                raise
            raise WrongUseError(f"{path} cannot be written: {error.strerror}") from None

    def _does(self, each: tuple[Path, Output], act: Callable[[Output], None]) -> bool:
        """Try it and tell whether it worked; what cannot be done is given up."""
        path, output = each
        try:
            act(output)
        except OSError as error:
            self.is_whole = False
            output.discard()
            self._tell(f"{path} cannot be written: {error.strerror}; the calls go on without it")
            return False
        return True


def write_or_tell(path: Path, text: str) -> bool:
    """Try to write the file; if it cannot be, say so, for what stands in it must not stop the rest."""
    try:
        write_file(path, text)
    except WrongUseError as error:
        print_line(f"phone: {error}", err=True)
        return False
    return True


class JournalOutput:
    """Every call's entries, a line each."""

    def __init__(self, path: Path) -> None:
        self._file = GrowingFile(path)

    def add(self, result: CallResult) -> None:
        for line in result.journal_lines():
            self._file.write(line)

    def close(self) -> None:
        self._file.close()

    def discard(self) -> None:
        """Keep what could be written."""
        self._file.close()


class ReportOutput:
    """A list in JSON with one object per call."""

    def __init__(self, path: Path) -> None:
        self._draft = Draft(path)
        self._is_empty = True

    def add(self, result: CallResult) -> None:
        call = indent(json_text(report(result), indent=1), " ")
        self._draft.write(f"[\n{call}" if self._is_empty else f",\n{call}")
        self._is_empty = False

    def close(self) -> None:
        self._draft.write("[]\n" if self._is_empty else "\n]\n")
        self._draft.finish()

    def discard(self) -> None:
        self._draft.discard()


class JunitOutput:
    """A test case per call. Their totals stand before them, so the cases wait in a file without a name."""

    def __init__(self, path: Path) -> None:
        self._draft = Draft(path)
        from tempfile import TemporaryFile  # brings decompressors along

        self._cases = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed when all calls are over
        from simulator import junit

        self._totals = junit.Totals()

    def add(self, result: CallResult) -> None:
        self._cases.write(junit_case(result))
        self._totals.tests += 1
        self._totals.seconds += result.wall_seconds
        self._totals.errors += result.is_interrupted
        self._totals.failures += not result.ok and not result.is_interrupted

    def close(self) -> None:
        self._cases.seek(0)
        from simulator import junit

        for part in junit.document("phone call", self._totals, self._cases):
            self._draft.write(part)
        self._draft.finish()
        self._cases.close()

    def discard(self) -> None:
        with suppress(OSError):
            self._cases.close()
        self._draft.discard()


class CoverageOutput:
    """Which options of which menus the calls took."""

    def __init__(self, path: Path, coverage: "Coverage | None") -> None:
        assert coverage is not None
        self._draft = Draft(path)
        self._coverage = coverage

    def add(self, result: CallResult) -> None:
        self._coverage.add(result.journal.entries)

    def close(self) -> None:
        self._draft.write(self._coverage.to_json())
        self._draft.finish()

    def discard(self) -> None:
        self._draft.discard()
