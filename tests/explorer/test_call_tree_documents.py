"""Call trees as JSON: what is written is what is read, and what is no call tree is refused in a sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import WrongUseError
from simulator.explorer.documents import from_data, from_json, read_tree, to_json
from tests.explorer.small_trees import SMALL

SAMPLE = Path(__file__).parent / "small_tree.json"


def test_a_tree_comes_back_from_its_document_as_it_was() -> None:
    assert from_json(to_json(SMALL)) == SMALL


def test_the_document_is_the_sample_that_other_programs_were_written_for() -> None:
    assert to_json(SMALL) == SAMPLE.read_text("utf-8")
    assert read_tree(SAMPLE) == SMALL


def test_a_tree_that_0_1_0_wrote_can_still_be_read() -> None:
    """What trees hold since then has a default."""

    def as_then(value: Any) -> Any:
        if isinstance(value, dict):
            new = ("languages", "steady", "is_steady", "remedy")
            return {name: as_then(each) for name, each in value.items() if name not in new}
        return [as_then(each) for each in value] if isinstance(value, list) else value

    assert from_data(as_then(json.loads(to_json(SMALL)))) == SMALL


def test_the_path_to_a_state_is_the_shortest_one_found() -> None:
    path = SMALL.path_to(SMALL.state_by_id["s2"])

    assert path.shown == "call from +17735551234 › press 1"
    assert path.keys == "dial:+17735551234 keys:1"
    assert [request.address for request in path.requests] == ["/ivr/welcome", "/ivr/menu"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not JSON"),
        ("[]", "no call tree"),
        ('{"kind": "call-tree", "version": 9}', "version 9"),
        ('{"kind": "call-tree", "version": 1, "called": "+1"}', "damaged"),
        ('{"kind": "call-tree", "version": 1, "called": "+1", "states": [{}], "edges": []}', "damaged"),
    ],
)
def test_what_is_no_call_tree_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(WrongUseError, match=sentence):
        from_json(text)
