"""The committed files are what today's line asks and today's fakes answer, and every plan has its file."""

from datetime import date

import pytest

from demo.recording.files import FROM, is_as_kept
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


def test_the_header_of_every_file_says_where_it_came_from() -> None:
    for file in FILES:
        lines = file.read_text(encoding="utf-8").splitlines()
        what, where, through, made = (line.removeprefix("# ") for line in lines[:4])
        source = FROM["live" if "  source: live" in lines else "fakes"]

        assert what.endswith("."), file
        assert where.startswith("Recorded 20"), file
        assert where.endswith(f"from {source}."), file
        assert "vcrpy" in through, file
        assert "placeholders" in through, file
        assert made == "Made by `ivr record`; not to be edited by hand."
