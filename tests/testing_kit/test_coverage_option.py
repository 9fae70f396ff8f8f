"""`--phone-coverage`: which menus and keys a project's tests reached; with workers see `test_phone_and_commands`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., pytest.RunResult]
TESTS = """
    def test_one(phone):
        phone.dial()
        phone.press("1")

    async def test_two(phone):
        await phone.dial()
        await phone.press("2")
        await phone.press("471906")

    def test_no_call():
        pass
"""


def coverage(pytester: pytest.Pytester) -> dict[str, dict[str, int]]:
    data = json.loads(Path(pytester.path / "coverage.json").read_text())
    return {menu["path"]: menu["taken"] for menu in data["menus"]}


def test_the_file_and_the_table(run: Run, application: str, pytester: pytest.Pytester) -> None:
    result = run(application, TESTS, "--phone-coverage", "coverage.json")

    result.assert_outcomes(passed=3)
    assert coverage(pytester) == {"/voice": {"1": 1, "2": 1}, "/menu": {"code": 1}}
    result.stdout.fnmatch_lines(["*- call tree coverage: * options of 2 menus taken (*", "menu *", "/menu *code 1*"])
    assert "471906" not in Path(pytester.path / "coverage.json").read_text()


@pytest.mark.parametrize(("least", "code"), [("50", 0), ("90", 1)])
def test_too_little_fails_the_run(run: Run, application: str, least: str, code: int) -> None:
    result = run(application, TESTS, "--phone-coverage-fail-under", least)

    assert result.ret == code
    if code:
        result.stdout.fnmatch_lines(["FAIL: call tree coverage of * % is less than 90 %"])


@pytest.mark.parametrize("application", ["WSGI"], indirect=True)
def test_a_file_that_cannot_be_written_is_refused_before_any_test(run: Run, application: str) -> None:
    result = run(application, TESTS, "--phone-coverage", "no/coverage.json")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--phone-coverage: no/coverage.json cannot be written: there is no directory no"])


def test_without_the_option_nothing_is_counted(run: Run, application: str) -> None:
    result = run(application, TESTS)

    result.assert_outcomes(passed=3)
    result.stdout.no_fnmatch_line("*call tree coverage*")
