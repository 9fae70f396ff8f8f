"""`.env.sample` names every setting there is, sets none, and what it shows is valid."""

from __future__ import annotations

import re
from pathlib import Path

from ivr.settings import NAMES, Settings, load_settings

SAMPLE = Path(__file__).parents[2] / ".env.sample"
SHOWN = dict(re.findall(r"^#([A-Z][A-Z_]*)=(.*)$", SAMPLE.read_text(), re.MULTILINE))


def test_every_setting_is_there_and_no_other() -> None:
    assert set(SHOWN) == NAMES


def test_a_copy_of_it_changes_nothing() -> None:
    assert load_settings({}, env_file=SAMPLE) == load_settings({})


def test_every_value_that_is_shown_is_valid_and_defaults_are_those_of_the_line() -> None:
    shown, usual = load_settings(SHOWN), load_settings({})

    defaults = {name: getattr(usual, name) for name in Settings.model_fields if getattr(usual, name) is not None}
    assert {name: getattr(shown, name) for name in defaults} == defaults


def test_secrets_are_shown_empty() -> None:
    assert not {name: value for name, value in SHOWN.items() if value and re.search("TOKEN|SECRET|PRIVATE", name)}
