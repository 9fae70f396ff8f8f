"""A recorded call told again: as a page, a diagram, a script that passes. Nothing secret gets through."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from okta_twilio_ivr.world import open_demo
from simulator.callers.script.playing import run_call
from simulator.callers.script.reading import read_scripts
from simulator.cli.phone import make_phone
from simulator.operator.beside import OutsideCall, PromptAnswered, PromptArrived, TextArrived
from simulator.operator.journal import Entry, Item, as_data
from simulator.operator.masking import Mask
from simulator.phone.sharing.formats import FORMATS, told
from simulator.phone.sharing.mermaid import mermaid
from simulator.phone.sharing.page import page
from simulator.phone.sharing.script import script
from simulator.phone.sharing.story import Story, stories
from simulator.vocabulary import (
    Answered,
    Ask,
    CallerId,
    Declined,
    Ended,
    Heard,
    HungUp,
    Ignored,
    Listening,
    Pressed,
    Prompt,
    Rang,
    Recorded,
    Replied,
    Ring,
    Speaking,
    Spoke,
    StoppedListening,
    Talked,
    Transcribed,
    Warned,
)

CALLS = [
    path
    for path in sorted((Path(__file__).parents[2] / "docs" / "calls").glob("*.yaml"))
    if path.stem != "call-back"  # two calls, one made by the application: exported as two, which no one script replays
]
CODE = "493027"
RANG = Rang("CA1", "+17735551234", "+12075551234")
EVIL = "</script><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>\x1b[2J"


def entries(*items: Item, start: float = 1_767_600_000.0) -> list[Entry]:
    """These on one call, a second apart, after it has begun."""
    return [Entry(start + second, "CA1", item) for second, item in enumerate((RANG, *items))]


def told_as_script(*items: Item) -> list[str]:
    """The steps of the script that is made of these, masked as a file would be."""
    text = script(told(entries(*items), mask=Mask()))
    return [line.removeprefix("  - ").strip() for line in text.split("steps:\n")[1].splitlines()]


def gather(num_digits: int | None = None) -> Listening:
    return Listening("CA1", "Gather", keys=True, speech=True, num_digits=num_digits, finish_on_key="#", timeout=5.0)


def record() -> Listening:
    return Listening("CA1", "Record", keys=True, speech=False, num_digits=None, finish_on_key="#", timeout=5.0)


def heard(text: str, *, is_cut: bool = False) -> Heard:
    return Heard("CA1", Prompt("Say", 2.0, text=text), 0.0, 2.0, text, is_cut)


def submitted() -> StoppedListening:
    return StoppedListening("CA1", "submitted")


# ---------------------------------------------------------------- the demo's own calls, there and back


@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)
async def test_a_script_made_of_a_call_passes_itself(path: Path, tmp_path: Path) -> None:
    (first,) = read_scripts(path, {})
    result = await run_call(first, open_demo)
    assert result.ok
    again = tmp_path / "again.yaml"
    again.write_text(script(told(result.journal.entries, mask=Mask())), "utf-8")

    (second,) = read_scripts(again, {})
    replayed = await run_call(second, open_demo)

    assert replayed.message() is None
    assert len(second.steps) >= len(first.steps) - 5
    assert replayed.record is not None
    assert result.record is not None
    assert [each.path for each in replayed.record.requests] == [each.path for each in result.record.requests]


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
async def test_no_form_shows_a_code_or_a_token(form: object, tmp_path: Path) -> None:
    (call,) = read_scripts(Path(__file__).parents[2] / "docs" / "calls" / "sms.yaml", {})
    result = await run_call(call, open_demo)
    known = result.journal.entries
    code = next(entry.item.code for entry in known if isinstance(entry.item, TextArrived))
    signatures = [value for each in result.record.requests for name, value in each.trip.headers if "ignature" in name]  # type: ignore[union-attr]
    assert code is not None
    assert signatures

    text = form.write(told(known, mask=Mask()))  # type: ignore[attr-defined]

    assert code not in text
    assert " ".join(code) not in text
    assert not [each for each in signatures if each in text]


# ---------------------------------------------------------------- the page


class _Tags(HTMLParser):
    """Every tag with its attributes, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def evil_call() -> list[Story]:
    """Everything foreign is hostile."""
    ask = Ask("CA1", 1, "POST", f"https://a.example/{EVIL}", {EVIL: EVIL}, own=(EVIL,))
    return stories(
        entries(
            ask,
            OutsideCall(EVIL, EVIL, EVIL, 500, note=EVIL, request=1),
            Replied(1, 200, EVIL, EVIL.encode(), EVIL),
            Warned("CA1", 12100, "error", EVIL, remedy=EVIL),
            Speaking("CA1", Prompt("Say", 2.0, text=EVIL)),
            heard(EVIL, is_cut=True),
            Spoke(EVIL),
            TextArrived("+1", EVIL, None, 0.0),
        )
    )


def test_the_page_escapes_everything_and_fetches_nothing() -> None:
    text = page(evil_call(), title=EVIL)

    read = _Tags()
    read.feed(text)
    assert not {"script", "img", "link", "iframe", "object", "a"} & {tag for tag, _ in read.tags}
    names = {name for _, attributes in read.tags for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("src", "href", "style", "srcset")}
    assert "url(" not in text
    assert "@import" not in text
    assert "\x1b" not in text
    assert "default-src 'none'" in text
    assert "prefers-color-scheme: dark" in text


def test_the_page_tells_what_was_said_what_was_asked_and_what_was_wrong() -> None:
    ask = Ask("CA1", 1, "POST", "https://a.example/menu", {"Digits": "1"}, own=("Digits",))
    calls = stories(
        entries(
            ask,
            OutsideCall("Okta", "GET", "/api/v1/users", 200, note="1 found", request=1),
            Replied(1, 200, "text/xml", b"<Response><Say>hi</Say></Response>", ask.url),
            Speaking("CA1", Prompt("Say", 2.0, text="hello there")),
            Warned("CA1", 12200, "warning", "a slip", line=3, remedy="look again"),
            Ended("CA1", "completed", "completed", 62.0),
        )
    )

    read = _Tags()
    read.feed(page(calls))

    words = " ".join(read.words)
    for expected in (
        "2026-01-05 08:00:00 UTC, completed after 1:02", "hello there", "POST /menu", "Okta GET /api/v1/users",
        "<Response><Say>hi</Say></Response>", "12200 a slip (line 3) → look again",
    ):  # fmt: skip
        assert expected in words
    assert [tag for tag, _ in read.tags].count("svg") == 1


# ---------------------------------------------------------------- Mermaid


def test_mermaid_has_a_line_for_each_way() -> None:
    ask = Ask("CA1", 1, "POST", "https://a.example/menu", {})

    lines = mermaid(stories(entries(ask, OutsideCall("Okta", "GET", "/x", 403, request=1)))).splitlines()

    assert lines == [
        "sequenceDiagram",
        "    participant P0 as caller",
        "    participant P1 as Twilio",
        "    participant P2 as application",
        "    participant P3 as Okta",
        "    P0->>P1: 0#58;00 calls +12075551234",
        "    P1->>P2: 0#58;01 POST /menu",
        "    P2->>P3: 0#58;02 GET /x",
        "    P3-->>P2: 403",
    ]


def test_nothing_in_a_message_means_anything_to_mermaid() -> None:
    """What is left was parsed once by Mermaid 11.17: numbers of characters, letters, and harmless signs."""
    for line in mermaid(evil_call()).splitlines()[1:]:
        _, _, words = line.partition(": ") if "participant" not in line else ("", "", line.strip())
        assert re.fullmatch(r"(?:#\d+;|[\w /.,()=?+\-“”…•→])*", words), line


def test_several_calls_stand_in_one_diagram_with_a_note_above_each() -> None:
    second = [Entry(entry.at, "CA2", entry.item) for entry in entries()]

    assert "Note over P0,P1: Call 2 of 2, from +17735551234" in mermaid(stories([*entries(), *second]))


# ---------------------------------------------------------------- scripts


def test_what_was_heard_and_pressed_becomes_steps_in_order() -> None:
    ask = Ask("CA1", 2, "POST", "https://a.example/menu?x=1", {"Digits": "1", "From": "+1"}, own=("Digits",))

    assert told_as_script(gather(1), heard("Press 1."), Pressed("1"), submitted(), ask, heard("Bye.")) == [
        'hear: "Press 1."',
        'press: "1"',
        'expect_request: {method: POST, path: "/menu?x=1", params: {Digits: "1"}}',
        'hear: "Bye."',
    ]


def test_a_prompt_that_was_cut_off_is_not_waited_for() -> None:
    assert told_as_script(gather(1), Pressed("1"), heard("Press", is_cut=True), submitted()) == ['press: "1"']


def test_the_typed_code_of_a_text_message_is_the_newest_of_the_handset() -> None:
    text = TextArrived(RANG.caller, f"Your code is {CODE}.", CODE, 0.0)

    assert told_as_script(text, gather(), *map(Pressed, CODE), Pressed("#"), submitted()) == ['press: "${sms_code}#"']


def test_a_wrong_code_stays_wrong() -> None:
    text = TextArrived(RANG.caller, f"Your code is {CODE}.", CODE, 0.0)
    ask = Ask("CA1", 2, "POST", "https://a.example/code", {"Digits": "111111"}, own=("Digits",))
    refused = OutsideCall("Okta", "POST", "/verify", 403, note="E0000068", request=2)

    steps = told_as_script(text, gather(), *map(Pressed, "111111"), submitted(), ask, refused)

    assert steps[0] == 'press: "000000"'


def test_anything_else_that_is_masked_has_to_be_given() -> None:
    text = script(told(entries(gather(), *map(Pressed, "4711"), submitted()), mask=Mask()))

    assert 'press: "${typed_1}"' in text
    assert "# Give what was typed with --var typed_1=…" in text


def test_the_answer_to_a_prompt_is_a_step_and_the_number_is_left_to_the_line() -> None:
    prompt = PromptArrived(RANG.caller, "p1", "Is it you?", 0.0, 300.0, (27, 72))

    steps = told_as_script(prompt, heard("Tap 72 on your phone now."), PromptAnswered(RANG.caller, "p1", True, 72))

    assert steps == ['hear: "on your phone now."', "push: approve"]


@pytest.mark.parametrize(
    ("items", "steps"),
    [
        ((gather(), StoppedListening("CA1", "timeout")), ["timeout: true"]),
        ((gather(), Spoke("agent", 0.8), submitted()), ['speak: "agent"', "confidence: 0.8"]),
        ((Pressed("5"), Ignored("CA1", "key 5")), []),
        ((record(), Talked(4.0), Pressed("#"), submitted()), ["record: 4", 'end: "#"']),
        ((record(), Talked(4.0), submitted()), ["record: 4"]),
        ((record(), StoppedListening("CA1", "empty")), ["record: 0"]),
        ((record(), Talked(4.0), HungUp()), ["record: 4", "end: hangup"]),
        ((HungUp(), Ended("CA1", "completed", "hangup", 3.0)), ["hangup: true", "expect_end: hangup"]),
        ((Ended("CA1", "busy", "rejected", 0.0),), ["expect_end: rejected"]),
        ((Ended("CA1", "no-answer", "unanswered", 0.0),), ["expect_end: no-answer"]),
        ((Warned("CA1", 12200, "warning", "x"), Warned("CA1", 0, "policy", "y")), ["expect_warning: 12200"]),
        (
            (
                Recorded("CA1", "RE1", "https://a.example/RE1", 0.0, 4.0, "RecordVerb"),
                Transcribed("CA1", "RE1", "TR1", "hi"),
            ),
            ['transcription: "hi"', "of: 1"],
        ),
    ],
)
def test_everything_a_person_does_has_its_step(items: tuple[Item, ...], steps: list[str]) -> None:
    assert told_as_script(*items) == steps


def test_phones_that_the_line_rings_answer_as_they_did() -> None:
    ring = Ring("CA2", RANG.caller, "+13125550111", "CA1")

    def of_both(*items: Item) -> str:
        others = [Entry(1_767_600_005.0, "CA2", item) for item in items]
        return script(stories([*entries(), *others]))

    assert 'expect_dial: {number: "+13125550111"}\n  - callee: [{wait: 1}]' in of_both(ring, Answered())
    assert "dial_outcome: busy" in of_both(ring, Declined("busy"))


def test_what_the_network_said_about_the_caller_goes_along(tmp_path: Path) -> None:
    said = CallerId("failed", 'ANN "A"', "+13125550100")
    path = tmp_path / "a.yaml"
    rang = Rang("CA1", RANG.caller, RANG.called, said)
    path.write_text(
        script(stories([Entry(1_767_600_000.0, "CA1", rang), *entries(heard("Welcome back"))[1:]])), "utf-8"
    )

    (shared,) = read_scripts(path)

    assert shared.caller_id == said
    assert "stir" not in script(stories(entries(heard("Welcome back"))))


def test_what_is_said_may_hold_quotes_colons_and_variables(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    words = 'He said: "no" # and left'
    path.write_text(script(stories(entries(heard(words), heard("It costs ${price} today")))), "utf-8")

    (call,) = read_scripts(path, {})

    assert [getattr(placed.step, "words", None) for placed in call.steps] == [words, "price} today"]


# ---------------------------------------------------------------- the command line


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Two calls."""
    path = tmp_path / "demo.jsonl"
    second = [Entry(entry.at + 60, "CA2", entry.item) for entry in entries(heard("second"))]
    rows = [*entries(heard("first")), *second]
    path.write_text("".join(json.dumps(as_data(row)) + "\n" for row in rows), "utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(make_phone(), [str(each) for each in arguments])


def test_a_journal_is_exported_in_every_form(journal: Path) -> None:
    files = [journal.with_name(name) for name in ("a.html", "a.mmd", "a.yaml")]

    result = run("export", journal, "--html", files[0], "--mermaid", files[1], "--script", files[2])

    assert result.exit_code == 0, result.output
    assert files[0].read_text("utf-8").startswith("<!DOCTYPE html>")
    assert files[1].read_text("utf-8").startswith("sequenceDiagram")
    assert [call.name for call in read_scripts(files[2], {})] == ["recorded call 1", "recorded call 2"]


def test_one_call_of_a_journal_is_exported(journal: Path) -> None:
    run("export", journal, "--call", "2", "--script", journal.with_name("b.yaml"))

    text = journal.with_name("b.yaml").read_text("utf-8")
    assert 'hear: "second"' in text
    assert "first" not in text


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ((), "say what to make of it"),
        (("--html", "nowhere/a.html"), "there is no directory nowhere"),
        (("--html", "a.html", "--call", "3"), "there is no call 3: the journal holds 2 calls"),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(journal: Path, more: tuple[str, ...], reason: str) -> None:
    result = run("export", journal, *(str(journal.with_name(each)) if each == "a.html" else each for each in more))

    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert not journal.with_name("a.html").exists()


def test_a_file_that_is_no_journal_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"name": 1}\n', "utf-8")

    for arguments in (
        ("export", tmp_path / "a.jsonl", "--html", tmp_path / "a.html"),
        ("--replay", tmp_path / "a.jsonl"),
    ):
        result = run(*arguments)

        assert result.exit_code == 2
        assert "a.jsonl, line 1: no journal of the phone has such a line" in result.stderr
