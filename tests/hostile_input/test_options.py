"""Whatever stands after an option of `phone`, it is taken or refused in one sentence: no option ends in a traceback."""

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from simulator.cli.phone import make_phone
from tests.callers.line import Line, open_line

PHONE = make_phone(open_line(Line({"/voice": "<Say>Hello.</Say>"})), lambda *_, **__: 0)
NO_TEXT = "\udcff"
"""As the command line and the environment give a byte that is not UTF-8."""
OPTIONS = [
    (name, option)
    for name, command in (("", PHONE), *PHONE.commands.items())
    for option in command.params
    if isinstance(option, click.Option) and not option.is_flag and not isinstance(option.type, click.Choice)
]


def cases(*kinds: Any) -> pytest.MarkDecorator:
    """The options of these types of click's."""
    found = [
        pytest.param(name, option.opts[0], id=f"{name} {option.opts[0]}".strip())
        for name, option in OPTIONS
        if any(option.type is kind or (isinstance(kind, type) and isinstance(option.type, kind)) for kind in kinds)
    ]
    return pytest.mark.parametrize(("command", "option"), found)


def phone(tmp_path: Path, command: str, *words: str, **environ: str) -> Result:
    """The command with what it needs at least, and with these words."""
    (tmp_path / "s.yaml").write_text("steps: [{hear: hello}]")
    needed = {
        "call": ["call", str(tmp_path / "s.yaml")],
        "load": ["load", str(tmp_path / "s.yaml"), "--url", "http://127.0.0.1:9/", "--calls", "1"],
        "export": ["export", str(tmp_path / "none.jsonl"), "--html", str(tmp_path / "out.html")],
    }
    return CliRunner().invoke(PHONE, [*needed.get(command, [command] if command else []), *words], env=environ)


def is_refused(result: Result) -> bool:
    """In one sentence."""
    return result.exit_code == 2 and len(result.stderr.splitlines()) == 1 and result.stdout == ""


@cases(click.STRING)
def test_a_byte_that_is_no_utf_8_is_refused(tmp_path: Path, command: str, option: str) -> None:
    for value in (NO_TEXT, f"http://127.0.0.1:9/{NO_TEXT}"):
        result = phone(tmp_path, command, option, value)

        assert is_refused(result), result.output
        assert option in result.stderr


@cases(click.Path)
def test_a_name_too_long_for_a_file_is_refused(tmp_path: Path, command: str, option: str) -> None:
    assert is_refused(phone(tmp_path, command, option, str(tmp_path / ("x" * 5000))))


@cases(click.FloatRange, click.IntRange, click.INT)
def test_what_is_no_number_is_refused(tmp_path: Path, command: str, option: str) -> None:
    for value in ("nan", "inf", "1e400", "9" * 5000, "", NO_TEXT):
        result = phone(tmp_path, command, option, value)

        assert is_refused(result), (value, result.output)


def test_a_token_of_the_environment_that_is_no_text_is_refused(tmp_path: Path) -> None:
    result = phone(tmp_path, "call", "--url", "http://127.0.0.1:9/", TWILIO_AUTH_TOKEN=NO_TEXT)

    assert is_refused(result)
    assert result.stderr == "phone: TWILIO_AUTH_TOKEN is not text in UTF-8\n"


def test_files_may_have_names_that_are_no_text(tmp_path: Path) -> None:
    script = tmp_path / f"{NO_TEXT}.yaml"
    script.write_text("steps: [{hear: goodbye}]")

    result = phone(tmp_path, "call", str(script), "--report", str(tmp_path / NO_TEXT))

    assert result.exit_code == 1
    assert "�.yaml:1, step 1" in result.stdout
    assert (tmp_path / NO_TEXT).exists()


@pytest.mark.parametrize("word", ["\udcff", "x" * 5000, "\x1b[2J", ""])
def test_a_script_that_is_no_file_is_refused(tmp_path: Path, word: str) -> None:
    assert is_refused(CliRunner().invoke(PHONE, ["call", word]))
