"""Whatever an application says, nothing that a command of the phone prints or writes steers or commands anything."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from simulator.cli.phone import make_phone
from tests.printing.harmless import HOSTILE, MARK, harm_in, steering_in
from tests.printing.hostile_line import CASES, NUMBERS, hostile_line

each_case = pytest.mark.parametrize("case", CASES)


def phone(*words: str | Path) -> Result:
    group = make_phone(hostile_line(), replayed=hostile_line)
    return CliRunner(env={"GITHUB_ACTIONS": "true"}).invoke(group, [str(each) for each in words])


def script_for(case: str, path: Path, name: str = "a call") -> Path:
    """A script that meets the case, and fails on it."""
    head = [f"{field}: {json.dumps(value)}" for field, value in (("name", name), ("from", NUMBERS[case]))]
    path.write_text("\n".join([*head, "steps:", f"- {CASES[case].step}"]))
    return path


def options(folder: Path, names: Iterable[str]) -> list[str | Path]:
    """`--junit FOLDER/junit` and so on."""
    return [word for name in names for word in (f"--{name}", folder / name)]


def steering_in_files(folder: Path, names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, harm) for name in names for harm in steering_in((folder / name).read_text("utf-8"))]


@each_case
def test_a_failed_call_is_told_harmlessly(case: str, tmp_path: Path) -> None:
    names = ("report", "junit", "journal", "coverage")

    result = phone("call", script_for(case, tmp_path / "s.yaml"), "--strict", *options(tmp_path, names))

    assert result.exit_code == 1, result.output
    assert MARK in result.stdout
    assert harm_in(result.output) == []
    assert steering_in_files(tmp_path, names) == []
    assert MARK in (tmp_path / "report").read_text("utf-8")
    assert MARK in ElementTree.parse(tmp_path / "junit").findtext(".//failure", "")


def test_a_script_that_others_wrote_is_told_harmlessly(tmp_path: Path) -> None:
    script = script_for("say", tmp_path / f"{MARK}\n::error::\x1b[2J.yaml", HOSTILE)
    unreadable = tmp_path / "unreadable.yaml"
    unreadable.write_text(json.dumps({"steps": [{"hear": "x", HOSTILE: HOSTILE}]}))

    failed = phone("call", script, *options(tmp_path, ("report", "junit")))
    refused = phone("call", unreadable)

    assert failed.exit_code == 1
    assert harm_in(failed.output) == []
    assert steering_in_files(tmp_path, ("report", "junit")) == []
    assert refused.exit_code == 2
    assert MARK in refused.stderr
    assert harm_in(refused.output) == []


EXPLORED = ("tree", "junit", "mermaid", "dot", "html", "baseline")


@each_case
def test_an_exploration_is_told_harmlessly(case: str, tmp_path: Path) -> None:
    shallow = ("explore", "--depth", "2", "--faults", "0", "--revisits", "0", "--from", NUMBERS[case])

    told = phone(*shallow, *options(tmp_path, EXPLORED[:-1]))
    known = phone(*shallow, "--baseline", tmp_path / "baseline", "--write-baseline", "--json")

    assert harm_in(told.output) == []
    assert harm_in(known.output) == []
    if told.exit_code == 2:  # the first answer led nowhere, so there was nothing to explore
        assert MARK in told.stderr
        return
    assert steering_in_files(tmp_path, EXPLORED) == []
    assert MARK in (tmp_path / "tree").read_text("utf-8")


@each_case
def test_a_recorded_call_is_exported_harmlessly(case: str, tmp_path: Path) -> None:
    phone("call", script_for(case, tmp_path / "s.yaml"), "--journal", tmp_path / "journal")

    result = phone("export", tmp_path / "journal", *options(tmp_path, ("html", "mermaid", "script")))

    assert result.exit_code == 0, result.output
    assert steering_in_files(tmp_path, ("html", "mermaid", "script")) == []
    assert MARK in (tmp_path / "html").read_text("utf-8")


def test_an_error_of_ours_is_told_harmlessly(tmp_path: Path) -> None:
    def broken(*_: object, **__: object) -> NoReturn:
        raise RuntimeError(HOSTILE)

    result = CliRunner().invoke(make_phone(broken), ["call", str(script_for("say", tmp_path / "s.yaml"))])

    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert MARK in result.stderr
    assert harm_in(result.output) == []


def test_a_terminal_that_lacks_a_letter_gets_its_number(tmp_path: Path) -> None:
    script = tmp_path / "s.yaml"
    script.write_text("name: 'press 1 › 2'\nsteps: [{hear: x}]")
    environ = {**os.environ, "PYTHONIOENCODING": "latin-1"}

    done = subprocess.run(
        [sys.executable, "-c", "from simulator.cli.phone import make_phone; make_phone()()", "call", str(script),
         "--url", "http://127.0.0.1:9/"], env=environ, capture_output=True, encoding="latin-1", check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (1, "")
    assert r"FAILED press 1 \u203a 2" in done.stdout
