"""docs/testing.md: its project passes as it stands there, and its tables name what there is."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.testing import plugin
from simulator.testing.synchronous import Phone
from simulator.testing.telephone import AsyncPhone

Run = Callable[..., pytest.RunResult]
PAGE = (Path(__file__).parents[2] / "docs/testing.md").read_text()
FILES = dict(re.findall(r"```python (\S+)\n(.*?)```", PAGE, re.DOTALL))


def first_column(heading: str) -> list[str]:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([\w-]+)", section, re.MULTILINE)


def public(kind: type) -> dict[str, object]:
    return {name: value for name, value in vars(kind).items() if not name.startswith("_")}


def methods(kind: type) -> dict[str, inspect.Signature]:
    return {name: inspect.signature(value) for name, value in public(kind).items() if inspect.isfunction(value)}


def test_the_project_passes_where_the_package_is_installed(run_files: Run) -> None:
    run_files(FILES, apart=True).assert_outcomes(passed=3)


def test_the_failure_shown_is_the_failure_there_is(run_files: Run) -> None:
    mistyped = FILES["test_line.py"].replace("your balance is", "your ballance is")

    result = run_files(FILES | {"test_line.py": mistyped})

    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    result.stdout.fnmatch_lines([f"*{line}" for line in shown.splitlines()])


def test_the_table_of_methods_is_complete() -> None:
    assert set(first_column("The telephone")) == set(methods(AsyncPhone))


def test_both_telephones_are_the_same_but_for_await() -> None:
    assert methods(Phone) == methods(AsyncPhone)
    assert public(Phone).keys() == public(AsyncPhone).keys()


def test_the_table_of_fixtures_is_complete() -> None:
    fixtures = {name for name in vars(plugin) if type(getattr(plugin, name)).__name__ == "FixtureFunctionDefinition"}

    assert set(first_column("Fixtures")) == {name for name in fixtures if not name.startswith("_")}
