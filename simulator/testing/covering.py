"""The part of the pytest plugin that counts which menus and keys the tests' calls reached; on only when asked for.

With pytest-xdist every worker counts, and the process that started them adds up, writes and judges.
"""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import SimulatorError
from simulator.explorer.coverage import Coverage
from simulator.files import check_writable, write_file
from simulator.testing.line import Line

_FROM_WORKER = "phone_coverage"


class Covering:
    """Registered as a plugin of its own. `line` is where a test's item keeps its line."""

    def __init__(self, config: pytest.Config, line: pytest.StashKey[Line], file: str | None, least: float) -> None:
        self._coverage = Coverage()
        self._line = line
        self._file = None if file is None else Path(file)
        self._least = least
        self._unwritten = ""
        self._output: dict[str, Any] | None = getattr(config, "workeroutput", None)  # xdist's, in a worker
        if self._file is not None and self._output is None:
            try:
                check_writable(self._file)
            except SimulatorError as error:
                raise pytest.UsageError(f"--phone-coverage: {error}") from None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """While the test's line is still there."""
        line = item.stash.get(self._line, None)
        if line is not None:
            self._coverage.add(line.entries)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # xdist's own type
        """A worker is done."""
        output = getattr(node, "workeroutput", None) or {}
        if _FROM_WORKER in output:
            self._coverage.merge(output[_FROM_WORKER])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """All tests are over: hand the counts on, or write and judge them."""
        result = yield
        if self._output is not None:
            self._output[_FROM_WORKER] = self._coverage.to_data()
            return result
        if self._file is not None:
            self._write(self._file)
        if self._unwritten and not session.config.option.collectonly:
            session.testsfailed += 1
        if self._is_too_little and not session.config.option.collectonly:
            session.testsfailed += 1
        return result

    def _write(self, file: Path) -> None:
        try:
            write_file(file, self._coverage.to_json())
        except SimulatorError as error:
            self._unwritten = str(error)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._output is not None:
            return
        terminalreporter.write_sep("-", f"call tree coverage: {self._coverage.summary()}")
        if self._coverage.options:
            for line in self._coverage.table():
                terminalreporter.write_line(line)
        if self._unwritten:
            terminalreporter.write_line(f"FAIL: {self._unwritten}", red=True)
        if self._is_too_little:
            terminalreporter.write_line(
                f"FAIL: call tree coverage of {self._coverage.percent:.1f} % is less than {self._least:g} %", red=True
            )

    @property
    def _is_too_little(self) -> bool:
        return self._coverage.percent < self._least
