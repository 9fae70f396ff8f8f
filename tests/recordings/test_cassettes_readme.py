"""The table in cassettes/README.md says of every file what the file itself says."""

import yaml

from ivr.recordings.library import HOME
from tests.recordings.conftest import FILES, name_of


def rows() -> list[str]:
    """As they should be."""
    return [_row(name_of(file), yaml.load(file.read_text(), yaml.CSafeLoader)["metadata"]) for file in FILES]


def _row(name: str, told: dict[str, object]) -> str:
    """Twilio's are not calls, and nothing plays them: they are for judging the fake."""
    notes, caller = told["notes"], told["caller"]
    assert isinstance(notes, dict)
    assert isinstance(caller, dict)
    is_asked = any({"refused", "by_name"} & each.keys() for each in notes.values())
    plays = "–" if name.startswith("twilio/") else "by name" if is_asked else "when it fits"
    return f"| `{name}` | {caller['name']} | {told['about']} | {told['source']} | {plays} |"


def test_the_table_says_what_the_files_say() -> None:
    page = (HOME / "README.md").read_text(encoding="utf-8").splitlines()

    assert [line for line in page if line.startswith("| `")] == rows()


def test_it_says_that_nothing_is_live_as_long_as_nothing_is() -> None:
    page = " ".join((HOME / "README.md").read_text(encoding="utf-8").split())
    is_any_live = any("| live |" in row for row in rows())

    assert ("There is no *live* one yet." in page) is not is_any_live
