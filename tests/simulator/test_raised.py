"""What applications raise, as text: frames of their own, and one line that says it."""

import json
from pathlib import Path

import pytest

from simulator.exchange.reply import exception_in
from simulator.wires.raised import traceback_of


def caught(error: BaseException) -> str:
    try:
        raise error
    except BaseException as raised:  # noqa: BLE001 - any
        return traceback_of(raised)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("one\ntwo\n  three"), "ValueError: one"),
        (KeyError("x"), "KeyError: 'x'"),
        (TimeoutError(), "TimeoutError"),
        (ExceptionGroup("several", [ValueError("a"), KeyError("b")]), "KeyError: 'b'"),
        (ExceptionGroup("several", [ValueError("deep")]), "ValueError: deep"),
    ],
)
def test_one_line_says_it(error: BaseException, line: str) -> None:
    if isinstance(error, ExceptionGroup):
        for each in error.exceptions:
            caught(each)  # gives it a traceback
    assert exception_in(caught(error)) == line


def test_the_last_of_a_chain_counts() -> None:
    try:
        try:
            raise ValueError("first")
        except ValueError as first:
            raise RuntimeError("second") from first
    except RuntimeError as second:
        told = traceback_of(second)

    assert exception_in(told) == "RuntimeError: second"
    assert told.count("Traceback (most recent call last):") == 2


def test_frames_of_others_are_left_out_and_files_are_named_from_here() -> None:
    try:
        json.loads("{")
    except ValueError as error:
        told = traceback_of(error)

    here = __file__.removeprefix(f"{Path.cwd()}/")
    assert f'File "{here}", line' in told
    assert "json/decoder.py" not in told


def test_where_all_frames_are_others_the_last_one_stays() -> None:
    with pytest.raises(ValueError) as raised:
        json.loads("{")
    frames = raised.value.__traceback__
    assert frames is not None
    told = traceback_of(raised.value.with_traceback(frames.tb_next))

    assert told.count("File ") == 1
    assert "decoder.py" in told


def test_text_that_is_no_traceback_is_its_own_line() -> None:
    assert exception_in("odd") == "odd"
