"""What is installed with no extra, and what each command says when an extra is missing."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ivr import PACKAGES

ROOT = Path(__file__).parents[2]
LINE = ("the line needs dotenv, okta, prometheus_client, pydantic, structlog, twilio, not installed here: "
        "pip install 'okta-twilio-ivr[{extra}]'")  # fmt: skip
WITHOUT = f"import sys; sys.modules.update(dict.fromkeys({(*PACKAGES, 'textual', 'textual_serve', 'rich')!r})); "
"""An interpreter that finds none of what the extras `line`, `phone` and `web` bring."""
STORY = """
import pytest
from okta_twilio_ivr.world import open_demo
from simulator import ManualClock
from simulator.errors import SimulatorError

@pytest.fixture
def voice_app(okta):
    async def app(scope, receive, send):
        await receive()
        headers = [(b"content-type", b"text/xml")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"<Response><Say>Hello.</Say></Response>"})
    return app

def test_the_line_greets(phone, twilio_api, accounts):
    phone.dial()
    phone.hears("hello")

async def test_the_demo_says_what_it_needs():
    with pytest.raises(SimulatorError, match="needs dotenv.* pip install 'okta-twilio-ivr.demo.'"):
        async with open_demo(ManualClock()):
            pass
"""


def run(
    words: str, *arguments: str, cwd: Path = ROOT, settings: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    known = {**os.environ, "PYTEST_ADDOPTS": "", **(settings or {})}
    command = [sys.executable, "-c", WITHOUT + words, *arguments]
    return subprocess.run(command, cwd=cwd, env=known, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("program", "arguments", "settings", "said"),
    [
        ("phone", (), {"TEXTUAL_DRIVER": "any"}, "the screen needs Textual: pip install 'okta-twilio-ivr[phone]'"),
        ("phone", ("--web",), {}, "--web needs textual-serve: pip install 'okta-twilio-ivr[web]'"),
        ("phone", ("call", "--demo"), {}, LINE.format(extra="demo")),
        ("phone", ("call", "--demo"), {"IVR_BACKEND": "cassette"}, LINE.format(extra="demo")),
        ("phone", ("explore",), {}, LINE.format(extra="demo")),
        ("ivr", ("serve",), {}, LINE.format(extra="line")),
    ],
)
def test_a_missing_extra_is_one_sentence_with_the_command_that_installs_it(
    program: str, arguments: tuple[str, ...], settings: dict[str, str], said: str
) -> None:
    done = run(f"from okta_twilio_ivr.commands import {program}; {program}()", *arguments, settings=settings)

    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"{program}: {said}")
    assert done.stderr.count("\n") == 1


def test_so_it_is_for_the_line_alone() -> None:
    done = run("import runpy; runpy.run_module('ivr', run_name='__main__')", "serve")

    assert (done.returncode, done.stderr) == (2, f"ivr: {LINE.format(extra='line')}\n")


def test_the_test_kit_and_the_fakes_need_no_extra(tmp_path: Path) -> None:
    (tmp_path / "test_line.py").write_text(STORY)
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
    plugins = "'--disable-plugin-autoload', '-p', 'pytest_asyncio.plugin', '-p', 'okta_twilio_ivr.testing.plugin'"

    done = run(f"import pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', {plugins}]))", cwd=tmp_path)

    assert "2 passed" in done.stdout, done.stdout


@pytest.mark.parametrize("command", ["phone call --help", "phone export --help", "phone load --help", "fakes --help"])
def test_commands_that_need_none_go_without(command: str) -> None:
    program, *arguments = command.split()

    assert "Usage:" in run(f"from okta_twilio_ivr.commands import {program}; {program}()", *arguments).stdout
