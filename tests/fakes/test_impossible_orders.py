"""Orders that cannot be carried out are refused in one sentence by every control plane, before anything is changed."""

import json
from collections.abc import Callable

import pytest

from fakes.accounts.app import AccountsHandler
from fakes.accounts.state import Accounts
from fakes.okta.app import create_app as okta_app
from fakes.okta.state import Okta
from fakes.request_log import RequestLog
from fakes.twilio.app import create_app as twilio_app
from fakes.twilio.state import Twilio
from fakes.web import Answering, Request

START = 1_764_000_000.0
FAKES: dict[str, Callable[[], Answering]] = {
    "okta": lambda: okta_app(Okta(now=lambda: START)),
    "twilio": lambda: twilio_app(Twilio(now=lambda: START)),
    "accounts": lambda: AccountsHandler(Accounts(now=lambda: START), RequestLog(lambda: START)),
}
every_fake = pytest.mark.parametrize("make", FAKES.values(), ids=FAKES)
CLOCKS = (
    "{}", "[]", "3", "nonsense", '{"advance": -1}', '{"advance": "5"}', '{"advance": true}', '{"advance": null}',
    '{"advance": 1e12}', '{"advance": 1e400}', '{"advance": Infinity}', '{"advance": -Infinity}', '{"advance": NaN}',
    '{"advance": 221845392000}', '{"advance": %s}' % ("9" * 400), '{"advance": %s}' % ("9" * 5000),
)  # fmt: skip
FAULTS = (
    "{}", '{"explode": {}}', '{"fail_next": 503}', '{"fail_next": null}', '{"fail_next": {"status": 200}}',
    '{"fail_next": {"status": "503"}}', '{"fail_next": {"status": true}}', '{"fail_next": {"status": 503.5}}',
    '{"fail_next": {"status": 503, "times": 0}}', '{"fail_next": {"times": 1e400}}', '{"fail_next": {"times": NaN}}',
    '{"fail_next": {"times": true}}', '{"fail_next": {"route": 3}}', '{"fail_next": {"code": ["x"]}}',
    '{"fail_next": {"colour": "red"}}', '{"slow_by": {}}', '{"slow_by": {"seconds": -1}}',
    '{"slow_by": {"seconds": Infinity}}', '{"slow_by": {"seconds": NaN}}', '{"slow_by": {"seconds": "1"}}',
    '{"slow_by": {"seconds": true}}', '{"slow_by": {"seconds": 1e9}}', '{"slow_by": {"seconds": 1, "route": null}}',
    '{"rate_limit": {}}', '{"rate_limit": {"per_minute": -1}}', '{"rate_limit": {"per_minute": 1.5}}',
    '{"rate_limit": {"per_minute": true}}', '{"fail_next": {"status": 503}, "slow_by": {"seconds": Infinity}}',
)  # fmt: skip


def ask(fake: Answering, method: str, path: str, body: str = "") -> tuple[int, object]:
    answer = fake.answer(Request(method, "http://127.0.0.1", path, body=body.encode()))
    return answer.status, json.loads(answer.body) if answer.body else None


def ordered(fake: Answering) -> object:
    return ask(fake, "GET", "/_fake/faults")[1]


@every_fake
@pytest.mark.parametrize("order", CLOCKS, ids=lambda order: order[:40])
def test_a_clock_is_put_forward_by_a_number_of_seconds_or_not_at_all(make: Callable[[], Answering], order: str) -> None:
    fake = make()

    status, body = ask(fake, "POST", "/_fake/clock", order)

    assert status == 400
    assert isinstance(body, dict)
    assert len(str(body["error"]).splitlines()) == 1
    clock = ask(fake, "GET", "/_fake/clock")
    assert isinstance(clock[1], dict)
    assert (clock[0], clock[1]["now"]) == (200, START)


@every_fake
@pytest.mark.parametrize("order", FAULTS, ids=lambda order: order[:60])
def test_a_fault_that_cannot_be_is_refused_and_none_is_ordered(make: Callable[[], Answering], order: str) -> None:
    fake = make()
    before = ordered(fake)

    status, body = ask(fake, "POST", "/_fake/faults", order)

    assert status == 400
    assert isinstance(body, dict)
    assert len(str(body["error"]).splitlines()) == 1
    assert "__init__" not in str(body["error"])
    assert ordered(fake) == before


def test_the_accounts_api_has_no_rate_limit_to_order() -> None:
    status, body = ask(FAKES["accounts"](), "POST", "/_fake/faults", '{"rate_limit": {"per_minute": 1}}')

    assert (status, body) == (400, {"error": "a fault is one of fail_next, slow_by, got rate_limit"})


@every_fake
@pytest.mark.parametrize("since", ["-1", "x", "1e400", "9" * 5000])
def test_a_log_is_read_from_a_number_on(make: Callable[[], Answering], since: str) -> None:
    answer = make().answer(Request("GET", "http://127.0.0.1", "/_fake/requests", query=f"since={since}"))

    assert answer.status in (400, 404)  # Twilio's fake keeps no log


def test_a_clock_goes_on_as_far_as_dates_can_be_written() -> None:
    fake = FAKES["okta"]()

    assert ask(fake, "POST", "/_fake/clock", '{"advance": 200000000000}')[0] == 200
    assert ask(fake, "POST", "/_fake/clock", '{"advance": 100000000000}')[0] == 400
    assert ask(fake, "GET", "/_fake/state")[0] == 200
