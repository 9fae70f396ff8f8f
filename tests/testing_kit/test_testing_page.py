"""docs/testing.md: its project passes as it stands there, and its tables name what there is."""

import inspect
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from okta_twilio_ivr.testing import plugin, services, telephone
from simulator.testing import AsyncPhone, Phone
from simulator.troubles import WEBHOOK_FAULTS

Run = Callable[..., pytest.RunResult]
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/testing.md").read_text()
FILES = dict(re.findall(r"```(?:python|ini) (\S+)\n(.*?)```", PAGE, re.DOTALL))


def first_column(heading: str) -> list[str]:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows: list[str] = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([\w-]+)", row)]


def public(kind: type) -> dict[str, object]:
    return {name: value for name, value in vars(kind).items() if not name.startswith("_")}


def methods(kind: type) -> dict[str, inspect.Signature]:
    return {name: inspect.signature(value) for name, value in public(kind).items() if inspect.isfunction(value)}


def test_the_project_passes_where_the_package_is_installed(run_files: Run) -> None:
    run_files(FILES, apart=True).assert_outcomes(passed=7)


def test_the_test_of_the_readme_passes_where_the_package_is_installed(run_files: Run) -> None:
    (test,) = re.findall(r"```python (\S+)\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    line = {"flask_line.py": (ROOT / "docs/examples/flask_line.py").read_text()}

    run_files(dict([test]) | line, apart=True).assert_outcomes(passed=1)


def test_the_plugin_comes_with_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert set(project["entry-points"]["pytest11"].values()) == {plugin.__name__}


def test_the_people_on_the_page_live_in_the_fakes(run_files: Run) -> None:
    (people,) = re.findall(r"```py\n(.*?)```", PAGE, re.DOTALL)
    test = (
        "\ndef test_they_do(okta):\n    assert okta.owner('+12125550100')\n    assert not okta.owner('+17735551234')\n"
    )

    run_files({"test_people.py": f"import pytest\n\n{people}{test}"}).assert_outcomes(passed=1)


def test_the_failure_shown_is_the_failure_there_is(run_files: Run) -> None:
    mistyped = FILES["test_line.py"].replace("your balance is", "your ballance is")

    result = run_files(
        {name: text for name, text in FILES.items() if name != "pytest.ini"} | {"test_line.py": mistyped}
    )

    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    result.stdout.fnmatch_lines([f"*{line}" for line in shown.splitlines()])


def test_the_table_of_methods_is_complete() -> None:
    assert set(first_column("The telephone")) == set(methods(AsyncPhone))


def test_the_row_of_breaks_names_every_trouble_of_webhooks() -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| `breaks("))

    assert set(re.findall(r"`([a-z]+-[a-z0-9-]+)`", row)) == set(WEBHOOK_FAULTS)


def test_both_telephones_are_the_same_but_for_await() -> None:
    assert methods(Phone) == methods(AsyncPhone)
    assert public(Phone).keys() == public(AsyncPhone).keys()


@pytest.mark.parametrize("name", public(AsyncPhone))
def test_an_editor_shows_the_same_words_for_both(name: str) -> None:
    assert inspect.getdoc(getattr(Phone, name))
    assert inspect.getdoc(getattr(Phone, name)) == inspect.getdoc(getattr(AsyncPhone, name))


def test_the_table_of_fixtures_is_complete() -> None:
    both = vars(telephone) | vars(services)
    fixtures = {name for name, value in both.items() if type(value).__name__ == "FixtureFunctionDefinition"}

    assert set(first_column("Fixtures")) == {name for name in fixtures if not name.startswith("_")}
