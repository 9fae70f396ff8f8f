"""The command `phone explore`, from outside."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from demo.replays import replayed_demo
from simulator.cli.explore import OPTIONS
from simulator.cli.phone import make_phone
from simulator.network import OpenNetwork
from tests.explorer.defects import DEFECTS

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
        (["--fault", "rain"], "no fault 'rain'"),
        (["--announce", "("], "--announce"),
        (["--code", "abc"], "digits"),
    ):
        result = phone_explore(*arguments)
        assert result.exit_code == 2, arguments
        assert words in result.output


def test_every_option_is_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    command = make_phone().get_command(None, "explore")  # type: ignore[arg-type]
    assert command is not None
    own = command.params[-len(OPTIONS) :]

    assert [option.opts[0] for option in own if f"| `{option.opts[0]}" not in page] == []
