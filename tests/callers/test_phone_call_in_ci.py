"""`phone call` in CI: GitHub annotations beside the step that failed, coverage of the menus, JUnit as CI reads it."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from simulator.cli.phone import make_phone
from tests.callers.line import Line, Pages, Play, open_line

PAGES: Pages = {
    "/voice": '<Gather numDigits="1" action="/next"><Say>For sales press 1, for support press 2.</Say></Gather>',
    "/next": "<Say>Thanks.</Say>",
}
GOOD = "- press: 1\n- expect_end: completed"
BAD = "- hear: '100% wrong, or: not'"
IN_GITHUB = {"GITHUB_ACTIONS": "true"}
JUNIT = {
    "testsuites": {"name", "time", "tests", "failures", "disabled", "errors"},
    "testsuite": {
        "name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id", "package",
    },
    "testcase": {"name", "classname", "time", "assertions", "status"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
}  # fmt: skip
"""Elements and attributes that Jenkins' xUnit plugin knows (its junit-10.xsd), as far as they are used."""


def call(script: Path, *arguments: str | Path, **environment: str) -> Result:
    given = [str(each) for each in ("call", script, *arguments)]
    return CliRunner().invoke(
        make_phone(open_line(Line(PAGES))), given, env={"GITHUB_ACTIONS": "", "GITHUB_WORKSPACE": ""} | environment
    )


def annotations(result: Result) -> list[str]:
    return [line for line in result.stdout.splitlines() if line.startswith("::")]


def test_a_failed_call_is_annotated_where_its_step_stands(play: Play) -> None:
    script = play.write(BAD)

    (line,) = annotations(call(script, **IN_GITHUB, GITHUB_WORKSPACE=str(script.parent)))

    found = re.fullmatch(r"::error title=phone call%3A ([^,]*),file=([^,]*),line=(\d+)::(.*)", line)
    assert found is not None
    assert found[2] == script.name
    assert "100% wrong" in script.read_text().splitlines()[int(found[3]) - 1]
    assert '"100%25 wrong, or: not" was not heard' in found[4]
    assert "%0A" in found[4]


@pytest.mark.parametrize(
    ("arguments", "environment", "count"),
    [((), {}, 0), (("--github",), {}, 1), (("--no-github",), IN_GITHUB, 0), ((), IN_GITHUB, 1)],
)
def test_annotations_come_in_github_s_runs_or_when_asked_for(
    play: Play, arguments: tuple[str, ...], environment: dict[str, str], count: int
) -> None:
    assert len(annotations(call(play.write(BAD), *arguments, **environment))) == count


def test_a_good_call_is_not_annotated(play: Play) -> None:
    assert not annotations(call(play.write(GOOD), **IN_GITHUB))


def test_coverage_is_written_and_summed_up(play: Play, tmp_path: Path) -> None:
    file = tmp_path / "coverage.json"

    result = call(play.write(GOOD), "--coverage", file)

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "call tree: 1 of 3 options of 1 menu taken (33 %)"
    (menu,) = json.loads(file.read_text())["menus"]
    assert menu == {
        "path": "/voice",
        "prompt": "For sales press 1, for support press 2.",
        "options": ["1", "2", "silence"],
        "taken": {"1": 1},
        "never": ["2", "silence"],
    }


def test_junit_is_what_ci_reads(play: Play, tmp_path: Path) -> None:
    file = tmp_path / "out.xml"

    call(play.write(BAD), "--junit", file)

    root = ElementTree.parse(file).getroot()
    for element in root.iter():
        assert set(element.attrib) <= JUNIT[element.tag], element.tag
    (suite,) = root
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.attrib["tests"]) == int(root.attrib["tests"])
    assert len(suite.findall("testcase/failure")) == int(suite.attrib["failures"]) == 1
    assert all(re.fullmatch(r"\d+\.\d{3}", each.attrib["time"]) for each in [root, suite, *cases])
