"""The scripts of docs/calls, played against the demo as the README says."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from okta_twilio_ivr.world import open_demo
from simulator.cli.phone import make_phone

SCRIPTS = sorted((Path(__file__).parents[2] / "docs" / "calls").glob("*.yaml"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_an_example_goes_as_it_says_without_any_warning(script: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.json"

    result = CliRunner().invoke(make_phone(open_demo), ["call", str(script), "--strict", "--report", str(out)])

    assert result.exit_code == 0, result.output
    (call,) = json.loads(out.read_text())
    assert call["ended"] == "completed"


@pytest.mark.parametrize(
    ("name", "said", "changed"),
    [
        ("sms", "Your balance is", "Your ballast is"),
        ("push-approved", "Thank you, Jon", "Thank you, Jan"),
        ("push-denied", "was declined", "was refined"),
    ],
)
def test_one_changed_word_fails_with_step_transcript_and_nearest(
    tmp_path: Path, name: str, said: str, changed: str
) -> None:
    (original,) = (path for path in SCRIPTS if path.stem == name)
    script = tmp_path / original.name
    script.write_text(original.read_text().replace(said, changed))

    result = CliRunner().invoke(make_phone(open_demo), ["call", str(script)])

    assert result.exit_code == 1
    assert f"{changed}" in result.stdout
    assert "was not heard" in result.stdout
    nearest = next(line for line in result.stdout.splitlines() if "nearest: " in line)
    assert said in nearest
    assert "transcript:" in result.stdout


def test_a_code_is_nowhere_in_the_output_of_the_demo(tmp_path: Path) -> None:
    """The report of an unmasked run tells the code; the masked one of the same seed does not."""
    script = str(next(path for path in SCRIPTS if path.stem == "sms"))
    out = tmp_path / "report.json"
    CliRunner().invoke(make_phone(open_demo), ["call", script, "--report", str(out), "--unmasked"])
    requests = json.loads(out.read_text())[0]["requests"]
    (code,) = {each["params"]["Digits"] for each in requests if len(each["params"].get("Digits", "")) == 6}

    CliRunner().invoke(make_phone(open_demo), ["call", script, "--report", str(out)])

    assert code not in out.read_text()
