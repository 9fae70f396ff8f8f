"""The pictures in docs/screens can be made from the program; the quick ones are held against what it draws."""

import re

import pytest

from tests.phone.bank import Branch
from tests.phone.pictures import PICTURES, SCREENS, take


def test_every_picture_is_there_and_no_other() -> None:
    assert {path.stem for path in SCREENS.glob("*.svg")} == set(PICTURES)


@pytest.mark.parametrize("name", [name for name, picture in PICTURES.items() if picture.network is Branch])
async def test_the_picture_says_what_the_program_says(name: str) -> None:
    drawn = words(await take(name), PICTURES[name].size[1])

    assert "Conversation" in "".join(drawn)
    assert drawn == words((SCREENS / f"{name}.svg").read_text(encoding="utf-8"), PICTURES[name].size[1]), "make screens"


def words(svg: str, rows: int) -> list[str]:
    """What can be read in it, but for the last line, which changes with every new key."""
    found = re.findall(r'line-(\d+)\)">([^<]*)', svg)
    return [text for row, text in found if int(row) < rows - 1]
