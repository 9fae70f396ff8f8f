"""Projects of other people, made up on the spot, whose tests use the plugin; each pytest run is one of pytester's."""

from collections.abc import Callable
from textwrap import dedent

import flask  # pytester forgets what a run in this process has imported: these are to be imported once
import pytest
import pytest_asyncio.plugin
import quart

import okta_twilio_ivr.testing.plugin
import okta_twilio_ivr.testing.set
import simulator.commands
import simulator.testing.covering
import simulator.testing.machine
import simulator.testing.marker
import simulator.testing.report
import simulator.testing.synchronous
import simulator.wires.http
import simulator.wires.websocket
from simulator.geography import locate

__all__ = ["flask", "okta_twilio_ivr", "quart", "simulator"]
locate("+17735551234")

pytest_plugins = ["pytester"]

FLASK = '''
"""A Flask line."""
from flask import Flask, request

app = Flask(__name__)


def twiml(verbs):
    return f"<Response>{verbs}</Response>", 200, {"Content-Type": "text/xml"}


@app.post("/voice")
def voice():
    return twiml('<Gather numDigits="1" action="/menu"><Say>Welcome. For your balance press 1.</Say></Gather>')


@app.post("/menu")
def menu():
    if request.form["Digits"] == "9":
        raise ValueError("broken on purpose")
    if request.form["Digits"] == "2":
        return twiml('<Gather numDigits="6" action="/code"><Say>Your code, please.</Say></Gather>')
    return twiml("<Say>Your balance is 142 dollars.</Say><Hangup/>")


@app.post("/code")
def code():
    return twiml('<Say>Thank you.</Say><Redirect method="POST">/voice</Redirect>')
'''
QUART = (
    FLASK.replace("from flask import Flask", "from quart import Quart")
    .replace("Flask(", "Quart(")
    .replace("def menu():", "async def menu():\n    form = await request.form")
    .replace("request.form[", "form[")
    .replace("A Flask", "A Quart")
)
CONFTEST = """
import pytest
from line import app


@pytest.fixture
def voice_app():
    return app
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture(params=["WSGI", "ASGI"])
def application(request: pytest.FixtureRequest) -> str:
    """The same line in either kind of framework."""
    return {"WSGI": FLASK, "ASGI": QUART}[request.param]


INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
filterwarnings =
    error
    ignore::pytest.PytestAssertRewriteWarning
"""
"""In this process a project finds modules that our own run has imported: no news, and an error before any test runs."""
OURS = ("-p", "okta_twilio_ivr.testing.plugin")
"""Named also where all that is installed is loaded: an editable installation may be older than its entry points."""
PLUGINS = ("--disable-plugin-autoload", "-p", "pytest_asyncio.plugin", *OURS)
"""The same whatever the environment has installed, and in whichever order our own run has met it."""
LOADED = (pytest_asyncio.plugin, okta_twilio_ivr.testing.plugin)
"""Those for a run in this process: by name, each would be looked for in all that is installed."""
QUIETLY = ("--disable-plugin-autoload", "-p", "no:cacheprovider")


@pytest.fixture
def run_files(pytester: pytest.Pytester, pytestconfig: pytest.Config) -> Run:
    """Runs the tests of a project of these files. Warnings are errors.

    `apart`: in an interpreter of its own, as people do; it costs a second. With all that is installed unless the
    arguments disable that.
    """

    def run_project(files: dict[str, str], *arguments: str, apart: bool = False) -> pytest.RunResult:
        pytester.makeini(INI)
        for name, text in files.items():
            (pytester.path / name).write_text(dedent(text))
        pytester.syspathinsert(pytestconfig.rootpath)
        if apart:
            return pytester.runpytest_subprocess(*OURS, "-p", "no:cacheprovider", *arguments)
        return pytester.runpytest_inprocess(*QUIETLY, *arguments, plugins=LOADED)

    return run_project


@pytest.fixture
def run(run_files: Run) -> Run:
    """The same for a project of a line, a conftest and tests."""

    def run_project(
        line: str, tests: str, *arguments: str, conftest: str = CONFTEST, apart: bool = False
    ) -> pytest.RunResult:
        return run_files({"line.py": line, "conftest.py": conftest, "test_line.py": tests}, *arguments, apart=apart)

    return run_project
