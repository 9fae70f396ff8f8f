"""docs/okta.md says neither more nor less than the code: every route, every statement, and tests that exist."""

import re
from pathlib import Path

import pytest

from fakes.okta.control import Control
from fakes.okta.routes import ROUTES
from fakes.okta.state import Okta
from tests.fakes.door import Clock

ROOT = Path(__file__).parents[2]
COUNTS = {"U": 20, "L": 2, "E": 8, "V": 15, "P": 10, "A": 18, "S": 8}
STATEMENTS = [f"{letter}{number:02d}" for letter, count in COUNTS.items() for number in range(1, count + 1)]

DIRECT = (1, 2, 4, 5, 6, 10, 11, 12, 14, 16, 17, 20, 21, 22, 30, *range(40, 56), 60, 62, 63, 64, 65)
STATEMENTS += [f"D{number:02d}" for number in DIRECT]


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "docs" / "okta.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tests() -> set[str]:
    files = Path(__file__).parent.glob("test_*.py")
    return {name for file in files for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.M)}


def test_every_route_has_a_row_and_every_row_a_route(text: str) -> None:
    control = Control(Okta(now=Clock()).org)
    simulated = [f"{route.method} {route.template}" for route in ROUTES]
    simulated += [f"{route.method} {route.template}" for route in control.routes]

    documented = re.findall(r"^\| `([A-Z]+ /\S*)` \|", text, re.M)

    assert sorted(documented) == sorted(simulated)


def test_every_statement_has_a_row_that_names_all_its_tests(text: str, tests: set[str]) -> None:
    rows = dict(re.findall(r"^\| ([A-Z]\d\d) \|.*\| ([^|]*) \|$", text, re.M))

    assert list(rows) == STATEMENTS
    for statement, named in rows.items():
        proving = {name for name in tests if name.startswith(f"test_{statement}_")}
        assert proving
        assert set(re.findall(r"`(\w+)`", named)) == proving


def test_every_test_that_is_named_exists(text: str, tests: set[str]) -> None:
    named = set(re.findall(r"`(test_\w+)`", text))

    assert named <= tests


def test_every_endpoint_names_a_test(text: str) -> None:
    rows = re.findall(r"^\| `[A-Z]+ /.*$", text, re.M)

    assert rows
    assert all("`test_" in row for row in rows)
