"""docs/phone.md names the keys, panes, options and differences there are, and its links and pictures exist."""

import re
from pathlib import Path

import pytest

from simulator.cli.phone import make_phone
from simulator.phone.actions import ACTS, readable
from simulator.phone.model.differences import DIFFERENCES
from simulator.phone.panes.frame import PANES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/phone.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_keys_are_those_of_the_phone() -> None:
    real = [[" ".join(f"`{key}`" for key in readable(act.keys).split("  ")), act.help, act.group] for act in ACTS]

    assert rows("Keys") == real


def test_the_panes_are_those_of_the_phone() -> None:
    assert {row[1].strip("`"): row[0].lower() for row in rows("Screens")} == {key: name for name, key in PANES.items()}


def test_the_differences_are_those_that_are_said() -> None:
    assert rows("What differs from Twilio") == [[each.sentence, each.row] for each in DIFFERENCES]


def test_options_that_are_named_exist() -> None:
    options = {option for parameter in make_phone().params for option in parameter.opts}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE))

    assert named - {"--help", "--debug"} <= options


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", PAGE))))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / "docs" / target).exists()
