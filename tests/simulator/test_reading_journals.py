"""A journal on disk read back: the same entries, or one sentence that says which line is wrong."""

import json
from pathlib import Path

import pytest

from simulator.operator.beside import OutsideCall, PromptArrived, TextArrived
from simulator.operator.journal import Entry, Item, UnreadableJournalError, as_data, entry_from, masked, read_journal
from simulator.operator.masking import Mask
from simulator.vocabulary import Ask, Heard, Listening, Pressed, Prompt, Replied, Trip, Unreachable

TRIP = Trip("POST", "https://a.example/", {"a": "b"}, (("Host", "a.example"),), None, (), 0.25, "refused")
LISTENING = Listening("CA1", "Gather", keys=True, speech=False, num_digits=None, finish_on_key="#", timeout=5.0)
ITEMS: list[Item] = [
    Ask("CA1", 1, "GET", "https://a.example/?x=1", {"Digits": "1"}, own=("Digits",)),
    Replied(1, 200, None, b"\xff\xfe no text", "https://a.example/", 0.5, trips=(TRIP,)),
    Unreachable(1, 11200, "refused", trips=(TRIP, TRIP)),
    Heard("CA1", Prompt("Say", 2.0, text="hello"), 100.0, 1.0, "hel", is_cut=True),
    OutsideCall("Okta", "GET", "/api/v1/users", 200, 0.0, "1 found", 1),
    PromptArrived("+1", "p1", "Is it you?", 1.0, 2.0, (27, 72)),
    TextArrived("+1", "Your code is 493027.", "493027", 1.0),
    LISTENING,
    Pressed("1"),
]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: type(item).__name__)
def test_an_entry_comes_back_as_it_was_written(item: Item) -> None:
    written = json.dumps(as_data(Entry(100.5, "CA1", item)))

    assert entry_from(json.loads(written)) == Entry(100.5, "CA1", item)


def test_masked_entries_hide_a_code_even_before_it_was_typed() -> None:
    spoken = Heard("CA1", Prompt("Say", 2.0, text="4 9 3 0 2 7"), 100.0, 2.0, "4 9 3 0 2 7")
    ask = Ask("CA1", 2, "POST", "https://a.example/code", {"Digits": "493027"}, own=("Digits",))
    items: list[Item] = [spoken, LISTENING, *map(Pressed, "493027"), ask]

    hidden = masked([Entry(100.0, "CA1", item) for item in items], Mask())

    assert "4 9 3" not in str(hidden)
    assert "493027" not in str(hidden)
    assert [entry.item for entry in hidden[2:8]] == [Pressed("•")] * 6


def test_a_journal_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(as_data(Entry(100.0, "CA1", item))) + "\n" for item in ITEMS), "utf-8")

    assert [entry.item for entry in read_journal(path)] == ITEMS


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty: nothing was recorded"),
        ('{"at":1,"sid":"CA1","what":"HungUp"}\n{"at":1,"si', "line 2: this is not JSON"),
        ('{"name": "a report"}', "line 1: no journal of the phone has such a line"),
        ('[1, 2]', "line 1: no journal of the phone has such a line"),
        ('{"at":1,"sid":"CA1","what":"Flew"}', "line 1: 'Flew' cannot be read: nothing is called 'Flew'"),
        ('{"at":1,"sid":"CA1","what":"Pressed"}', "line 1: 'Pressed' cannot be read: 'key' is missing"),
        ('{"at":1,"sid":"CA1","what":"Pressed","key":5}', "line 1: 'Pressed' cannot be read: 5 is not a str"),
        ('{"at":"x","sid":"CA1","what":"HungUp"}', "line 1: 'HungUp' cannot be read: at is a number"),
        ('{"at":1,"sid":"CA1","what":"Declined","outcome":"asleep"}', "'asleep' is none of busy, declined, no-answer"),
    ],
)  # fmt: skip
def test_what_is_no_journal_is_refused_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(text, "utf-8")

    with pytest.raises(UnreadableJournalError) as refused:
        read_journal(path)

    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sound.wav").write_bytes(b"RIFF\xff\xff")

    with pytest.raises(UnreadableJournalError, match="No such file"):
        read_journal(tmp_path / "missing.jsonl")
    with pytest.raises(UnreadableJournalError, match="not text in UTF-8"):
        read_journal(tmp_path / "sound.wav")
