"""The pytest plugin of the fakes: Okta, Twilio's API and the accounts API for tests, in the time of the telephone.

pytest imports this module in every project of the environment, so everything else is imported when it is used.
PYTEST_DONT_REWRITE: no assertion here is a test's.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from demo.testing.doors import Doors
    from demo.testing.set import FakeSet
    from fakes.accounts.state import Accounts
    from fakes.doors import InProcessSession
    from fakes.okta.state import Okta
    from fakes.twilio.state import Twilio
    from simulator.operator.clock import ManualClock
    from simulator.testing.line import Line

_SET = "_fake_set"
_FIXTURES = ("okta", "twilio_api", "accounts", "fake_session")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        'faults(okta={"fail_next": {"status": 503}}, ...): trouble of okta, twilio_api or accounts in this test',
    )


@pytest.fixture
def fake_people() -> object:
    """Who lives in the fakes: a seed file, its document, or None for the four people of the demo. Override it."""
    return None


@pytest.fixture
def okta(_fake_set: "FakeSet") -> "Okta":
    """A fake Okta of this test's own, at `okta.url` with `okta.api_token`."""
    return _fake_set.okta


@pytest.fixture
def twilio_api(_fake_set: "FakeSet") -> "Twilio":
    """A fake Twilio account that owns the test's line, at `twilio_api.url`: what it orders happens on the line."""
    return _fake_set.twilio


@pytest.fixture
def accounts(_fake_set: "FakeSet") -> "Accounts":
    """A fake accounts API of this test's own, at `accounts.url` with `accounts.token`."""
    return _fake_set.accounts


@pytest.fixture
def fake_session(_fake_set: "FakeSet") -> "InProcessSession":
    """Looks like an aiohttp.ClientSession and reaches these fakes without a socket."""
    return _fake_set.session


@pytest.fixture
def _fake_set(
    request: pytest.FixtureRequest,
    voice_clock: "ManualClock",
    voice_auth_token: str,
    fake_people: object,
    _fake_doors: "Doors",
) -> Iterator["FakeSet"]:
    from demo.testing.set import FakeSet
    from simulator.errors import SimulatorError
    from simulator.testing.plugin import call_of

    trouble = ""
    try:
        fakes = FakeSet(
            now=voice_clock.now,
            seed=call_of(request.node).seed,
            auth_token=voice_auth_token,
            doors=_fake_doors,
            people=fake_people,
        )
        fakes.break_down(_faults_of(request.node))
    except SimulatorError as error:
        trouble = str(error)
    if trouble:
        pytest.fail(trouble, pytrace=False)
    fakes.open()
    yield fakes
    fakes.close()


@pytest.fixture(scope="session")
def _fake_doors() -> Iterator["Doors"]:
    from demo.testing.doors import Doors

    doors = Doors()
    yield doors
    doors.close()


@pytest.hookimpl(optionalhook=True)
def pytest_phone_line(request: pytest.FixtureRequest, line: "Line") -> None:
    """The line of a test that uses fakes, itself or through its application, gets them."""
    if _SET in request.fixturenames:
        fakes: FakeSet = request.getfixturevalue(_SET)
        fakes.meet(line, has_twilio="twilio_api" in request.fixturenames)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Trouble with a fake that nobody uses would go unnoticed."""
    if item.get_closest_marker("faults") is not None and _SET not in getattr(item, "fixturenames", ()):
        pytest.fail(f"faults needs one of the fixtures {', '.join(_FIXTURES)} in the test or voice_app", pytrace=False)


def _faults_of(item: pytest.Item) -> dict[str, object]:
    from simulator.errors import WrongUseError

    found: dict[str, object] = {}
    for marker in reversed(list(item.iter_markers("faults"))):  # the closest one has the last word
        if marker.args:
            raise WrongUseError('faults takes services by name, such as okta={"fail_next": {"status": 503}}')
        found |= marker.kwargs
    return found
