"""docs/twiml.md says what the nouns do: every attribute with its default and code, in both directions."""

from pathlib import Path

from simulator.twiml.attributes import attributes_of
from simulator.twiml.codes import CODES
from simulator.verbs.dial.dial import NOUNS as NOUNS_OF_DIAL
from simulator.verbs.relay.noun import ConversationRelay, Language
from simulator.verbs.stream.noun import Stream

PAGE = (Path(__file__).parents[2] / "docs/twiml.md").read_text()
NOUNS = {**NOUNS_OF_DIAL, "Stream": Stream, "ConversationRelay": ConversationRelay, "Language": Language}
SECTIONS = ("the nouns of Dial", "Stream", "ConversationRelay")


def rows() -> list[list[str]]:
    """The cells of the tables of nouns."""
    sections = [PAGE.split(f"## Attributes of {nouns}\n")[1].split("\n## ")[0] for nouns in SECTIONS]
    lines = [line for section in sections for line in section.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "noun"]


def test_every_attribute_of_a_noun_has_a_row_with_its_code() -> None:
    written = {(row[0], row[1], int(row[3])) for row in rows()}
    real = {(noun, spec.xml, spec.invalid) for noun, kind in NOUNS.items() for spec in attributes_of(kind)}

    assert written == real


def test_defaults_of_nouns_are_those_of_the_code() -> None:
    for noun, attribute, default, *_ in rows():
        spec = next(spec for spec in attributes_of(NOUNS[noun]) if spec.xml == attribute)
        if isinstance(spec.default, bool):
            assert default == str(spec.default).lower(), (noun, attribute)
        elif isinstance(spec.default, frozenset):
            assert default == (" ".join(sorted(spec.default)) or "–"), (noun, attribute)
        elif spec.default not in (None, ""):
            assert default == str(spec.default), (noun, attribute)


def test_every_code_of_a_noun_is_in_the_dictionary() -> None:
    assert {spec.invalid for kind in NOUNS.values() for spec in attributes_of(kind)} <= set(CODES)
