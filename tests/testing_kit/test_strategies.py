"""The Hypothesis strategies give what they say: real numbers, possible keys, documents that are right or are not."""

import inspect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.geography import locate
from simulator.testing import strategies
from simulator.twiml.attributes import attributes_of
from simulator.verbs.dial.dial import NOUNS
from simulator.verbs.document import UnreadableError, read_document
from simulator.verbs.stream.noun import Stream
from simulator.verbs.table import VERBS
from simulator.vocabulary import Listening

few = settings(max_examples=40, deadline=None)


@few
@given(strategies.callers())
def test_callers_have_numbers_of_a_known_country(number: str) -> None:
    assert number.startswith("+")
    assert locate(number).country


@few
@given(strategies.callers("GB", "DE", may_withhold=True))
def test_countries_can_be_chosen_and_numbers_withheld(number: str) -> None:
    assert number == strategies.WITHHELD or locate(number).country in ("GB", "DE")


def test_a_country_without_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="country 'XX': give ISO codes such as US"):
        strategies.callers("XX")


@few
@given(st.data(), st.integers(1, 6) | st.none(), st.sampled_from(["#", "*", ""]))
def test_entries_are_what_the_gather_could_take(data: st.DataObject, digits: int | None, finish: str) -> None:
    listening = Listening("CA1", "Gather", keys=True, speech=False, num_digits=digits, finish_on_key=finish, timeout=5)

    entry = data.draw(strategies.entries(listening, ("1",)))

    assert set(entry) <= set(strategies.KEYS)
    assert 1 <= len(entry) <= (digits or 10)
    assert not finish or finish not in entry[:-1]


@few
@given(strategies.twiml())
def test_the_debugger_finds_nothing_wrong_with_these_documents(document: str) -> None:
    assert read_document(document.encode()).findings == ()


@few
@given(strategies.twiml("Gather"))
def test_verbs_can_be_chosen(document: str) -> None:
    assert {step.name for step in read_document(document.encode()).steps} <= {"Gather"}


def test_a_verb_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="<Gahter> is not a verb"):
        strategies.twiml("Gahter")


def codes_of(document: str) -> list[int]:
    try:
        return [finding.code for finding in read_document(document.encode()).findings]
    except UnreadableError as error:
        return [error.code]


@few
@given(strategies.broken_twiml())
def test_the_debugger_finds_something_wrong_with_these_documents(document: str) -> None:
    assert codes_of(document)


@pytest.mark.parametrize("data", [*(kind.data for kind in VERBS.values()), *NOUNS.values(), Stream])
def test_every_word_an_attribute_may_say_can_come(data: type) -> None:
    for spec in attributes_of(data):
        is_choice = inspect.isfunction(spec.read) and "words" in inspect.getclosurevars(spec.read).nonlocals
        accepted = strategies._accepted(spec)
        assert accepted, f"{spec.xml} never says anything"
        if is_choice and VERBS.get(data.__name__, VERBS["Say"]).is_simulated:
            assert set(inspect.getclosurevars(spec.read).nonlocals["words"]) <= set(accepted), spec.xml
