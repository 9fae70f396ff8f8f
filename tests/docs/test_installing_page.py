"""docs/installing.md lists the extras there are, and what needs one names it as it is called."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/installing.md").read_text(encoding="utf-8")
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]


def test_the_table_lists_every_extra() -> None:
    listed = re.findall(r"^\| `([a-z]+)` \|", PAGE, re.MULTILINE)

    assert listed == [*sorted(EXTRAS.keys() - {"dev"}), "dev"]


def test_every_extra_that_is_named_anywhere_exists() -> None:
    sources = [
        file for package in ("ivr", "simulator", "fakes", "okta_twilio_ivr") for file in (ROOT / package).rglob("*.py")
    ]
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    named = {
        name
        for file in (*sources, *pages)
        for several in re.findall(r"okta-twilio-ivr\[([a-z,]+)\]", file.read_text(encoding="utf-8"))
        for name in several.split(",")
    }

    assert named <= EXTRAS.keys()
    assert {"cassette", "redis", "tunnel", "voice", "web"} <= named


def test_what_the_tests_need_holds_every_extra_but_the_system_s_voice() -> None:
    (ours,) = re.findall(r"okta-twilio-ivr\[([a-z,]+)\]", " ".join(EXTRAS["dev"]))
    left_out = EXTRAS.keys() - {"dev", "line", "phone", *ours.split(",")}

    assert set(EXTRAS["demo"]) == {"okta-twilio-ivr[line,phone]"}
    assert left_out == {"voice"}
