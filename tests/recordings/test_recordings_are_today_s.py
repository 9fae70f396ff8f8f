"""The committed files are what today's line asks and today's fakes answer, and every plan has its file."""

from datetime import date

import pytest

from demo.recording.files import is_as_kept
from demo.recording.session import ALL_NAMES, from_fakes
from ivr.recordings.library import HOME
from tests.recordings.conftest import FILES, name_of


def test_there_is_a_file_for_every_scenario_and_no_other() -> None:
    assert sorted(map(name_of, FILES)) == sorted(ALL_NAMES)


@pytest.mark.parametrize("name", ALL_NAMES)
async def test_recording_again_gives_the_same_file_byte_for_byte(name: str) -> None:
    """But for the header: it says when the file was made, and with which versions."""
    (new,) = [each async for each in from_fakes(date(2000, 1, 1), [name])]

    assert is_as_kept(HOME, new), "the line asks something else now: `make record`, and look at the difference"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_the_header_says_where_a_file_came_from(file: str) -> None:
    with open(file, encoding="utf-8") as text:
        what, where, through, made = (text.readline().removeprefix("# ").strip() for _ in range(4))

    assert what.endswith(".")
    assert where.startswith("Recorded 20")
    assert where.endswith("from the fakes of this repository, served over loopback; no real service was asked.")
    assert "vcrpy" in through
    assert "placeholders" in through
    assert made == "Made by `ivr record`; not to be edited by hand."
