"""The command `phone explore`, from outside."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from okta_twilio_ivr.replays import replayed_demo
from simulator.cli.explore import OPTIONS
from simulator.cli.phone import make_phone
from simulator.explorer.findings.table import RULES
from simulator.network import OpenNetwork
from tests.callers.line import Line, open_line
from tests.explorer.defects import DEFECTS
from tests.explorer.usual_lines import asking, branches

PAGE = Path(__file__).parents[2] / "docs" / "explore.md"
SHALLOW = ("--depth", "2", "--faults", "0", "--revisits", "0")


def phone_explore(*arguments: str, network: OpenNetwork | None = None, in_github: bool = False) -> Result:
    group = make_phone(replayed=lambda: network or replayed_demo())
    environment = {"GITHUB_ACTIONS": "true" if in_github else None}
    return CliRunner(env=environment).invoke(group, ["explore", *SHALLOW, *arguments])


def test_a_line_without_findings_succeeds() -> None:
    result = phone_explore()

    assert result.exit_code == 0, result.output
    assert "no findings" in result.output


def test_a_finding_fails_with_path_transcript_and_remedy(tmp_path: Path) -> None:
    file = tmp_path / "explore.xml"
    network = DEFECTS["500 on an odd key"].open()

    result = phone_explore("--junit", str(file), "--github", network=network)

    assert result.exit_code == 1
    assert "application-error" in result.output
    assert "press 7" in result.output
    assert "remedy" in result.output
    assert "::error title=phone explore%3A application-error" in result.output
    assert 'failures="1"' in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "in_github", "annotated"),
    [([], True, True), (["--no-github"], True, False), ([], False, False), (["--json"], True, False)],
)
def test_findings_are_annotated_in_github_s_runs_unless_said_otherwise(
    arguments: list[str], in_github: bool, annotated: bool
) -> None:
    result = phone_explore(*arguments, network=DEFECTS["500 on an odd key"].open(), in_github=in_github)

    assert ("\n::error title=phone explore%3A" in result.output) is annotated


FORGETFUL = {
    "/voice": asking("For sales press 1, for support press 2.", after="<Say>Goodbye.</Say>"),
    "/menu": branches({"1": "<Say>Sales.</Say>"}, "<Redirect>/voice</Redirect>"),
}


def test_a_note_is_shown_and_fails_nothing(tmp_path: Path) -> None:
    file = tmp_path / "explore.xml"

    result = phone_explore("--junit", str(file), "--github", network=open_line(Line(FORGETFUL)))

    assert result.exit_code == 0
    assert "note option-nowhere: At /voice, to press 2 leads where every unannounced key leads.\n" in result.output
    assert result.output.endswith("no findings, 1 note\n")
    assert 'failures="0"' in file.read_text("utf-8")


def test_the_ways_to_a_finding_are_counted_and_named() -> None:
    network = open_line(Line({**FORGETFUL, "/menu": branches({"1": "<Say>Sales.</Say>"}, "")}))

    result = phone_explore(network=network)
    (finding,) = json.loads(phone_explore("--json", network=network).output)["findings"]

    assert "  10 ways: at /voice, press 0, 2–9 or *\n" in result.output
    assert (finding["times"], finding["ways"]) == (10, [{"at": "/voice", "moves": "press 0, 2–9 or *"}])


def test_known_findings_do_not_fail(tmp_path: Path) -> None:
    known = str(tmp_path / "known.json")
    network = DEFECTS["500 on an odd key"].open()

    first = phone_explore("--baseline", known, "--write-baseline", network=network)
    second = phone_explore("--baseline", known, "--json", network=network)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert [each["new"] for each in json.loads(second.output)["findings"]] == [False]


def test_wrong_use_is_one_sentence(tmp_path: Path) -> None:
    for arguments, words in (
        (["--guard", "/a"], "--protected"),
        (["--write-baseline"], "--baseline"),
        (["--baseline", str(tmp_path / "none.json")], "no baseline"),
        (["--fault", "rain"], "unknown fault 'rain'"),
        (["--announce", "("], "--announce"),
        (["--code", "abc"], "digits"),
    ):
        result = phone_explore(*arguments)
        assert result.exit_code == 2, arguments
        assert words in result.output


def test_the_page_s_table_of_rules_is_the_table_of_rules() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.+) \|$", PAGE.read_text("utf-8").partition("## What it finds")[2], re.M)

    assert rows == [(name, row.meaning) for name, row in RULES.items()]


def test_every_option_is_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    command = make_phone().get_command(None, "explore")  # type: ignore[arg-type]
    assert command is not None
    own = command.params[-len(OPTIONS) :]

    assert [option.opts[0] for option in own if f"| `{option.opts[0]}" not in page] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_costs_one_file_and_not_what_was_found(tmp_path: Path) -> None:
    page = tmp_path / "tree.html"

    result = phone_explore("--tree", "/dev/full", "--html", str(page))

    assert result.exit_code == 1
    assert result.stderr == "phone: /dev/full cannot be written: No space left on device\n"
    assert "no findings" in result.stdout
    assert "</html>" in page.read_text("utf-8")


def test_no_file_of_an_exploration_replaces_another(tmp_path: Path) -> None:
    file = str(tmp_path / "x")

    result = phone_explore("--html", file, "--dot", file)

    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert f"--html {file} would replace a file that --dot writes" in result.stderr
