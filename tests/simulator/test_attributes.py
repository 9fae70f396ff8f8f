"""How the words of attributes are read, the same for all verbs and nouns: methods and Booleans in any case."""

from collections.abc import Iterator

import pytest

from simulator.twiml.attributes import METHOD, AttributeSpec, attributes_of, boolean
from simulator.verbs.dial.dial import NOUNS
from simulator.verbs.table import VERBS

KINDS = {name: kind.data for name, kind in VERBS.items()} | dict(NOUNS)


def attributes() -> Iterator[tuple[str, AttributeSpec]]:
    for name, kind in KINDS.items():
        for spec in attributes_of(kind):
            yield f"{name} {spec.xml}", spec


METHODS = {name: spec for name, spec in attributes() if spec.default == "POST"}
BOOLEANS = {name: spec for name, spec in attributes() if isinstance(spec.default, bool)}
ALSO_BOOLEANS = {name: spec for name, spec in attributes() if name in ("Dial record", "Conference beep")}


@pytest.mark.parametrize("spec", METHODS.values(), ids=METHODS)
def test_the_case_of_a_method_does_not_matter(spec: AttributeSpec) -> None:
    assert [spec.read(text) for text in ("get", "Get", "GET", "post")] == ["GET", "GET", "GET", "POST"]
    assert spec.read is METHOD


@pytest.mark.parametrize("spec", BOOLEANS.values(), ids=BOOLEANS)
def test_the_case_of_a_boolean_does_not_matter(spec: AttributeSpec) -> None:
    assert [spec.read(text) for text in ("true", "True", "FALSE", "false")] == [True, True, False, False]
    assert spec.read is boolean


@pytest.mark.parametrize("spec", ALSO_BOOLEANS.values(), ids=ALSO_BOOLEANS)
def test_a_boolean_among_other_words_is_read_alike(spec: AttributeSpec) -> None:
    assert [spec.read(text) for text in ("True", "FALSE")] == ["true", "false"]


@pytest.mark.parametrize("text", ["1", "0", "yes", "on", "", " true"])
@pytest.mark.parametrize("spec", (BOOLEANS | ALSO_BOOLEANS).values(), ids=BOOLEANS | ALSO_BOOLEANS)
def test_nothing_else_is_a_boolean(spec: AttributeSpec, text: str) -> None:
    with pytest.raises(ValueError):
        spec.read(text)
