"""The three packages make foreign text whole in the same way."""

import json
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fakes.foreign
import ivr.foreign
import simulator.foreign
from tests.foreign_texts import FOREIGN, WHOLE, every_case

every_package = pytest.mark.parametrize("package", [simulator.foreign, fakes.foreign, ivr.foreign])
ANYTHING = st.text(st.characters() | st.characters(categories=["Cs"]) | st.just("\0"))


@every_package
@every_case
def test_the_cases(package: ModuleType, came: str, text: str) -> None:
    assert package.whole(came) == text
    assert package.whole_json(json.dumps({came: [came, 1, None]})) == {text: [text, 1, None]}


@every_package
@given(came=ANYTHING)
def test_whatever_comes_can_be_written_afterwards_and_is_whole_once_and_for_all(package: ModuleType, came: str) -> None:
    text = package.whole(came)

    assert text.encode().decode() == text
    assert "\0" not in text
    assert package.whole(text) == text
    if came.encode("utf-8", "ignore").decode() == came and "\0" not in came:
        assert text == came


@every_package
def test_bytes_that_hold_half_a_character_unescaped(package: ModuleType) -> None:
    assert package.whole_json(json.dumps(FOREIGN, ensure_ascii=False).encode("utf-8", "surrogatepass")) == WHOLE
