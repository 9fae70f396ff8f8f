"""The plugin in projects that pass and projects that fail, with ASGI and WSGI applications, sync and async tests."""

import json
from collections.abc import Callable

import pytest

from tests.testing_kit.conftest import FLASK

Run = Callable[..., pytest.RunResult]

STORY = """
    import re

    def test_balance(phone):
        phone.dial()
        phone.hears("press 1")
        phone.is_asked_for(digits=1)
        phone.press("1")
        assert phone.hears(re.compile(r"\\d+ dollars")) == "Your balance is 142 dollars."
        phone.ended()
        assert [request.path for request in phone.requests] == ["/voice", "/menu"]
        phone.took(at_most=60)
"""
ASYNC_STORY = """
    async def test_balance(phone):
        await phone.dial()
        await phone.hears_in_order("welcome", "press 1")
        await phone.press("1")
        await phone.hears(lambda words: words.endswith("142 dollars."))
        await phone.ended()
"""
WRONG = """
    def test_code(phone):
        phone.dial()
        phone.press("2")
        phone.press("471906")
        phone.hears("for your ballance press 1")
"""


@pytest.mark.parametrize("story", [STORY, ASYNC_STORY], ids=["sync", "async"])
def test_a_story_that_holds_passes(run: Run, application: str, story: str) -> None:
    run(application, story).assert_outcomes(passed=1)


TROUBLE = """
    import pytest

    def test_trouble(phone):
        phone.dial()
        phone.breaks("webhook-500")
        phone.press("1")
        phone.hears("application error")
        phone.warned(11200)
        phone.ended("application-error")
        phone.mends()
        phone.dial()
        phone.press("1")
        phone.hears("142 dollars")

    async def test_one_of_two(phone):
        await phone.breaks("webhook-slow")
        await phone.breaks("webhook-500")
        await phone.mends("webhook-slow")
        await phone.dial()
        await phone.warned(11200)

    def test_one_webhook(phone):
        phone.breaks("webhook-500", times=1)
        phone.dial()
        phone.warned(11200)
        phone.ended("application-error")
        phone.dial()
        phone.press("1")
        phone.hears("142 dollars")

    def test_none(phone):
        with pytest.raises(Exception, match="times is how many webhooks meet webhook-500, at least 1, got 0"):
            phone.breaks("webhook-500", times=0)

    def test_unknown(phone):
        with pytest.raises(Exception, match="no trouble 'okta-down'; there are webhook-slow, .* marker faults"):
            phone.breaks("okta-down")
"""


def test_webhooks_meet_trouble_until_it_is_mended(run: Run, application: str) -> None:
    run(application, TROUBLE).assert_outcomes(passed=5)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_story_that_does_not_hold_says_what_came_nearest_and_what_happened(
    run: Run, application: str, kind: str
) -> None:
    awaited = WRONG.replace("phone.dial", "await phone.dial").replace("phone.press", "await phone.press")
    awaited = awaited.replace("phone.hears", "await phone.hears").replace("def ", "async def ")

    result = run(application, WRONG if kind == "sync" else awaited)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            '*StoryError: "for your ballance press 1" was not heard: the call was waiting for keys',
            '*nearest: at * s "Welcome. For your balance press 1."',
            "*caller * presses ••••••",
            "*- phone -*",
            "the debugger:",
            "requests:",
            "  POST https://app.example/code -> 200 *Digits=••••••*",
        ]
    )
    shown = result.stdout.str()
    assert "471906" not in shown.partition("- phone -")[2]
    assert "telephone.py" not in shown, "the traceback ends in the test"


def test_an_error_of_the_application_is_among_the_findings(run: Run, application: str) -> None:
    tests = """
        def test_goodbye(phone):
            phone.dial()
            phone.press("9")
            phone.ended()

        def test_the_code(phone):
            phone.dial()
            phone.press("9")
            phone.warned(11200)
            phone.ended("application-error")
    """

    result = run(application, tests)

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*the call ended (application-error*), not (completed)", "the debugger:", "  11200 *"])


def test_an_ordinary_failure_shows_the_transcript_too(run: Run, application: str) -> None:
    result = run(application, "def test_it(phone):\n    phone.dial()\n    assert phone.prompts == ('hi',)\n")

    result.stdout.fnmatch_lines(["*- phone -*", "the call:", "*caller * calls +12075551234 from +17735551234"])


def test_journals_of_failures_are_kept_and_masked(run: Run, pytester: pytest.Pytester, application: str) -> None:
    result = run(application, WRONG + "\n    def test_fine(phone):\n        phone.dial()\n", "--phone-journal", "kept")

    result.assert_outcomes(passed=1, failed=1)
    (kept,) = (pytester.path / "kept").iterdir()
    lines = [json.loads(line) for line in kept.read_text().splitlines()]
    assert kept.name == "test_line.py_test_code.jsonl"
    assert [line["what"] for line in lines].count("Pressed") == 7
    assert "471906" not in kept.read_text()


def test_the_marker_says_who_calls_whom(run: Run, application: str) -> None:
    tests = """
        import pytest

        @pytest.mark.caller(number="+13125550100", called="+15555550100", seed=7)
        def test_it(phone, exchange, journal):
            sid = phone.dial()
            params = phone.requests[0].trip.params
            assert (params["From"], params["To"]) == ("+13125550100", "+15555550100")
            assert exchange.call(sid) is not None
            assert {entry.sid for entry in journal.entries} == {sid}
    """

    run(application, tests).assert_outcomes(passed=1)


def test_the_marker_says_when(run: Run) -> None:
    tests = """
        import pytest
        from datetime import UTC, datetime

        @pytest.mark.caller(starts_at="2026-12-24T18:00-05:00")
        def test_text(voice_clock):
            assert datetime.fromtimestamp(voice_clock.now(), UTC) == datetime(2026, 12, 24, 23, tzinfo=UTC)

        @pytest.mark.caller(starts_at=datetime(2026, 12, 24, 23, tzinfo=UTC))
        def test_moment(phone, journal, voice_clock):
            phone.wait(60)
            assert datetime.fromtimestamp(voice_clock.now(), UTC) == datetime(2026, 12, 24, 23, 1, tzinfo=UTC)
            phone.dial()
            assert journal.entries[0].at == voice_clock.now()
    """

    run(FLASK, tests).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "nummer='+13125550100'",
            "caller takes number, called, seed, starts_at, may_fail, stir, caller_name and forwarded_from, "
            "got caller(nummer='+13125550100')",
        ),
        ("'+1', number='+1'", "caller takes number, called, *, got caller('+1', number='+1')"),
        ("may_fail=1", "caller: may_fail is True or False, got 1"),
        ("number='555-1234'", "caller: number takes a number such as *, got '555-1234'"),
        ("called='anonymous'", "caller: called takes a number such as *, got 'anonymous'"),
        ("stir='D'", "stir is one of A, B, C, failed, none, got 'D'"),
        ("caller_name=7", "caller: caller_name is a text, got 7"),
        ("number=13125550100", "caller: number is a text, got 13125550100"),
        ("seed='x'", "caller: seed is a whole number, got 'x'"),
        ("starts_at='noon'", "caller: starts_at is a moment such as *, got 'noon'"),
        (
            "starts_at='2026-12-24T18:00'",
            "caller: starts_at has to say its offset from UTC, *, got 2026-12-24 18:00:00",
        ),
    ],
)
def test_a_mistyped_marker_is_one_sentence(run: Run, given: str, said: str) -> None:
    tests = f"import pytest\n\n@pytest.mark.caller({given})\ndef test_it(phone):\n    pass\n"

    result = run(FLASK, tests)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([said])
    assert "Traceback" not in result.stdout.str()
    assert "During handling" not in result.stdout.str()


def test_the_debugger_and_silence(run: Run, application: str) -> None:
    tests = """
        def test_silence(phone):
            phone.dial()
            phone.stays_silent()
            phone.ended()

        def test_hanging_up(phone):
            phone.dial()
            phone.wait(2)
            phone.hang_up()
            phone.ended("hangup")
            phone.took(2)
            assert phone.texts() == ()

        def test_nothing_listens(phone):
            phone.dial()
            phone.press("1")
            phone.ended()
            phone.press("1")
    """

    result = run(application, tests)

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(['*"1" could not be pressed: the call had ended (completed)'])


@pytest.mark.parametrize("name", ["line:app", "line:make()"])
def test_an_application_given_by_name(run: Run, application: str, name: str) -> None:
    conftest = f"import pytest\n@pytest.fixture\ndef voice_app():\n    return {name!r}\n"

    run(application + "\ndef make():\n    return app\n", STORY, conftest=conftest).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("'lime:app'", "*there is no module 'lime' to import"),
        ("'line:ap'", "*line has no 'ap'"),
        ("17", "*voice_app is 17: give an ASGI or WSGI application*"),
        ("lambda: None", "*takes neither ASGI's nor WSGI's arguments*"),
    ],
)
def test_what_is_no_application_is_refused(run: Run, given: str, said: str) -> None:
    conftest = f"import pytest\n@pytest.fixture\ndef voice_app():\n    return {given}\n"

    result = run("app = None", STORY, conftest=conftest)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([said])


def test_without_an_application_the_remedy_is_said(run: Run) -> None:
    result = run("", STORY, conftest="")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*Define a fixture voice_app in conftest.py, or say --voice-url or --voice-command"])


def test_a_wsgi_application_runs_in_the_test_s_thread_without_a_running_loop(run: Run) -> None:
    line = """
import asyncio, threading
threads = []

def app(environ, start_response):
    async def words():
        return b"<Response><Say>hello</Say></Response>"
    threads.append(threading.current_thread())
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [asyncio.run(words())]
"""
    tests = """
        import threading
        from line import threads

        def test_it(phone):
            phone.dial()
            phone.hears("hello")
            assert threads == [threading.current_thread()]
    """

    run(line, tests).assert_outcomes(passed=1)


def test_a_project_that_does_not_use_the_plugin_loads_nothing_of_it(run: Run) -> None:
    tests = """
        import sys

        def test_it():
            assert not {name.partition(".")[0] for name in sys.modules} & {"ivr", "simulator", "fakes", "demo"}
    """

    run("", tests, conftest="", apart=True).assert_outcomes(passed=1)


VOUCHED = (
    FLASK
    + """

@app.post("/told")
def told():
    names = ("From", "StirVerstat", "CallerName", "ForwardedFrom", "DialSipHeader_X-Agent")
    return twiml(f"<Say>{', '.join(request.form.get(name, 'nothing') for name in names)}</Say>")

@app.post("/desk")
def desk():
    return twiml('<Dial action="/told"><Sip>sip:desk@pbx.example</Sip></Dial>')
"""
)
STORIES_OF_NUMBERS = """
    import pytest

    @pytest.fixture
    def voice_path():
        return "/told"

    def test_usual(phone):
        phone.dial()
        phone.hears("+17735551234, TN-Validation-Passed-A, nothing, nothing")

    @pytest.mark.caller(number="(312) 555-0100", stir="failed", caller_name="ANN", forwarded_from="312 555 0101")
    def test_marked(phone, phone_of):
        phone.dial("1-207-555-1234")
        phone.hears("+13125550100, TN-Validation-Failed-A, ANN, +13125550101")
        phone.dial(stir="none", caller_name="ANNE")
        phone.hears("+13125550100, nothing, ANNE, +13125550101")
        other = phone_of("312.555.0102")
        other.dial(stir="C")
        other.hears("+13125550102, TN-Validation-Passed-C, nothing, nothing")

    async def test_async(phone):
        with pytest.raises(Exception, match="stir is one of A, B, C, failed, none, got 'D'"):
            await phone.dial(stir="D")
        await phone.dial(stir="B")
        await phone.hears("TN-Validation-Passed-B")

    class TestDesk:
        @pytest.fixture
        def voice_path(self):
            return "/desk"

        def test_sip(self, phone, phone_of):
            phone.dial()
            desk = phone_of("sip:desk@pbx.example")
            with pytest.raises(Exception, match="only SIP headers that begin with X- are passed on, Via does not"):
                desk.answers(sip_headers={"Via": "pbx"})
            desk.answers(sip_headers={"X-Agent": "7"})
            desk.hang_up()
            phone.hears("nothing, 7")
"""


def test_what_the_network_says_about_a_number_is_said_by_marker_and_call(run: Run) -> None:
    run(VOUCHED, STORIES_OF_NUMBERS).assert_outcomes(passed=4)
