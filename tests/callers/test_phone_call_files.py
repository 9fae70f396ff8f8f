"""The files of `phone call`: written as calls end, each for one process alone, and given up when a disk is full."""

import gc
import json
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from simulator.cli.phone import make_phone
from simulator.files import GrowingFile
from simulator.network import Network, OpenNetwork
from simulator.operator.clock import Clock
from simulator.operator.journal import Journal
from tests.callers.line import Line, Pages, Params, Play, open_line

PAGES: Pages = {"/voice": "<Say>Hello.</Say>"}
GOOD, BAD = "- hear: hello", "- hear: goodbye"
KINDS = ("report", "junit", "journal", "coverage")
FULL = "/dev/full"
needs_full = pytest.mark.skipif(not Path(FULL).exists(), reason="this system has no full device")


def call(*words: str | Path, network: OpenNetwork | None = None) -> Result:
    network = network or open_line(Line(PAGES))
    return CliRunner().invoke(make_phone(network), ["call", *map(str, words)])


@pytest.mark.parametrize("kind", KINDS)
@needs_full
def test_a_full_disk_is_said_at_once_and_the_calls_go_on(play: Play, tmp_path: Path, kind: str) -> None:
    other = tmp_path / "other"
    another = ("--report" if kind != "report" else "--journal", other)

    result = call(play.write(GOOD), play.write(GOOD, "b.yaml"), f"--{kind}", FULL, *another)

    said = f"phone: {FULL} cannot be written: No space left on device; the calls go on without it"
    assert result.stderr.splitlines() == [said]
    assert "2 calls: 2 ok" in result.stdout
    assert result.exit_code == 1
    assert other.read_text()
    if kind in ("report", "journal"):
        assert result.output.index(said) < result.output.index("ok a call")


def test_a_journal_is_there_line_by_line(play: Play, tmp_path: Path) -> None:
    journal, seen = tmp_path / "j.jsonl", []

    def answer(_: Params) -> str:
        seen.append(journal.read_text())
        return "<Say>Hello.</Say>"

    line = Line({"/voice": answer})
    call(play.write(GOOD), play.write(GOOD, "b.yaml"), "--journal", journal, network=open_line(line))

    first, second = seen
    assert first == ""
    assert json.loads(second.splitlines()[-1])["what"] == "Ended"
    assert journal.read_text().startswith(second)


def test_a_journal_that_another_process_writes_is_left_alone(play: Play, tmp_path: Path) -> None:
    journal, line = tmp_path / "j.jsonl", Line(PAGES)
    other = GrowingFile(journal)
    other.write("precious")

    result = call(play.write(GOOD), "--journal", journal, "--report", tmp_path / "r", network=open_line(line))
    other.close()

    assert result.exit_code == 2
    assert result.stderr == f"phone: {journal} is being written by another process: give each a file of its own\n"
    assert journal.read_text() == "precious\n"
    assert line.asked == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["j.jsonl", "script.yaml"]
    assert call(play.write(GOOD), "--journal", journal).exit_code == 0


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--report", "x", "--journal", "x"], "--journal x would replace a file that --report writes"),
        (["--report", "./x", "--junit", "x"], "--junit x would replace a file that --report writes"),
        (["--journal", "script.yaml"], "--journal script.yaml would replace a file that is read, too"),
    ],
)
def test_no_file_of_a_command_replaces_another_one(
    play: Play, monkeypatch: pytest.MonkeyPatch, words: list[str], what: str
) -> None:
    script = play.write(GOOD)
    monkeypatch.chdir(play.folder)

    result = call("script.yaml", *words)

    assert (result.exit_code, result.stderr) == (2, f"phone: {what}: give it another name\n")
    assert GOOD in script.read_text()


def test_several_may_go_to_the_same_device(play: Play) -> None:
    assert call(play.write(GOOD), "--report", "/dev/null", "--journal", "/dev/null").exit_code == 0


def test_files_are_as_whole_as_if_they_were_written_at_once(play: Play, tmp_path: Path) -> None:
    files = [word for kind in KINDS for word in (f"--{kind}", tmp_path / kind)]

    call(play.write(GOOD), play.write(BAD, "b.yaml"), play.write(GOOD, "c.yaml"), *files)

    calls = json.loads((tmp_path / "report").read_text())
    assert [each["ok"] for each in calls] == [True, False, True]
    assert (tmp_path / "report").read_text() == json.dumps(calls, ensure_ascii=False, indent=1) + "\n"
    suites = ElementTree.parse(tmp_path / "junit").getroot()
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("3", "1", "0")
    assert [len(case) for case in suites.iter("testcase")] == [0, 1, 0]
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_no_call_is_kept_when_it_is_over(play: Play, tmp_path: Path) -> None:
    """Memory over 10,000 calls is a matter of `bench/many_calls.py`; here: nothing holds on to what is over."""
    journals: list[weakref.ref[Journal]] = []
    alive: list[int] = []

    def answer(_: Params) -> str:
        gc.collect()
        alive.append(sum(each() is not None for each in journals))
        return "<Say>Hello.</Say>"

    inner = open_line(Line({"/voice": answer}))

    @asynccontextmanager
    async def open_network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with inner(clock, seed=seed) as network:
            journals.append(weakref.ref(network.operator.journal))
            yield network

    files = [word for kind in KINDS for word in (f"--{kind}", tmp_path / kind)]
    scripts = [play.write(steps, f"{number}.yaml") for number, steps in enumerate((GOOD, BAD) * 4)]
    call(*scripts, *files, network=open_network)

    assert len(alive) == 8
    assert max(alive) <= 2
