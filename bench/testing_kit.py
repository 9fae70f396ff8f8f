"""A thousand story-sized calls in one pytest run: a Flask line, the `phone` fixture, a test a call; pytest included."""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Row

CALLS = 1000
BUDGET = 20.0
_EXAMPLE = Path(__file__).parents[1] / "docs/examples/flask_line.py"
_CONFTEST = """
import pytest
from flask_line import app

@pytest.fixture
def voice_app():
    return app
"""
_STORIES = """
import pytest

@pytest.mark.parametrize("number", range({calls}))
def test_the_balance(phone, number):
    phone.dial()
    phone.hears("welcome to atko mobile")
    phone.is_asked_for(digits=1)
    phone.press("7")
    phone.hears("no such option")
    phone.press("1")
    phone.hears("your balance is 142 dollars")
    phone.ended()
    assert [request.path for request in phone.requests] == ["/voice", "/menu", "/voice", "/menu"]
"""
_PLUGINS = ("-p", "okta_twilio_ivr.testing.plugin")


async def rows() -> list[Row]:
    seconds = _seconds()
    return [
        Row(
            f"{CALLS:,} calls of four webhooks as tests of one pytest run, one core",
            f"{seconds:.1f} s",
            f"≤ {BUDGET:g} s",
            seconds <= BUDGET,
            seconds,
        )
    ]


def _seconds() -> float:
    """Processor time of the whole run, from the start of the interpreter to its end."""
    with TemporaryDirectory() as folder:
        files = {"flask_line.py": _EXAMPLE.read_text(), "conftest.py": _CONFTEST}
        files |= {"test_line.py": _STORIES.format(calls=CALLS), "pytest.ini": "[pytest]\n"}
        for name, text in files.items():
            (Path(folder) / name).write_text(text)
        here = str(Path(__file__).parents[1])
        before = os.times()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *_PLUGINS, "-q", "-p", "no:cacheprovider"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": here},
            capture_output=True,
            text=True,
            check=False,
        )
        after = os.times()
    if re.search(rf"^{CALLS} passed", done.stdout, re.MULTILINE) is None:
        raise RuntimeError(f"the tests did not pass:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return after.children_user + after.children_system - before.children_user - before.children_system
