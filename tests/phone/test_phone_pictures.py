"""The pictures in docs/screens can be made from the program; the quick ones are held against what it draws."""

import pytest

from tests.phone.bank import Branch
from tests.phone.pictures import PICTURES, SCREENS, take


def test_every_picture_is_there_and_no_other() -> None:
    assert {path.stem for path in SCREENS.glob("*.svg")} == set(PICTURES)


@pytest.mark.parametrize("name", [name for name, picture in PICTURES.items() if picture.network is Branch])
async def test_the_picture_is_as_the_program_draws_it(name: str) -> None:
    assert await take(name) == (SCREENS / f"{name}.svg").read_text(encoding="utf-8"), "run make screens, and look at it"
