"""What docs/cassettes.md names exists: scenarios, commands, settings and compared headers."""

import re
from pathlib import Path

from ivr.settings import NAMES
from okta_twilio_ivr.recording.sources import NAMES as ALL_NAMES
from tests.recordings.contract.comparing import HEADERS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cassettes.md").read_text(encoding="utf-8")


def test_every_scenario_that_is_named_is_there() -> None:
    named = re.findall(r"\b(?:okta|twilio|accounts)/[a-z0-9-]*[a-z0-9]\b(?![-.])", PAGE)

    assert len(named) > 5
    assert set(named) <= set(ALL_NAMES)


def test_every_setting_that_is_named_is_one() -> None:
    named = re.findall(r"\b((?:IVR|OKTA)_[A-Z_]+)=", PAGE)

    assert named
    assert set(named) <= NAMES


def test_every_make_target_that_is_named_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for target in re.findall(r"^make ([\w-]+)|`make ([\w-]+)`", PAGE, re.MULTILINE):
        assert f"\n{''.join(target)}:" in makefile


def test_every_header_that_is_compared_is_in_the_table_and_no_other() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([a-z]+-[a-z-]+|link|location|date)`", row.split("|")[1])}

    assert named == set(HEADERS)
