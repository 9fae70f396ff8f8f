"""docs/twilio-api.md says neither more nor less than the code: every route, every statement, and tests that exist."""

import re
from pathlib import Path

import pytest

from fakes.twilio.app import ROUTES
from fakes.twilio.calls import WITHOUT_EFFECT
from fakes.twilio.control import Control
from fakes.twilio.endpoints.accounts import ACCOUNT
from fakes.twilio.state import Twilio
from tests.fakes.door import Clock

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "docs" / "twilio-api.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tests() -> set[str]:
    files = Path(__file__).parent.glob("test_*.py")
    return {name for file in files for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.M)}


def test_every_route_has_a_row_and_every_row_a_route(text: str) -> None:
    control = Control(Twilio(now=Clock()).account)
    routes = [f"{route.method} {route.template}" for route in ROUTES]
    routes += [f"{route.method} {route.template}" for route in control.routes]

    documented = re.findall(r"^\| `([A-Z]+ [/…]\S*)` \|", text, re.M)

    assert sorted(documented) == sorted(route.replace(ACCOUNT, "…") for route in routes)


def test_every_endpoint_names_a_test(text: str) -> None:
    rows = re.findall(r"^\| `[A-Z]+ [/…].*$", text, re.M)

    assert rows
    assert all("`test_" in row for row in rows)


def test_every_statement_has_a_row_that_names_all_its_tests(text: str, tests: set[str]) -> None:
    rows = dict(re.findall(r"^\| (T\d\d) \|.*\| ([^|]*) \|$", text, re.M))

    assert list(rows) == [f"T{number}" for number in range(72, 81)]
    for statement, named in rows.items():
        assert set(re.findall(r"`(\w+)`", named)) == {name for name in tests if f"_{statement}_" in name}


def test_every_test_that_is_named_exists(text: str, tests: set[str]) -> None:
    assert set(re.findall(r"`(test_\w+)`", text)) <= tests


def test_parameters_without_effect_are_named(text: str) -> None:
    section = text.split("## Not simulated")[1]

    assert [name for name in WITHOUT_EFFECT if name not in section] == []
