"""docs/load.md names the options and outcomes there are, and its links lead somewhere."""

import re

import click
import pytest

from simulator.cli.phone import make_phone
from simulator.load.outcomes import OUTCOMES
from tests.load.test_load_command import ROOT

PAGE = (ROOT / "docs/load.md").read_text()


def first_cells(heading: str) -> list[str]:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [line.split("|")[1].strip().strip("`") for line in section.splitlines() if line.startswith("| ")][1:]


def test_the_options_are_those_of_the_command() -> None:
    phone = make_phone()
    load, call = (phone.get_command(click.Context(phone), name) for name in ("load", "call"))
    assert load is not None
    assert call is not None
    shared = {option for parameter in call.params for option in parameter.opts} - {"--report", "--strict", "--var"}
    own = [parameter.opts[0] for parameter in load.params if parameter.opts[0].startswith("--")]

    assert first_cells("Options") == [option for option in own if option not in shared]


def test_the_outcomes_are_those_that_are_counted() -> None:
    assert tuple(first_cells("How a call can end")) == OUTCOMES


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", PAGE))))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / "docs" / target).exists()
