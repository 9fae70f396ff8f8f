"""docs/soak.md says what the soak does: the same laws, faults in the plan, and commands that exist."""

import re
from pathlib import Path

import click

from bench.soak.__main__ import main
from bench.soak.disturbances import MEANINGS
from bench.soak.judge import CHECKS
from bench.soak.plan import FAULTS

PAGE = (Path(__file__).parents[2] / "docs" / "soak.md").read_text(encoding="utf-8")


def test_the_laws_of_the_page_are_those_that_are_judged() -> None:
    assert dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", PAGE, re.MULTILINE)) == CHECKS


def test_every_fault_that_can_be_drawn_can_be_made() -> None:
    assert {name for names in FAULTS.values() for name in names} == set(MEANINGS)


def test_the_options_of_the_page_are_those_of_the_command() -> None:
    known = {option for parameter in main.params for option in parameter.opts} | {"--replay", "--help"}
    assert isinstance(main, click.Command)

    assert set(re.findall(r"--[a-z][a-z-]*", PAGE)) <= known
