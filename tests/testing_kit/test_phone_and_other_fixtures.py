"""A project may have fixtures of its own that are called as ours: its tests get its own, and ours go on with ours."""

from collections.abc import Callable

import pytest

from okta_twilio_ivr.testing import services, telephone
from tests.testing_kit.conftest import FLASK

RunFiles = Callable[..., pytest.RunResult]
TO_BE_OVERRIDDEN = {"voice_app", "voice_path", "voice_auth_token", "voice_mobile", "fake_people"}
PUBLIC = {
    name
    for name, value in {**vars(telephone), **vars(services)}.items()
    if type(value).__name__ == "FixtureFunctionDefinition" and not name.startswith("_")
}
OURS = sorted(PUBLIC - TO_BE_OVERRIDDEN)
"""Those that tests ask for."""


def test_what_fixtures_of_ours_use_unasked_has_our_prefix() -> None:
    assert len(OURS) == 10
    assert PUBLIC >= TO_BE_OVERRIDDEN
    assert all(name.startswith(("voice_", "fake_")) for name in TO_BE_OVERRIDDEN)


@pytest.mark.parametrize("name", OURS)
def test_a_fixture_of_the_project_by_a_name_of_ours_changes_nothing(run_files: RunFiles, name: str) -> None:
    others = [each for each in OURS if each != name]
    conftest = f"""
        import pytest
        from line import app

        @pytest.fixture
        def voice_app():
            return app

        @pytest.fixture
        def {name}():
            return "the project's own"
    """
    tests = f"""
        def test_own({name}):
            assert {name} == "the project's own"

        def test_ours({", ".join(others)}):
            for each in ({", ".join(others)},):
                assert each != "the project's own"
            {"phone" if name != "phone" else 'phone_of("+17735551234")'}.dial()

        async def test_ours_in_a_loop({", ".join(others)}):
            await {"phone" if name != "phone" else 'phone_of("+17735551234")'}.dial()
    """

    run_files({"line.py": FLASK, "conftest.py": conftest, "test_line.py": tests}).assert_outcomes(passed=3)


def test_a_fixture_of_the_project_that_ours_asked_for_by_a_plain_name_changes_nothing(run_files: RunFiles) -> None:
    """`mobile` was where texts are read from; a project may well call something else so."""
    conftest = """
        import pytest
        from line import app

        @pytest.fixture
        def voice_app():
            return app

        @pytest.fixture
        def mobile():
            return "+13125550100"
    """
    tests = """
        def test_it(phone, mobile):
            phone.dial()
            assert phone.texts() == () and mobile == "+13125550100"
    """

    run_files({"line.py": FLASK, "conftest.py": conftest, "test_line.py": tests}).assert_outcomes(passed=1)


def test_a_marker_of_the_project_that_is_called_as_ours_is_its_own(run_files: RunFiles) -> None:
    tests = """
        import pytest

        @pytest.mark.faults("disk", "network")
        def test_it():
            pass
    """

    run_files({"test_it.py": tests}).assert_outcomes(passed=1)
