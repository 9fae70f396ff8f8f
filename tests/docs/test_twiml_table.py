"""docs/twiml.md says what the code does: every verb, attribute and statement, in both directions."""

import re
from pathlib import Path

import pytest

from simulator.twiml.attributes import attributes_of
from simulator.twiml.codes import CODES
from simulator.verbs.table import NOT_SIMULATED, VERBS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/twiml.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_verb_has_a_row_and_every_row_a_verb() -> None:
    simulated = {row[0] for row in rows("Verbs") if row[1] == "yes"}
    checked = {row[0] for row in rows("Verbs") if row[1] == "checked"}
    refused = {row[0] for row in rows("Verbs") if row[1] == "refused"}

    assert simulated == {name for name, kind in VERBS.items() if kind.is_simulated}
    assert checked == {name for name, kind in VERBS.items() if not kind.is_simulated}
    assert refused == NOT_SIMULATED


def test_every_attribute_has_a_row_with_its_code() -> None:
    written = {(row[0], row[1], int(row[3])) for row in rows("Attributes")}
    real = {(verb, spec.xml, spec.invalid) for verb, kind in VERBS.items() for spec in attributes_of(kind.data)}

    assert written == real


def test_defaults_are_those_of_the_code() -> None:
    for verb, attribute, default, *_ in rows("Attributes"):
        spec = next(spec for spec in attributes_of(VERBS[verb].data) if spec.xml == attribute)
        if isinstance(spec.default, bool):
            assert default == str(spec.default).lower(), (verb, attribute)
        elif spec.default not in (None, ""):
            assert default == str(spec.default), (verb, attribute)


RAISED = re.compile(r"(?:Finding|Fail|warn|WireError|Unreachable|InvalidValueError)\((?:[\w.]+, )?(\d{5})\b")


def test_every_code_that_is_raised_is_in_the_dictionary() -> None:
    raised = {int(code) for file in (ROOT / "simulator").rglob("*.py") for code in RAISED.findall(file.read_text())}
    of_attributes = {spec.invalid for kind in VERBS.values() for spec in attributes_of(kind.data)}

    assert raised, "the pattern finds nothing any more"
    assert (raised | of_attributes) - set(CODES) == set()


def known_tests() -> set[str]:
    return {
        name for file in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", file.read_text())
    }


@pytest.mark.parametrize("row", rows("Statements"), ids=lambda row: row[0])
def test_every_statement_names_a_test_that_bears_its_id(row: list[str]) -> None:
    name = row[3].strip("`")

    assert name in known_tests()
    assert row[0] in name.split("_")


def test_every_test_with_an_id_has_a_statement() -> None:
    ids = {part for name in known_tests() for part in name.split("_") if re.fullmatch(r"T\d\d", part)}

    assert ids == {row[0] for row in rows("Statements")}
