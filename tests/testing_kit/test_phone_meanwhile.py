"""An application that waits for the approval inside its webhook: the phone of a test answers the prompt meanwhile."""

from collections.abc import Callable

import pytest

RunFiles = Callable[..., pytest.RunResult]
LINE = '''
"""Sends a prompt before or after the words, then waits in the webhook until Okta knows the answer."""
import time
import requests
from flask import Flask, request

SENTENCE = "<Say>We have sent a prompt to your phone.</Say><Redirect>/verify</Redirect>"


def create_app(okta_url, token, is_sent_first):
    app, okta = Flask(__name__), requests.Session()
    okta.headers["Authorization"] = f"SSWS {token}"
    polls = []

    def send():
        search = {"search": f'profile.mobilePhone eq "{request.values["From"]}"'}
        user = okta.get(f"{okta_url}/api/v1/users", params=search, timeout=5).json()[0]["id"]
        factors = okta.get(f"{okta_url}/api/v1/users/{user}/factors", timeout=5).json()
        push = next(each["id"] for each in factors if each["factorType"] == "push")
        sent = okta.post(f"{okta_url}/api/v1/users/{user}/factors/{push}/verify", json={}, timeout=5).json()
        polls.append(sent["_links"]["poll"]["href"])

    @app.post("/voice")
    def voice():
        if is_sent_first:
            send()
        return twiml(SENTENCE)

    @app.post("/verify")
    def verify():
        if not is_sent_first:
            send()
        end = time.monotonic() + 5
        while time.monotonic() < end:
            result = okta.get(polls[-1], timeout=5).json()["factorResult"]
            if result != "WAITING":
                return twiml(f"<Say>Okta says {result}.</Say><Hangup/>")
            time.sleep(0.02)
        return twiml("<Say>Nobody has answered.</Say><Hangup/>")

    return app


def twiml(verbs):
    return f"<Response>{verbs}</Response>", 200, {"Content-Type": "text/xml"}
'''
CONFTEST = """
import pytest
from line import create_app


@pytest.fixture
def voice_app(okta, is_sent_first):
    return create_app(okta.url, okta.api_token, is_sent_first)


@pytest.fixture(params=[True, False])
def is_sent_first(request):
    return request.param
"""


@pytest.mark.parametrize("run_in", ["def", "async def"])
def test_the_prompt_is_answered_after_the_sentence(run_files: RunFiles, run_in: str) -> None:
    tests = """
        def test_it_is_approved(phone):
            phone.dial()
            phone.hears("we have sent a prompt")
            phone.approves()
            phone.hears("Okta says success")
            phone.ended()

        def test_it_is_denied(phone):
            phone.dial()
            phone.hears("we have sent a prompt")
            phone.denies()
            phone.hears("Okta says rejected")
    """
    if run_in == "async def":
        tests = tests.replace("def ", "async def ").replace("            phone.", "            await phone.")

    result = run_files({"line.py": LINE, "conftest.py": CONFTEST, "test_line.py": tests})

    result.assert_outcomes(passed=4)


@pytest.mark.parametrize("run_in", ["def", "async def"])
def test_a_prompt_that_a_key_leads_to_is_answered_when_it_comes(run_files: RunFiles, run_in: str) -> None:
    tests = """
        def test_it(phone):
            phone.dial()
            phone.approves(later=True)
            phone.press("1")
            phone.hears("Okta says success")
    """
    if run_in == "async def":
        tests = tests.replace("def ", "async def ").replace("            phone.", "            await phone.")
    line = LINE.replace("<Redirect>/verify</Redirect>", "<Gather numDigits='1' action='/verify'/>")

    result = run_files({"line.py": line, "conftest.py": CONFTEST, "test_line.py": tests})

    result.assert_outcomes(passed=2)


def test_webhooks_are_broken_and_somebody_hangs_up_while_one_is_out(run_files: RunFiles) -> None:
    """In an ordinary test the application runs in the test's own thread."""
    line = '''
"""The webhook /work is answered once the call is over, or once another webhook has met trouble."""
from threading import Event

happened = Event()


def app(environ, start_response):
    verbs = ""
    if environ["PATH_INFO"] == "/voice":
        verbs = "<Say>One moment.</Say><Redirect>/work</Redirect>"
    elif environ["PATH_INFO"] == "/work":
        verbs = f"<Say>{'In time.' if happened.wait(5) else 'Too late.'}</Say>"
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [f"<Response>{verbs}</Response>".encode()]
'''
    tests = """
        import pytest
        from line import app, happened

        @pytest.fixture
        def voice_app():
            happened.clear()
            return app

        def begins(journal, kind):
            journal.listen(lambda entry: happened.set() if type(entry.item).__name__ == kind else None)

        def test_trouble(phone, journal):
            begins(journal, "TroubleBegan")
            phone.dial()
            phone.hears("one moment")
            phone.breaks("webhook-500")
            phone.hears("in time")

        def test_hang_up(phone, journal):
            begins(journal, "HungUp")
            phone.dial()
            phone.hears("one moment")
            phone.hang_up()
            phone.ended("hangup")
            assert happened.is_set()
    """

    result = run_files({"line.py": line, "test_line.py": tests})

    result.assert_outcomes(passed=2)
