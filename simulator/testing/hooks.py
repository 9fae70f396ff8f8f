"""What other pytest plugins may plug into the telephone: nothing is done here."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from simulator.testing.line import Line


@pytest.hookspec()
def pytest_phone_line(request: pytest.FixtureRequest, line: "Line") -> None:
    """The test's line has been made and nobody has called yet: connect what belongs to it.

    Whoever has texts and prompts for its phones sets `line.mobile`, unless the project has given one.
    """
