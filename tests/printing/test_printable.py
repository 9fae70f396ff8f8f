"""One table of foreign text for the three packages, which may not share a function."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fakes.printing
import ivr.printable
import simulator.printable
from tests.printing.harmless import HOSTILE, harm_in

CASES = [
    ("plain", "plain"),
    ("a: b :: c", "a: b :: c"),
    ("Grüße, 你好, 👩‍🚀", "Grüße, 你好, 👩‍🚀"),
    ("\x1b[2J", "␛[2J"),
    ("\x9b31m", "�31m"),
    ("\x07\x7f\x00", "␇␡␀"),
    ("a\rb", "a␍b"),
    ("a\tb", "a   b"),
    ("a\n  b\r\n\r\nc", "a b c"),
    ("\n::error::x", ": :error::x"),
    ("::error::x", ": :error::x"),
    ("  ::error::x", "  : :error::x"),
    (":\u200d:error::x", ": \u200d:error::x"),
    ("say ##[error]x", "say ## [error]x"),
    ("#\u00ad#[error]x", "#\u00ad# [error]x"),
    ("###vso[task.complete]", "### vso[task.complete]"),
    ("a ## b [c]", "a ## b [c]"),
    ("\u202eabc\u2028\ufeff", "�abc��"),
    ("half \ud800 of it", "half � of it"),
]
PACKAGES = [simulator.printable, ivr.printable, fakes.printing]
one_lines = pytest.mark.parametrize("one_line", [each.one_line for each in PACKAGES], ids=["simulator", "ivr", "fakes"])
json_texts = pytest.mark.parametrize(
    "json_text", [simulator.printable.json_text, ivr.printable.json_text], ids=["simulator", "ivr"]
)
nasty = st.text(st.sampled_from([*HOSTILE, "#", ":", "[", "]", "v", " ", "\ud800", "\u200d", "\u00ad", "\u2060"]))


@one_lines
@pytest.mark.parametrize(("text", "shown"), CASES, ids=[ascii(text) for text, _ in CASES])
def test_foreign_text_is_one_harmless_line(one_line: Callable[[str], str], text: str, shown: str) -> None:
    assert one_line(text) == shown


@one_lines
@given(text=nasty)
def test_whatever_comes_is_one_harmless_line(one_line: Callable[[str], str], text: str) -> None:
    line = one_line(text)

    assert not harm_in(line)
    assert "\n" not in line
    assert one_line(line) == line


@pytest.mark.parametrize("printable", [each.printable for each in PACKAGES])
def test_lines_stay_lines_where_several_are_shown(printable: Callable[[str], str]) -> None:
    assert printable("a\r\n\tb\x1b") == "a\n    b␛"


@json_texts
@given(text=nasty | st.text())
def test_json_is_harmless_and_loses_nothing(json_text: Callable[..., str], text: str) -> None:
    for indent in (None, 1):
        written = json_text({text: [text]}, indent=indent)

        assert json.loads(written) == {text: [text]}
        assert not harm_in(written)
        written.encode()
