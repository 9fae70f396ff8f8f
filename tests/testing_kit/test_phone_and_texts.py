"""Codes that reach the phone by text are read from `voice_mobile`, and never shown afterwards."""

from collections.abc import Callable

import pytest

CONFTEST = """
import pytest
from line import app
from simulator.mobile import NoMobile, Text

class Screen(NoMobile):
    async def texts(self, number):
        return [Text(number, "Your code is 471906", "471906", 0.0)]

@pytest.fixture
def voice_mobile():
    return Screen()

@pytest.fixture
def voice_app():
    return app
"""


def test_a_code_is_read_typed_and_masked(run: Callable[..., pytest.RunResult], application: str) -> None:
    tests = """
        def test_it(phone):
            phone.dial()
            phone.press("2")
            (text,) = phone.texts()
            phone.press(text.code)
            phone.hears("471906")
    """

    result = run(application, tests, "--show-capture=no", "--tb=line", conftest=CONFTEST)

    result.assert_outcomes(failed=1)
    assert "471906" not in result.stdout.str()
