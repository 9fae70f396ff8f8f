"""Whatever stands in a file that `phone` reads, it is taken or refused in one sentence, and soon."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.cli.phone import make_phone
from simulator.errors import SimulatorError
from simulator.network import OpenNetwork
from simulator.operator.journal import read_journal
from simulator.operator.masking import Mask
from simulator.phone.sharing.formats import FORMATS, told
from simulator.phone.tape import clock_of, playing
from tests.callers.line import Answer, Line, Pages, open_line
from tests.hostile_input.mutations import NASTY, changed, places_in
from tests.printing.harmless import harm_in

PAGES: Pages = {
    "/voice": '<Gather numDigits="1" action="/next"><Say>For sales press 1.</Say></Gather>',
    "/next": '<Play>/a.wav</Play><Sms>hello</Sms><Dial action="/last"><Number>+15551234567</Number></Dial>',
    "/last": '<Record action="/end" transcribe="true" transcribeCallback="/told"/>',
    "/end": "<Enqueue waitUrl='/wait'>line</Enqueue>",
    "/wait": "<Say>Please wait.</Say>",
    "/a.wav": Answer("", kind="audio/wav"),
    "/told": Answer("", 204),
}
SCRIPT = """
steps:
- press: 1
- callee: [{wait: 2}, {hangup: true}]
- record: 3
- transcription: hello there
- break: webhook-500
- wait: 5
"""


def line() -> OpenNetwork:
    return open_line(Line(PAGES))


def phone(*words: str | Path) -> Result:
    return CliRunner().invoke(make_phone(line(), replayed=line), [str(each) for each in words])


def refusal(*words: str | Path) -> str:
    """The one sentence with which the command refuses."""
    result = phone(*words)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1), result.output
    assert harm_in(result.stderr) == []
    return result.stderr


# ---------------------------------------------------------------- call scripts

ALIASES = "\n".join(f"{name}: &{name} [{', '.join([f'*{last}'] * 10)}]" for last, name in pairwise("abcdefghi"))
VARIABLES = "".join(f"  v{number}: '{f'${{v{number - 1}}}' * 10}'\n" for number in range(1, 12))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"a: &a [x, x]\n{ALIASES}\nsteps: *i\n", "aliases (*name) repeat more than 100,000 values: write fewer"),
        (f"vars:\n  v0: xxxxxxxxxx\n{VARIABLES}steps: [{{hear: '${{v11}}'}}]", "longer than 10,000 characters"),
        ("steps: &a [*a]", "nested too deeply"),
        ("[" * 100_000, "nested too deeply"),
        ('{\t"steps": ' + "[" * 100_000, "no YAML"),
        (f"steps: [{{break: webhook-500, times: {'9' * 5000}}}]", "times is a whole number"),
        (f"steps: [{{expect_warning: {'9' * 5000}}}]", "expect_warning is a whole number"),
        ("steps: [{wait: 1e308}]", "wait is a number from 0 to 86400"),
        ("steps: [{wait: .nan}]", "wait is a number from 0 to 86400"),
        ("steps: [\0]", "no YAML"),
        ("steps: [{\x1b[2J: '\\n::error::'}]", "no YAML"),
    ],
    ids=[
        "alias bomb",
        "variable bomb",
        "circle",
        "deep",
        "deep JSON",
        "times",
        "code",
        "wait",
        "nan",
        "null",
        "escape",
    ],
)
def test_a_hostile_script_is_refused(tmp_path: Path, text: str, said: str) -> None:
    script = tmp_path / "s.yaml"
    script.write_text(text)

    assert said in refusal("call", script)


def test_aliases_that_people_write_are_read(tmp_path: Path) -> None:
    script = tmp_path / "s.yaml"
    calls = "".join(f"- {{name: call {number}, steps: *all}}\n" for number in range(20))
    script.write_text(f"calls:\n- {{name: first, steps: &all [{{hear: for sales}}, {{hangup: true}}]}}\n{calls}")

    assert phone("call", script).exit_code == 0


# ---------------------------------------------------------------- journals


@cache
def journal() -> tuple[str, ...]:
    """The lines of a call in which much happens."""
    with TemporaryDirectory() as folder:
        script, written = Path(folder, "s.yaml"), Path(folder, "j")
        script.write_text(SCRIPT)
        phone("call", script, "--journal", written)
        return tuple(written.read_text("utf-8").splitlines())


@cache
def exchanged() -> tuple[tuple[int, tuple[str | int, ...], Any], ...]:
    """Every value of the first entry of each kind, exchanged for every nasty one."""
    first = {json.loads(text)["what"]: number for number, text in reversed(tuple(enumerate(journal())))}
    return tuple(
        (number, place, value)
        for number in first.values()
        for place in places_in(json.loads(journal()[number]))
        for value in NASTY
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_journal_is_told_or_refused_whatever_stands_in_it(folder: Path, data: st.DataObject) -> None:
    number, place, value = data.draw(st.sampled_from(exchanged()))
    lines = list(journal())
    lines[number] = json.dumps(changed(json.loads(lines[number]), place, value))
    path = folder / "journal"
    path.write_text("\n".join(lines))

    try:
        entries = read_journal(path)
        for form in FORMATS:
            form.write(told(entries, mask=Mask())).encode()
        playing(entries, "a journal")
        clock_of(entries)
    except SimulatorError as error:
        sentence = str(error)
    else:
        sentence = "taken"

    assert sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("NaN", "this is not JSON"),
        ("1e308", "at is not a time"),
        ("1e999", "at is not a time"),
        ("-1", "at is not a time"),
        ("9" * 400, "at is not a time"),
        ("[" * 100_000, "this is not JSON"),
    ],
    ids=["NaN", "1e308", "infinite", "negative", "long", "deep"],
)
@pytest.mark.parametrize("command", [("export", "--html", "out"), ("--replay",)], ids=["export", "replay"])
def test_a_journal_with_a_time_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], value: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("j").write_text(f'{{"at":{value},"sid":"CA1","what":"Rang","caller":"+1","called":"+2"}}\n')

    words = ("export", "j", "--html", "out") if command[0] == "export" else ("--replay", "j")
    assert f"j, line 1: {'' if 'JSON' in said else repr('Rang') + ' cannot be read: '}{said}" in refusal(*words)


def test_a_journal_with_half_a_character_is_exported(tmp_path: Path) -> None:
    lines = [json.loads(each) for each in journal()]
    heard = next(each for each in lines if each["what"] == "Heard")
    heard["text"] = heard["prompt"]["text"] = "half \ud800 of it"
    (tmp_path / "j").write_text("\n".join(map(json.dumps, lines)))
    files = {name: tmp_path / name for name in ("html", "mermaid", "script")}

    result = phone("export", tmp_path / "j", *(word for name, path in files.items() for word in (f"--{name}", path)))

    assert result.exit_code == 0, result.output
    assert "half" in files["html"].read_text("utf-8")
    assert phone("call", files["script"]).exit_code in (0, 1)


# ---------------------------------------------------------------- call trees, baselines


@cache
def tree() -> Any:
    """A tree of the same line, as JSON."""
    with TemporaryDirectory() as folder:
        written = Path(folder, "t")
        phone("explore", "--depth", "1", "--faults", "0", "--tree", written)
        return json.loads(written.read_text("utf-8"))


@cache
def exchanged_in_tree() -> tuple[tuple[tuple[str | int, ...], Any], ...]:
    return tuple((place, value) for place in places_in(tree()) for value in NASTY)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_tree_is_gone_on_with_or_refused_whatever_stands_in_it(folder: Path, data: st.DataObject) -> None:
    place, value = data.draw(st.sampled_from(exchanged_in_tree()))
    (folder / "tree").write_text(json.dumps(changed(tree(), place, value)))
    drawn = [word for name in ("html", "mermaid", "dot", "junit") for word in (f"--{name}", folder / name)]

    result = phone("explore", "--depth", "1", "--faults", "0", "--resume", folder / "tree", *drawn)

    assert "Traceback" not in result.output
    assert result.exit_code in (0, 1) or len(result.stderr.splitlines()) == 1, result.output


def hostile_json() -> Iterator[tuple[str, bytes]]:
    yield "deep", b"[" * 100_000
    yield "long", b"9" * 5000
    yield "NaN", b'{"kind": NaN}'
    yield "no UTF-8", b"\xff\xfe"
    yield "empty", b""


@pytest.mark.parametrize("option", ["--resume", "--baseline"])
@pytest.mark.parametrize("text", [each for _, each in hostile_json()], ids=[name for name, _ in hostile_json()])
def test_what_is_no_json_is_refused(tmp_path: Path, option: str, text: bytes) -> None:
    (tmp_path / "file").write_bytes(text)

    assert str(tmp_path / "file") in refusal("explore", option, tmp_path / "file")


def test_a_tree_without_a_way_back_is_refused(tmp_path: Path) -> None:
    """Following it to a start would never end."""
    circle = json.loads(json.dumps(tree()))
    last = circle["states"][-1]
    last["via"], circle["edges"][0]["source"], circle["edges"][0]["target"] = "e0", last["id"], last["id"]
    (tmp_path / "t").write_text(json.dumps(circle))

    assert "this call tree is damaged: there is no way to" in refusal("explore", "--resume", tmp_path / "t")
