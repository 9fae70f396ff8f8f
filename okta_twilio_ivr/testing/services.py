"""The fixtures of the fakes: Okta, Twilio's API and the accounts API for tests, in the time of the telephone.

They put fakes onto the telephone's clock and the account's calls onto its exchange. PYTEST_DONT_REWRITE.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from okta_twilio_ivr.testing.ours import check_ours
from okta_twilio_ivr.testing.telephone import call_of

if TYPE_CHECKING:
    from fakes.accounts.state import Accounts
    from fakes.doors import InProcessSession
    from fakes.okta.state import Okta
    from fakes.twilio.state import Twilio
    from okta_twilio_ivr.testing.set import Doors, FakeSet
    from simulator.operator.clock import ManualClock

_FIXTURES = ("okta", "twilio_api", "accounts", "fake_session")


@pytest.fixture
def fake_people() -> object:
    """The people in the fakes: a seed file, its document, or None for the four people of the demo. Override it."""
    return None


@pytest.fixture
def okta(_fake_set: "FakeSet") -> "Okta":
    """A fake Okta of this test's own, at `okta.url` with `okta.api_token`."""
    return _fake_set.okta


@pytest.fixture
def twilio_api(_fake_twilio: "Twilio") -> "Twilio":
    """A fake Twilio account that owns the test's line, at `twilio_api.url`: what it orders happens on the line."""
    return _fake_twilio


@pytest.fixture
def accounts(_fake_set: "FakeSet") -> "Accounts":
    """A fake accounts API of this test's own, at `accounts.url` with `accounts.token`."""
    return _fake_set.accounts


@pytest.fixture
def fake_session(_fake_set: "FakeSet") -> "InProcessSession":
    """Looks like an aiohttp.ClientSession and reaches these fakes without a socket."""
    return _fake_set.session


@pytest.fixture
def _fake_twilio(_fake_set: "FakeSet") -> "Twilio":
    return _fake_set.twilio


@pytest.fixture
def _fake_set(
    request: pytest.FixtureRequest,
    _voice_clock: "ManualClock",
    voice_auth_token: str,
    fake_people: object,
    _fake_doors: "Doors",
) -> Iterator["FakeSet"]:
    from okta_twilio_ivr.testing.set import FakeSet
    from simulator.errors import SimulatorError

    trouble = ""
    try:
        fakes = FakeSet(
            now=_voice_clock.now,
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
def _our_fakes(_our_simulator: None) -> None:
    """Asked for first by whatever imports the fakes."""
    check_ours("fakes")


@pytest.fixture(scope="session")
def _fake_doors(_our_fakes: None) -> Iterator["Doors"]:
    from okta_twilio_ivr.testing.set import Doors

    doors = Doors()
    yield doors
    doors.close()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Trouble with a fake that nobody uses would go unnoticed; a project may have a marker of that name itself."""
    named = {name for marker in item.iter_markers("faults") for name in marker.kwargs}
    if named & set(_FIXTURES) and "_fake_set" not in getattr(item, "fixturenames", ()):
        pytest.fail(f"faults needs one of the fixtures {', '.join(_FIXTURES)} in the test or voice_app", pytrace=False)


def _faults_of(item: pytest.Item) -> dict[str, object]:
    from simulator.errors import WrongUseError

    found: dict[str, object] = {}
    for marker in reversed(list(item.iter_markers("faults"))):  # the closest one has the last word
        if marker.args:
            raise WrongUseError('faults takes services by name, such as okta={"fail_next": {"status": 503}}')
        found |= marker.kwargs
    return found
