"""Nulls in a recording are whole when it is read; where a recording is not YAML, it is refused in one sentence."""

from pathlib import Path

import pytest

from ivr.recordings.library import HOME, load
from ivr.settings import SettingsError

KEPT = HOME / "accounts" / "balance-down.yaml"


def changed(folder: Path, old: str, new: str) -> Path:
    file = folder / KEPT.name
    text = KEPT.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    return file


def test_a_name(tmp_path: Path) -> None:
    file = changed(tmp_path, "name: Jane Ivr", 'name: "a\\0b"')

    assert load(file, "accounts").name == "balance-down"
    assert load(file, "accounts").caller == "a\ufffdb"


def test_no_yaml_at_all(tmp_path: Path) -> None:
    file = changed(tmp_path, "interactions:", "interactions: [")

    with pytest.raises(SettingsError, match="is not one of our recordings"):
        load(file, "accounts")
