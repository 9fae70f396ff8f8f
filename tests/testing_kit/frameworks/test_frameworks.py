"""The same line in four frameworks, as docs/examples has it: called in process, from sync and async tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.testing_kit.conftest import PLUGINS

EXAMPLES = Path(__file__).parents[3] / "docs/examples"
STORIES = """
    import pytest

    @pytest.fixture(params=[
        "flask_line:app", "quart_line:app", "fastapi_line:app", "django_line:wsgi", "django_line:asgi"
    ])
    def voice_app(request):
        return request.param

    def test_the_balance(phone):
        phone.dial()
        phone.hears("welcome to atko mobile")
        phone.is_asked_for(digits=1)
        phone.press("1")
        phone.hears("your balance is 142 dollars")
        phone.ended()

    async def test_a_wrong_key(phone):
        await phone.dial()
        await phone.press("7")
        await phone.hears_in_order("no such option", "press 1")
        assert [request.path for request in phone.requests] == ["/voice", "/menu", "/voice"]

    def test_silence(phone):
        phone.dial()
        phone.stays_silent()
        phone.hears("goodbye")
        phone.ended()
        assert phone.warnings == ()
"""


def test_every_example_answers_the_telephone(run_files: Callable[..., pytest.RunResult]) -> None:
    lines = {path.name: path.read_text() for path in EXAMPLES.glob("*_line.py")}

    result = run_files(lines | {"test_line.py": STORIES}, *PLUGINS, apart=True)

    assert len(lines) == 4
    result.assert_outcomes(passed=15)
