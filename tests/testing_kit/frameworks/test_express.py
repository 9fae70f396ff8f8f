"""The same line in Express: another language, so a command starts it and the telephone calls it over HTTP."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LINE = HERE.parents[2] / "docs/examples/express_line.js"
STORIES = """
    def test_the_balance(phone):
        phone.dial()
        phone.hears("welcome to atko mobile")
        phone.press("1")
        phone.hears("your balance is 142 dollars")
        phone.ended()

    async def test_a_wrong_key(phone):
        await phone.dial()
        await phone.press("7")
        await phone.hears_in_order("no such option", "press 1")

    def test_silence(phone):
        phone.dial()
        phone.stays_silent()
        phone.hears("goodbye")
        phone.ended()
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node on this machine: install Node.js")
@pytest.mark.skipif(not (HERE / "node_modules/express").is_dir(), reason="no Express here: .ci/run installs it")
def test_the_express_example_answers_the_telephone(run_files: Callable[..., pytest.RunResult]) -> None:
    command = f"env NODE_PATH={HERE / 'node_modules'} node {LINE}"

    run_files({"test_line.py": STORIES}, "--voice-command", command).assert_outcomes(passed=3)
