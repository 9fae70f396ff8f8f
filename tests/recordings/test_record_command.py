"""`ivr record` as a user types it, from the fakes."""

import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from ivr.recordings.library import HOME
from okta_twilio_ivr.recording.command import make_record
from okta_twilio_ivr.recording.files import Recorded, write


def run(*words: str | Path) -> Result:
    group = click.Group("ivr", commands={"record": make_record({})})
    return CliRunner().invoke(group, ["record", *map(str, words)])


def test_help_shows_examples() -> None:
    text = run("--help").output

    assert "ivr record --check" in text
    assert "ivr record --backend live --caller jane=" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["okta/nonsense"], "Unknown scenario okta/nonsense"),
        (["--caller", "jane=+13125550142"], "go with --backend live"),
        (["--backend", "live", "--caller", "jane"], "--caller must be ROLE=NUMBER"),
        (["--backend", "live", "--caller", "john=+13125550142"], "roles are jane, jon, max, lea"),
        (["--backend", "live", "--caller", "jane=5550142"], "--caller needs a number in E.164 form"),
        (["--backend", "live", "--env-file", "/dev/null", "--caller", "jane=+13125550142"], "OKTA_ORG_URL"),
    ],
)
def test_wrong_use_is_one_sentence_on_stderr_and_exit_2(words: list[str], sentence: str) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_it_writes_what_is_missing_and_says_so(tmp_path: Path) -> None:
    result = run("--to", tmp_path, "okta/sms-right", "accounts/balance")

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "[ 1/2] okta/sms-right: 4 requests, written",
        "[ 2/2] accounts/balance: 4 requests, written",
    ]
    assert sorted(each.name for each in tmp_path.rglob("*.*")) == ["balance.yaml", "sms-right.yaml"]


def test_a_second_run_leaves_the_files_alone(tmp_path: Path) -> None:
    run("--to", tmp_path, "okta/sms-right")
    (file,) = tmp_path.rglob("*.yaml")
    before = file.stat().st_ino, file.stat().st_mtime_ns

    result = run("--to", tmp_path, "okta/sms-right")

    assert "as before" in result.output
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == before


def test_check_writes_nothing_and_fails_where_something_would_change(tmp_path: Path) -> None:
    assert run("--check", "okta/locked").exit_code == 0

    result = run("--check", "--to", tmp_path, "okta/locked")

    assert result.exit_code == 1
    assert "[ 1/1] okta/locked: 2 requests, would change" in result.stdout
    assert "make record" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_the_old_file_and_nothing_unfinished(tmp_path: Path) -> None:
    old = Recorded("okta/sms-right", "# old\nwhole\n", 1)
    write(tmp_path, old)

    with pytest.raises(UnicodeEncodeError):
        write(tmp_path, Recorded("okta/sms-right", "# new\n\ud800\n", 1))

    assert [each.read_text() for each in (tmp_path / "okta").iterdir()] == ["# old\nwhole\n"]


def test_ctrl_c_leaves_whole_files_only(tmp_path: Path) -> None:
    script = "from okta_twilio_ivr.ivr import main; main()"
    words = [sys.executable, "-c", script, "record", "--to", str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1) as recording:
        assert recording.stdout is not None
        for line in recording.stdout:
            if line.startswith("[ 3/"):
                recording.send_signal(signal.SIGINT)
                break
        rest, trouble = recording.communicate(timeout=120)

    assert recording.returncode == 130
    assert not trouble
    written = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert 3 <= len(written) < 40, rest
    for each in written:
        kept = (HOME / each.relative_to(tmp_path)).read_text().splitlines()
        assert each.read_text().splitlines()[4:] == kept[4:]
