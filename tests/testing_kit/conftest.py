"""Projects of other people, made up on the spot, whose tests use the plugin; each pytest run is one of pytester's."""

from collections.abc import Callable
from textwrap import dedent

import flask  # pytester forgets what a run has imported: these are to be imported once
import hypothesis
import pytest
import quart

import simulator.cli.remote
import simulator.testing.report
import simulator.testing.synchronous
from simulator.geography import locate

__all__ = ["flask", "hypothesis", "quart", "simulator"]
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


@pytest.fixture
def run(pytester: pytest.Pytester, pytestconfig: pytest.Config) -> Run:
    """Runs a project of a line, a conftest and tests; `apart`: in an interpreter of its own. Warnings are errors."""

    def run_project(
        line: str, tests: str, *arguments: str, conftest: str = CONFTEST, apart: bool = False
    ) -> pytest.RunResult:
        pytester.makeini(
            "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n"
        )
        pytester.makeconftest(conftest)
        pytester.makepyfile(line=line, test_line=dedent(tests))
        pytester.syspathinsert(pytestconfig.rootpath)
        start = pytester.runpytest_subprocess if apart else pytester.runpytest_inprocess
        return start("-p", "simulator.testing.plugin", "-p", "no:cacheprovider", *arguments)

    return run_project
