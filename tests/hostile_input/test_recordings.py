"""Whatever stands in a recording of `cassettes/`, it plays or is refused in one sentence."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vcr.request import Request

from ivr.recordings.library import HOME, load
from ivr.recordings.player import CassettePlayer, NotRecordedError
from ivr.settings import SettingsError
from tests.hostile_input.mutations import NASTY, changed, places_in


@cache
def recording() -> Any:
    """The first two requests of one, with the notes of the third at the second."""
    document = yaml.safe_load((HOME / "okta" / "sms-right.yaml").read_text("utf-8"))
    document["interactions"] = document["interactions"][:2]
    document["metadata"]["notes"] = {1: document["metadata"]["notes"][2]}
    return document


@cache
def exchanged() -> tuple[tuple[tuple[str | int, ...], Any], ...]:
    return tuple((place, value) for place in places_in(recording()) for value in NASTY)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("okta") / "recording.yaml"


def play(file: Path) -> None:
    """Ask for what is recorded in it."""
    player = CassettePlayer("okta", (load(file, "okta"),), lambda: 0.0)
    for each in recording()["interactions"]:
        player.play(Request("GET", each["request"]["uri"], None, {}))


def test_the_recording_plays_as_it_is(file: Path) -> None:
    file.write_text(yaml.safe_dump(recording()))

    play(file)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_recording_plays_or_is_refused_whatever_stands_in_it(file: Path, data: st.DataObject) -> None:
    place, value = data.draw(st.sampled_from(exchanged()))
    file.write_text(yaml.safe_dump(changed(recording(), place, value)))

    try:
        play(file)
    except SettingsError as error:
        sentence = str(error)
    except NotRecordedError:  # it is another request now
        sentence = ""
    else:
        sentence = ""

    assert "\n" not in sentence


@pytest.mark.parametrize("value", [5, ["x"], None, "http://["])
def test_an_address_that_is_none_is_refused(file: Path, value: object) -> None:
    file.write_text(json.dumps(changed(recording(), ("interactions", 0, "request", "uri"), value)))

    with pytest.raises(SettingsError, match="is not one of our recordings"):
        load(file, "okta")


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "a: [", "\0", "", "interactions: &a [*a]", "!!python/object/apply:os.getcwd []"]
)
def test_what_is_no_recording_is_refused(file: Path, text: str) -> None:
    file.write_text(text)

    with pytest.raises(SettingsError, match="is not one of our recordings"):
        load(file, "okta")
