"""docs/security.md has every threat we were asked about, and each is shown to be met by tests that there are."""

import re
from collections import Counter
from pathlib import Path

from ivr.settings import NAMES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text()

THREATS = (
    "Spoofed caller ID",
    "Forged webhooks",
    "Replayed webhooks",
    "Stolen session",
    "Code guessing",
    "SMS pumping",
    "Call back bombing",
    "Push fatigue",
    "Used-up challenges",
    "Account lock-out as an attack",
    "User enumeration",
    "Secrets in logs and recordings",
    "Names from the sender",
    "TwiML injection",
    "Header and host tricks",
    "Floods of connections",
    "Oversize and slow bodies",
    "Control characters and CI commands",
    "Hostile files and options",
    "Hostile WebSockets",
    "Pages of other sites",
)
ROWS = {
    name: (anchor, re.findall(r"`(test_\w+)`", tests))
    for name, anchor, tests in re.findall(r"^\| \[([^\]]+)\]\(#([^)]+)\) \| (.*) \|$", PAGE, re.MULTILINE)
}
SECTIONS = {part.partition("\n")[0]: part.partition("\n")[2] for part in PAGE.split("\n## ")[1:]}


def collected() -> Counter[str]:
    """The names that pytest would find: functions called test_… at the top of files called test_….py."""
    return Counter(
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    )


def test_every_threat_has_a_row_and_a_section_of_its_own() -> None:
    assert tuple(ROWS) == THREATS == tuple(SECTIONS)
    assert [anchor for anchor, _ in ROWS.values()] == [name.lower().replace(" ", "-") for name in THREATS]


def test_every_threat_has_tests_and_each_of_them_is_there_once() -> None:
    found = collected()

    assert all(len(tests) >= 2 for _, tests in ROWS.values())
    named = [test for _, tests in ROWS.values() for test in tests]
    assert {test: found[test] for test in named} == dict.fromkeys(named, 1)


def test_every_threat_says_what_remains() -> None:
    assert not [name for name, text in SECTIONS.items() if text.count("**Remains**") != 1]


def test_every_setting_that_is_named_is_one() -> None:
    named = set(re.findall(r"\b(?:IVR|OKTA|TWILIO)_[A-Z_]*[A-Z]\b", PAGE))
    beginnings = {"IVR_CHALLENGES"}  # of several

    assert named - beginnings <= NAMES
