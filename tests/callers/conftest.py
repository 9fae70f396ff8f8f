"""What the tests of scripted calls share."""

from pathlib import Path

import pytest

from tests.callers.line import Play


@pytest.fixture
def play(tmp_path: Path) -> Play:
    return Play(tmp_path)
