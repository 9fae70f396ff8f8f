"""The fakes' fixtures: Okta, Twilio's API and the accounts API on the telephone's clock, in process and over HTTP."""

from collections.abc import Callable

import pytest

from tests.testing_kit.fakes import CONFTEST

Run = Callable[..., pytest.RunResult]


def test_prompts_reach_the_phone_and_are_answered(run_files: Run) -> None:
    tests = """
        import pytest

        pytestmark = pytest.mark.caller(number="+17735555678")

        def to_the_prompt(phone):
            phone.dial()
            phone.press("1")
            phone.press("1")

        def test_approves(phone, journal):
            to_the_prompt(phone)
            (prompt,) = phone.pushes()
            assert prompt.expires_at > prompt.created
            phone.approves()
            phone.hears("for your balance and due date, press 1")
            assert phone.pushes() == ()
            assert {"PromptArrived", "PromptAnswered", "OutsideCall"} <= {
                type(entry.item).__name__ for entry in journal.entries
            }

        async def test_denies(phone):
            await phone.dial()
            await phone.press("1")
            await phone.press("1")
            await phone.denies()
            await phone.hears("the request was declined")

        def test_ignores(phone):
            to_the_prompt(phone)
            phone.ignores()
            phone.hears("still waiting for your answer")
            phone.took(at_least=15)

        def test_there_is_none(phone):
            phone.dial()
            phone.approves()
    """

    result = run_files({"conftest.py": CONFTEST, "test_push.py": tests})

    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["*StoryError: no Okta Verify prompt came to approve: the call was waiting for keys"])


def test_a_number_that_is_spoken_is_tapped(run_files: Run) -> None:
    tests = """
        import pytest

        pytestmark = pytest.mark.caller(number="+17735555678")

        @pytest.fixture
        def more_settings():
            return {"IVR_PUSH_NUMBER_CHALLENGE": "true"}

        def to_the_prompt(phone):
            phone.dial()
            phone.press("1")
            phone.press("1")

        def test_the_one_that_is_said(phone):
            to_the_prompt(phone)
            phone.approves()
            phone.hears("for your balance and due date, press 1")

        def test_another_one(phone):
            to_the_prompt(phone)
            phone.approves(number=1)
            phone.hears("for your balance and due date, press 1")
    """

    result = run_files({"conftest.py": CONFTEST, "test_push.py": tests})

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(['*"for your balance and due date, press 1" was not heard*'])


def test_a_slow_service_is_waited_for_on_the_clock_of_the_call(run_files: Run) -> None:
    tests = """
        import pytest

        @pytest.mark.faults(okta={"slow_by": {"seconds": 2}})
        def test_waited_for(phone):
            phone.dial()
            phone.took(0)
            phone.wait(2)
            phone.hears("press 1")

        @pytest.mark.faults(okta={"slow_by": {"seconds": 60}})
        def test_given_up(phone):
            phone.dial()
            phone.hears("press 1")
            phone.took(at_least=5)
    """

    result = run_files({"conftest.py": CONFTEST, "test_slow.py": tests})

    result.assert_outcomes(passed=2)


def test_the_call_that_the_application_orders_rings(run_files: Run) -> None:
    tests = """
        def wants_a_call_back(phone):
            phone.dial()
            phone.press("1")
            phone.press("1")
            phone.press(phone.texts()[-1].code + "#")
            phone.press("2")
            phone.hears("agent will call you back")
            phone.ended()

        def test_taken(phone, phone_of, twilio_api):
            wants_a_call_back(phone)
            phone.answers()
            phone.hears("this is atko mobile")
            phone.press("1")
            phone.was_dialled("+12075550100")
            agent = phone_of("+12075550100")
            agent.answers()
            phone.wait(30)
            agent.hang_up()
            phone.ended()
            phone.took(at_least=30)
            assert [call.status for call in twilio_api.account.tables.calls.values()][-1] == "completed"

        def test_declined(phone, twilio_api):
            wants_a_call_back(phone)
            phone.declines()
            assert "busy" in [call.status for call in twilio_api.account.tables.calls.values()]

        def test_nobody_rings(phone):
            phone.dial()
            phone.answers()
    """

    result = run_files({"conftest.py": CONFTEST, "test_back.py": tests})

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*StoryError: no call rings +17735551234"])


SERVED = """
import urllib.error, urllib.request
from urllib.parse import quote
import pytest

def okta_status(url, token):
    request = urllib.request.Request(f"{url}/api/v1/users", headers={"Authorization": f"SSWS {token}"})
    try:
        return urllib.request.urlopen(request, timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code

addresses = set()

@pytest.fixture
def voice_app(okta):
    addresses.add(okta.url)
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [f"<Response><Say>{okta_status(okta.url, okta.api_token)}</Say></Response>".encode()]
    return app
"""


def test_over_http_every_test_meets_its_own_at_the_same_address(run_files: Run) -> None:
    tests = """
        import pytest
        from conftest import addresses, okta_status

        @pytest.mark.faults(okta={"fail_next": {"status": 503}})
        def test_down(phone, journal):
            phone.dial()
            phone.hears("503")
            (asked,) = [entry.item for entry in journal.entries if type(entry.item).__name__ == "OutsideCall"]
            assert (asked.party, asked.path, asked.status) == ("Okta", "/api/v1/users", 503)

        async def test_up(phone, okta):
            okta.advance(60)
            assert okta.now() == phone.line.clock.now() + 60
            await phone.dial()
            await phone.hears("200")

        def test_at_one_address():
            (url,) = addresses
            assert okta_status(url, "x") == 503, "no test that uses a fake is running"
    """

    result = run_files({"conftest.py": SERVED, "test_okta.py": tests}, "-p", "no:randomly")

    result.assert_outcomes(passed=3)


def test_one_s_own_people_live_in_them(run_files: Run) -> None:
    tests = """
        import pytest

        @pytest.fixture
        def fake_people():
            account = {"balance": 12, "due": "2026-12-24"}
            factors = {"sms": "+12125550100"}
            return {"users": [{"login": "ada@example.com", "account": account, "factors": factors,
                               "profile": {"firstName": "Ada", "lastName": "L"}}]}

        def test_they_do(okta, accounts):
            ada = okta.owner("+12125550100")
            assert accounts.account(ada).balance == 12
            assert okta.owner("+17735551234") is None
    """
    bad = """
        import pytest

        @pytest.fixture(params=["nowhere.yaml", {"users": [{}]}, 17])
        def fake_people(request):
            return request.param

        def test_they_do_not(okta):
            pass
    """

    result = run_files({"test_own.py": tests, "test_bad.py": bad}, "-p", "no:randomly")

    result.assert_outcomes(passed=1, errors=3)
    result.stdout.fnmatch_lines(
        [
            "fake_people: nowhere.yaml: cannot be read: No such file or directory",
            "fake_people: users[[]0[]]: login is missing",
            "fake_people is the path of a seed file, its document or None, got 17",
        ]
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("okto={}", "faults can be ordered of okta, twilio_api, accounts, not of okto"),
        ("okta=503", 'faults: okta takes a mapping such as {"fail_next": {"status": 503}}, got 503'),
        ("okta={'fail': 1}", "faults: okta: a fault is one of fail_next, slow_by, rate_limit, got fail"),
        (
            "okta={'fail_next': {'state': 1}}",
            "faults: okta: fail_next takes an object with some of status, code, times, route, got {'state': 1}",
        ),
        ("okta={'fail_next': {'status': 200}}", "faults: okta: status is a whole number from 400 to 599, got 200"),
        ("503", 'faults takes services by name, such as okta={"fail_next": {"status": 503}}'),
    ],
)
def test_faults_that_cannot_be_are_one_sentence(run_files: Run, given: str, said: str) -> None:
    tests = f"import pytest\n\n@pytest.mark.faults({given})\ndef test_it(okta):\n    pass\n"

    result = run_files({"test_it.py": tests})

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([said.replace("[", "[[]")])
    assert "During handling" not in result.stdout.str()


def test_faults_of_what_nobody_uses_are_refused(run_files: Run) -> None:
    tests = "import pytest\n\n@pytest.mark.faults(okta={'fail_next': {}})\ndef test_it():\n    pass\n"

    result = run_files({"test_it.py": tests})

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["faults needs one of the fixtures okta, twilio_api, accounts, fake_session in *"])


def test_messages_are_recorded(run_files: Run) -> None:
    line = """
        def app(environ, start_response):
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
            start_response("200 OK", [("Content-Type", "text/xml")])
            if environ["PATH_INFO"] == "/thanks":
                return [b"<Response><Say>Thank you.</Say></Response>"]
            return [b'<Response><Say>Speak.</Say><Record action="/thanks" finishOnKey="#"/></Response>']
    """
    tests = """
        import pytest
        from line import app

        @pytest.fixture
        def voice_app():
            return app

        def test_a_message(phone):
            phone.dial()
            phone.records(12)
            phone.hears("thank you")
            assert phone.record.recordings[0].seconds == pytest.approx(12, abs=1)

        async def test_ended_by_a_key(phone):
            await phone.dial()
            await phone.records(3, end="#")
            await phone.hears("thank you")

        def test_hanging_up(phone):
            phone.dial()
            phone.records(3, end="hangup")
            phone.ended("hangup")

        def test_nothing_records(phone):
            phone.dial()
            phone.records(1)
            phone.records(1)
    """

    result = run_files({"line.py": line, "test_it.py": tests})

    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["*StoryError: nothing was recorded: the call had ended (completed)"])
