"""A line that says hostile things, or a disk that is full, harms neither the terminal, nor CI, nor the run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.printing.harmless import HOSTILE, IN_XML, MARK, harm_in

Run = Callable[..., pytest.RunResult]
LINE = f'''
def voice_app():
    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        text = """<Response><Say {MARK}="{IN_XML}">{IN_XML}</Say><Redirect>/{IN_XML}</Redirect></Response>"""
        await send({{"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]}})
        await send({{"type": "http.response.body", "body": text.encode()}})
    return app
'''
CONFTEST = """
import pytest
import line

@pytest.fixture
def voice_app():
    return line.voice_app()
"""
FAILS = """
def test_fails(phone):
    phone.dial()
    phone.hears("never")
"""


def project(tests: str) -> dict[str, str]:
    return {"line.py": LINE, "conftest.py": CONFTEST, "test_line.py": tests}


def test_a_failed_test_is_told_harmlessly(run_files: Run) -> None:
    result = run_files(project(FAILS), "--phone-coverage-fail-under", "1", "--tb", "line")

    shown = "\n".join(line for line in result.outlines if MARK in line)
    result.assert_outcomes(failed=1)
    assert shown
    assert harm_in(shown) == []


def test_a_command_that_ends_is_told_harmlessly(run_files: Run) -> None:
    command = f"import sys; sys.exit({HOSTILE!r})"
    files = {"server.py": command, "test_line.py": "def test_one(phone):\n    pass\n"}

    result = run_files(files, "--voice-command", "python server.py", "--tb", "short")

    shown = "\n".join(line for line in result.outlines if MARK in line)
    result.assert_outcomes(errors=1)
    assert shown
    assert harm_in(shown) == []


def test_a_journal_that_cannot_be_kept_is_said_with_the_failure(run_files: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result = run_files(project(FAILS), "--phone-journal", str(tmp_path / "file" / "journals"))

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["journal: not kept, *: Not a directory"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_coverage_that_cannot_be_written_fails_the_run_and_nothing_else(run_files: Run) -> None:
    passes = "def test_passes(phone):\n    phone.dial()\n"

    result = run_files(project(passes), "--phone-coverage", "/dev/full")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["FAIL: /dev/full cannot be written: No space left on device"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")
