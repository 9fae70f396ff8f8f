"""What docs/testing.md says of Hypothesis and CI: the machine on the page runs, and so do the workflow's commands."""

import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from simulator.cli.phone import make_phone
from tests.testing_kit.lines import MENU, served, wsgi

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "testing.md").read_text()
FILES = dict(re.findall(r"```python (\S+)\n(.*?)```", PAGE, re.DOTALL)[:3])
WORKFLOW: dict[str, Any] = yaml.safe_load((DOCS / "examples/github-actions.yml").read_text())  # YAML's own types
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["calls"]["steps"]
SCRIPT = "steps:\n  - hear: for your balance press 1\n  - press: 9\n  - hear: sorry\n  - hangup: true\n"


def command(name: str) -> list[str]:
    (found,) = (step["run"] for step in STEPS if step.get("name") == name)
    return shlex.split(found)


def test_the_machine_on_the_page_passes(run_files: Callable[..., pytest.RunResult]) -> None:
    (machine,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    result = run_files({"line.py": FILES["line.py"], "test_callers.py": machine})

    result.assert_outcomes(passed=1)


def test_the_machine_on_the_page_finds_what_is_wrong(run_files: Callable[..., pytest.RunResult]) -> None:
    (machine,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    quick = machine.replace("import settings", "import Phase, settings")
    quick = quick.replace("deadline=None", "deadline=None, phases=[Phase.generate]")
    wrong = FILES["line.py"].replace('!= "1"', '== "9"')

    result = run_files({"line.py": wrong, "test_callers.py": quick})

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the call:*", "*requests:*"])


@pytest.fixture
def url() -> Iterator[str]:
    """The good line, served as the workflow serves its own."""
    pages = {
        "/voice": lambda _: MENU,
        "/menu": lambda _: "<Say>Sorry.</Say><Redirect>/voice</Redirect>",
    }
    with served(wsgi(pages)) as base:
        yield f"{base}/voice"


def phone(arguments: list[str], url: str) -> Result:
    known = {"$VOICE_URL": url, "calls/*.yaml": "calls/one.yaml"}
    return CliRunner().invoke(make_phone(), [known.get(each, each) for each in arguments])


def test_the_workflow_s_commands_do_what_they_say(url: str, tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls/one.yaml").write_text(SCRIPT)
    call, explore = command("call scripts"), command("every way through the line")
    assert (call[0], explore[0]) == ("phone", "phone")

    with chdir(tmp_path):  # the commands write where they stand
        called = phone(call[1:], url)
        known = phone([*explore[1:], "--write-baseline"], url)
        explored = phone(explore[1:], url)

    assert called.exit_code == 0, called.output
    assert known.exit_code == 0, known.output
    assert explored.exit_code == 0, explored.output
    written = {path.name for path in tmp_path.iterdir()}
    assert {"calls.xml", "calls.json", "explore.xml", "tree.html", "baseline.json"} <= written


def test_the_workflow_s_options_of_pytest_are_there(
    pytester: pytest.Pytester, run_files: Callable[..., pytest.RunResult]
) -> None:
    arguments = command("tests")
    assert arguments[0] == "pytest"

    result = run_files(FILES, *arguments[1:])

    result.assert_outcomes(passed=3)
    assert {"pytest.xml", "coverage.json"} <= {path.name for path in pytester.path.iterdir()}
