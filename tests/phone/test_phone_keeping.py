"""Keep the call from the phone, record a demo, and show it again at its own pace."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli.phone import make_phone
from simulator.errors import WrongUseError
from simulator.operator.beside import PromptArrived
from simulator.operator.journal import Entry, read_journal
from simulator.phone.recorder import Recorder
from simulator.phone.tape import GAP, clock_of, one_after_the_other, playing
from simulator.vocabulary import HungUp, Rang, Spoke
from tests.phone.bank import ANN, BOB, CODE, LINE, Branch
from tests.phone.visitor import Visitor, visiting


async def keep(visitor: Visitor, form: str, path: Path) -> None:
    """Choose a form by the arrow keys and write the file."""
    await visitor.press("x")
    forms = ["html", "mermaid", "script", "journal", "screen"]
    await visitor.press(*["down"] * forms.index(form), "enter")
    await name(visitor, path)


async def name(visitor: Visitor, path: Path) -> None:
    """Type the file's name over the one that is offered, and Enter."""
    visitor.app.screen.query_one("#path").value = str(path)  # type: ignore[attr-defined]
    await visitor.press("enter")


# ---------------------------------------------------------------- keeping


@pytest.mark.parametrize(
    ("form", "part"),
    [("html", "<!DOCTYPE html>"), ("mermaid", "sequenceDiagram"), ("script", "press: "), ("journal", '"what":"Rang"'),
     ("screen", "<svg ")],
)  # fmt: skip
async def test_the_call_is_kept_in_any_form_without_its_code(tmp_path: Path, form: str, part: str) -> None:
    async with visiting(size=(140, 45)) as visitor:
        await visitor.press("c", "1", "t")
        await visitor.wait(1)
        await keep(visitor, form, tmp_path / "kept")

        assert visitor.sees("Written")
        text = (tmp_path / "kept").read_text("utf-8")
        assert part in text
        assert CODE not in text


async def test_the_file_is_named_after_the_start_of_the_call() -> None:
    async with visiting() as visitor:
        await visitor.press("c")
        await visitor.wait(2)
        await visitor.press("x")
        assert visitor.sees("call-20260105-080000.html")
        await visitor.press("down", "down")

        assert visitor.sees("call-20260105-080000.yaml")


async def test_a_file_that_exists_is_replaced_only_when_asked_twice(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("precious")
    async with visiting() as visitor:
        await visitor.press("c")
        await keep(visitor, "html", tmp_path / "kept")
        assert "Enter again" in visitor.screen()
        assert (tmp_path / "kept").read_text() == "precious"
        await visitor.press("enter")

        assert (tmp_path / "kept").read_text().startswith("<!DOCTYPE html>")


async def test_a_file_that_cannot_be_written_is_said_and_the_dialog_stays(tmp_path: Path) -> None:
    async with visiting(size=(120, 30)) as visitor:
        await visitor.press("c")
        await keep(visitor, "html", tmp_path / "nowhere" / "a.html")
        assert visitor.sees("cannot be written")
        await visitor.press("escape")

        assert not visitor.sees("Keep this call")


async def test_there_is_nothing_to_keep_before_the_first_call() -> None:
    async with visiting() as visitor:
        await visitor.press("x")

        assert not visitor.sees("Keep this call")


async def test_keeping_is_in_the_palette_and_textuals_own_screenshot_is_not() -> None:
    async with visiting() as visitor:
        await visitor.press("c")

        titles = [command.title for command in visitor.app.get_system_commands(visitor.app.screen)]
        assert "Export" in titles
        assert "Screenshot" not in titles


# ---------------------------------------------------------------- recording


class Demo:
    """The recording, once it was made."""

    text = ""

    @classmethod
    def read(cls, path: Path) -> None:
        cls.text = path.read_text("utf-8")

    @classmethod
    def write(cls, path: Path) -> None:
        path.write_text(cls.text, "utf-8")


async def recorded(path: Path) -> None:
    """A demo of two calls: a code, then a prompt that is approved."""
    if not Demo.text:
        await record(path)
        Demo.read(path)
    Demo.write(path)


@contextmanager
def recorder_of(path: Path) -> Iterator[Recorder]:
    recorder = Recorder(path)
    try:
        yield recorder
    finally:
        recorder.close()


async def record(path: Path) -> None:
    with recorder_of(path) as recorder:
        await make_demo(recorder)


async def make_demo(recorder: Recorder) -> None:
    async with visiting(recorder=recorder) as visitor:
        await visitor.press("c", "1")
        await visitor.wait(4)
        await visitor.press("t")
        await visitor.wait(30)
        await visitor.press("c", "3")
        await visitor.wait(6)
        await visitor.press("a")
        await visitor.wait(3)
        await visitor.press("h")


async def test_a_demo_is_recorded_as_it_happens_and_masked(tmp_path: Path) -> None:
    await record(tmp_path / "demo.jsonl")

    text = (tmp_path / "demo.jsonl").read_text("utf-8")
    kinds = [type(entry.item).__name__ for entry in read_journal(tmp_path / "demo.jsonl")]
    assert CODE not in text
    assert "very-secret" not in text
    assert kinds.count("Rang") == 2
    assert {"TextArrived", "PromptArrived", "PromptAnswered"} <= set(kinds)


def test_a_place_that_cannot_be_written_to_is_refused_before_anything_is_called(tmp_path: Path) -> None:
    result = CliRunner().invoke(make_phone(Branch()), ["--journal", str(tmp_path / "nowhere" / "a.jsonl")])

    assert result.exit_code == 2
    assert "there is no directory" in result.stderr


def test_a_recording_that_another_phone_is_making_is_left_alone(tmp_path: Path) -> None:
    journal = tmp_path / "a.jsonl"
    with recorder_of(journal):
        result = CliRunner().invoke(make_phone(Branch()), ["--journal", str(journal)])

    assert result.exit_code == 2
    assert result.stderr == f"phone: {journal} is being written by another process: give each a file of its own\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
async def test_a_recording_that_cannot_go_on_is_said_at_once_and_calls_go_on() -> None:
    with recorder_of(Path("/dev/full")) as recorder:
        async with visiting(size=(120, 30), recorder=recorder) as visitor:
            await visitor.press("c")
            assert visitor.sees("/dev/full is not whole: No space left on device; calls")
            await visitor.wait(2)

            assert visitor.sees("in call")


# ---------------------------------------------------------------- showing it again


@asynccontextmanager
async def showing(path: Path) -> AsyncIterator[Visitor]:
    """The phone with a recording."""
    entries = read_journal(path)
    async with visiting(playing(entries, path.name), make_clock=partial(clock_of, entries)) as visitor:
        yield visitor


async def test_a_recording_plays_at_the_pace_of_the_original(tmp_path: Path) -> None:
    await recorded(tmp_path / "demo.jsonl")

    async with showing(tmp_path / "demo.jsonl") as visitor:
        await visitor.wait(1)
        assert visitor.sees("in call 0:01")
        assert visitor.sees("recording")
        await visitor.wait(4)
        assert visitor.sees("• • • • • •")
        assert visitor.sees("Your balance")
        await visitor.wait(35)
        assert visitor.sees("approved on the mobile")
        await visitor.press("s")

        assert visitor.sees("approves")


async def test_a_recording_shows_the_mobile_as_it_was(tmp_path: Path) -> None:
    await recorded(tmp_path / "demo.jsonl")

    async with showing(tmp_path / "demo.jsonl") as visitor:
        await visitor.press("m")
        await visitor.wait(1)
        assert visitor.sees("Your code is ••••••.")
        await visitor.wait(35)
        assert visitor.sees("Did you try to sign in to the bank?")
        await visitor.wait(6)

        assert not visitor.sees("Did you try to sign in to the bank?")


async def test_a_recording_pauses_runs_faster_and_jumps(tmp_path: Path) -> None:
    await recorded(tmp_path / "demo.jsonl")

    async with showing(tmp_path / "demo.jsonl") as visitor:
        await visitor.wait(1)
        await visitor.press("space")
        await visitor.wait(50)
        assert visitor.sees("in call 0:01")
        await visitor.press("space", "f")
        await visitor.wait(0.5)
        assert visitor.sees("in call 0:03")
        await visitor.press("j", "j", "j", "j", "j", "j", "j", "j", "j", "j")

        assert visitor.sees("approved on the mobile")


async def test_a_recording_cannot_be_called_into(tmp_path: Path) -> None:
    await recorded(tmp_path / "demo.jsonl")

    async with showing(tmp_path / "demo.jsonl") as visitor:
        await visitor.wait(1)
        before = len(visitor.session.network.operator.journal.entries)
        await visitor.press("5", "h", "c", "t", "p", "w")

        assert len(visitor.session.network.operator.journal.entries) == before
        assert not visitor.sees("Who is calling?")
        assert not visitor.sees("h Hang up")


async def test_a_recording_can_be_kept_in_another_form(tmp_path: Path) -> None:
    await recorded(tmp_path / "demo.jsonl")

    async with showing(tmp_path / "demo.jsonl") as visitor:
        await visitor.wait(20)
        await keep(visitor, "script", tmp_path / "again.yaml")

        assert "${sms_code}" in (tmp_path / "again.yaml").read_text("utf-8")


def test_calls_that_began_at_the_same_time_are_shown_one_after_the_other() -> None:
    prompt = PromptArrived("+1", "p1", "?", 100.0, 400.0)
    entries = [Entry(100.0, "CA1", HungUp()), Entry(130.0, "CA1", HungUp()), Entry(100.0, "CA2", prompt)]

    first, second, third = one_after_the_other(entries)

    assert (first.at, second.at, third.at) == (100.0, 130.0, 130.0 + GAP)
    assert isinstance(third.item, PromptArrived)
    assert third.item.expires_at == 400.0 + 30.0 + GAP


def test_a_journal_without_a_call_is_refused() -> None:
    with pytest.raises(WrongUseError, match="no call that somebody has made"):
        playing([Entry(1.0, "CA1", Spoke("x"))], "a.jsonl")


def test_replaying_goes_with_nothing_that_calls(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"at": 1, "sid": "CA1", "what": "Rang", "caller": ANN.number, "called": LINE})
    )

    result = CliRunner().invoke(make_phone(Branch()), ["--replay", str(tmp_path / "a.jsonl"), "--from", BOB.number])

    assert result.exit_code == 2
    assert "--replay calls nobody" in result.stderr


def test_the_screen_is_given_the_recording_and_its_clock(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"at": 1000, "sid": "CA1", "what": "Rang", "caller": ANN.number, "called": LINE})
    )
    given: dict[str, object] = {}

    def screen(open_network: object, **options: object) -> int:
        given.update(options, network=open_network)
        return 0

    result = CliRunner().invoke(make_phone(Branch(), screen), ["--replay", str(tmp_path / "a.jsonl"), "--keep", "7"])

    assert result.exit_code == 0
    assert given["keep"] == 7
    clock = given["make_clock"]
    assert callable(clock)
    assert int(clock().now()) == 1000


def test_options_of_the_screen_are_refused_before_a_subcommand() -> None:
    result = CliRunner().invoke(make_phone(Branch()), ["--journal", "a.jsonl", "call", "x.yaml"])

    assert result.exit_code == 2
    assert "write phone call … --journal" in result.stderr


def test_rang_is_all_that_a_recording_needs() -> None:
    assert callable(playing([Entry(1.0, "CA1", Rang("CA1", "+1", "+2"))], "a.jsonl"))
