"""docs/twiml.md says what the code does: every verb, attribute and statement, in both directions."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from simulator.twiml.attributes import attributes_of
from simulator.twiml.codes import CODES
from simulator.verbs.table import VERBS

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

    assert simulated == {name for name, kind in VERBS.items() if kind.is_simulated}
    assert checked == {name for name, kind in VERBS.items() if not kind.is_simulated}
    assert len(rows("Verbs")) == len(VERBS)


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


DICTIONARY = (
    "11100 11200-11203 11205 11206 11210 11215-11217 11220 11235-11237 11240-11243 11251 11300 11310 11320-11322 11750 "
    "11751 11770 12100-12102 12200 12300 12400 13000 13201 13210 13212-13227 13230-13257 13310-13314 13320-13322 "
    "13325-13335 13337 13338 13340 13342 13343 13410 13420 13430 13510-13513 13520 13521 13610-13622 13699 13710 13750 "
    "13801-13803 13810 13910 14101-14111 14201-14207 14210-14213 14220-14223 14300 15002-15004 16020 16101 16102 32018 "
    "31901 31902 31910 31920-31924 31931 31941 31950 31951 57012"
)
"""The codes of Twilio's error dictionary that a voice application can meet."""


def codes_in(text: str) -> set[int]:
    """Numbers and ranges, separated by spaces or commas."""
    ranges = [part.partition("-") for part in text.replace(",", " ").split()]
    return {code for least, _, most in ranges for code in range(int(least), int(most or least) + 1)}


@cache
def raised_codes() -> frozenset[int]:
    """Every number in the simulator's source that is one of the dictionary, outside the table of codes itself."""
    numbers: set[int] = set()
    for file in (ROOT / "simulator").rglob("*.py"):
        if file.name != "codes.py":
            nodes = ast.walk(ast.parse(file.read_text()))
            numbers |= {node.value for node in nodes if isinstance(node, ast.Constant) and type(node.value) is int}
    return frozenset(numbers & (codes_in(DICTIONARY) | set(CODES)))


def test_every_code_that_is_raised_has_a_row_and_every_row_is_raised() -> None:
    assert raised_codes() == set(CODES)


def test_every_code_of_the_dictionary_is_raised_or_said_not_to_be() -> None:
    not_raised = [code for row in rows("Codes of the dictionary that are not raised here") for code in codes_in(row[0])]

    assert len(not_raised) == len(set(not_raised))
    assert set(not_raised) == codes_in(DICTIONARY) - raised_codes()


def test_every_code_has_a_meaning_and_a_remedy() -> None:
    for code, row in CODES.items():
        assert row.meaning, code
        assert row.remedy, code
        assert not row.meaning.endswith("."), code


@cache
def known_tests() -> frozenset[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return frozenset(name for file in files for name in re.findall(r"def (test_\w+)", file.read_text()))


@pytest.mark.parametrize("row", rows("Statements"), ids=lambda row: row[0])
def test_every_statement_names_a_test_that_bears_its_id(row: list[str]) -> None:
    name = row[3].strip("`")

    assert name in known_tests()
    assert row[0] in name.split("_")


def test_every_test_with_an_id_has_a_statement() -> None:
    ids = {part for name in known_tests() for part in name.split("_") if re.fullmatch(r"T\d\d", part)}

    assert ids == {row[0] for row in rows("Statements")}
