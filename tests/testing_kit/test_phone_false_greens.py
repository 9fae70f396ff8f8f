"""Tests that look at nothing do not pass: calls that the application fails, and methods that nobody awaits."""

from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]
RunFiles = Callable[..., pytest.RunResult]


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_call_that_the_application_fails_fails_the_test(run: Run, application: str, kind: str) -> None:
    tests = """
        def test_that_looks_at_nothing(phone):
            phone.dial()
            phone.press("9")

        def test_that_hangs_up(phone):
            phone.dial()
            phone.press("9")
            phone.hang_up()
            phone.ended("hangup")

        def test_that_ends_before_the_webhook_is_sent(phone):
            phone.dial()
            phone.press("2")
            phone.breaks("webhook-500")
            phone.press("471906")
            phone.mends()

        def test_with_another_call_that_is_well(phone):
            phone.dial()
            phone.press("9")
            phone.dial()
            phone.press("1")
            phone.hears("142 dollars")
    """

    result = run(application, tests if kind == "sync" else _awaited(tests))

    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(
        [
            'the application failed the call: 11200 *; say so with ended("application-error") or the marker *',
            "the call:",
            "*debugger * 11200 *",
        ]
    )
    assert "plugin.py" not in result.stdout.str(), "no traceback of ours"


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_test_that_means_the_failure_passes(run: Run, application: str, kind: str) -> None:
    tests = """
        import pytest

        def test_ended(phone):
            phone.dial()
            phone.press("9")
            phone.ended("application-error")

        def test_warned(phone):
            phone.dial()
            phone.press("9")
            phone.warned(11200)

        @pytest.mark.caller(may_fail=True)
        def test_marked(phone):
            phone.dial()
            phone.press("9")
    """

    run(application, tests if kind == "sync" else _awaited(tests)).assert_outcomes(passed=3)


def test_an_application_that_was_never_there_fails_the_test(run: Run) -> None:
    tests = "def test_it(phone):\n    phone.dial()\n"
    conftest = "import pytest\n@pytest.fixture\ndef voice_app():\n    return 'http://127.0.0.1:1/voice'\n"

    result = run("", tests, conftest=conftest)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the application failed the call: 11202 *"])


def test_what_the_last_expectation_leads_to_counts(run: Run) -> None:
    """It is asked for when the test is over, and the application raises then."""
    line = """
def app(environ, start_response):
    start_response("200 OK" if environ["PATH_INFO"] == "/voice" else "500 Oops", [("Content-Type", "text/xml")])
    return [b"<Response><Say>One moment.</Say><Redirect>/next</Redirect></Response>"]
"""
    tests = "def test_it(phone):\n    phone.dial()\n    phone.hears('one moment')\n"

    run(line, tests).assert_outcomes(failed=1)


def test_what_was_not_awaited_fails_the_test_by_name(run: Run, application: str) -> None:
    tests = """
        async def test_expects_nothing(phone):
            await phone.dial()
            phone.hears("something that is never said")
            phone.ended()

        async def test_does_nothing(phone):
            phone.dial()

        async def test_fails_because_of_it(phone):
            phone.dial()
            await phone.press("1")
    """

    result = run(application, tests)

    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [
            "test_line.py:4 hears() was never awaited, so it did nothing: write await before it",
            "test_line.py:5 ended() was never awaited, so it did nothing: write await before it",
            "test_line.py:8 dial() was never awaited, so it did nothing: write await before it",
            "*WrongUseError: this handset has not dialled yet: dial first",
            "*test_line.py:11 dial() was never awaited, so it did nothing: write await before it",
        ]
    )
    assert "RuntimeWarning" not in result.stdout.str()


def test_a_method_may_be_awaited_later_or_in_a_task(run: Run, application: str) -> None:
    tests = """
        import asyncio

        async def test_it(phone):
            dialling = asyncio.create_task(phone.dial())
            await dialling
            hearing = phone.hears("welcome")
            await hearing
    """

    run(application, tests).assert_outcomes(passed=1)


def test_an_answer_for_which_no_prompt_came_fails_the_test(run_files: RunFiles) -> None:
    line = """
answered = []

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [b"<Response><Say>Hello.</Say></Response>"]
"""
    tests = """
        import pytest
        from line import app

        @pytest.fixture
        def voice_app():
            return app

        def test_it(phone, okta):
            phone.dial()
            phone.approves(later=True)
            phone.ended()
    """

    result = run_files({"line.py": line, "test_line.py": tests})

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["no Okta Verify prompt came to approve on +17735551234"])


def _awaited(tests: str) -> str:
    return tests.replace("def test_", "async def test_").replace("            phone.", "            await phone.")
