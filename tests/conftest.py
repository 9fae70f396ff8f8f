"""What all tests share: a calmer garbage collector, Ctrl-C that works, patience on a busy machine, the long ones."""

import gc
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

gc.set_threshold(100_000, 50, 100)  # the screens' tests make millions of small objects: a quarter of their time

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs, and their children, ignore it

settings.register_profile("busy machine", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("busy machine")


LONG = (
    "tests/bench",
    "tests/callers/test_phone_call_files.py",
    "tests/callers/test_phone_call_interrupted.py",
    "tests/callers/test_script_meanwhile.py",
    "tests/docs/test_deploy_files.py",
    "tests/docs/test_phone_page.py",
    "tests/docs/test_site.py",
    "tests/explorer",
    "tests/explorer_drawing",
    "tests/fakes/test_fakes_command.py",
    "tests/fakes/test_okta_against_a_model.py",
    "tests/fakes/test_okta_finds_people.py",
    "tests/fakes/twilio/test_twilio_bad_input.py",
    "tests/fakes/twilio/test_twilio_retention.py",
    "tests/hostile_input",
    "tests/ivr/attacks",
    "tests/ivr/running",
    "tests/ivr/setup_okta/test_setup_okta_in_trouble.py",
    "tests/ivr/store",
    "tests/ivr/test_ivr_bypass.py",
    "tests/ivr/test_ivr_from_nothing_to_a_call.py",
    "tests/ivr/test_no_secret_leaves.py",
    "tests/load",
    "tests/packaging/test_extras.py",
    "tests/packaging/test_image.py",
    "tests/packaging/test_wheel_contents.py",
    "tests/phone",
    "tests/printing",
    "tests/recordings",
    "tests/simulator/test_asgi_sockets.py",
    "tests/simulator/test_hostile_documents.py",
    "tests/simulator/test_hostile_servers.py",
    "tests/simulator/test_hostile_sockets.py",
    "tests/simulator/test_rooms_machine.py",
    "tests/simulator/test_stopping.py",
    "tests/soak",
    "tests/test_foreign_texts.py",
    "tests/test_interrupted_commands.py",
    "tests/testing_kit/frameworks",
    "tests/testing_kit/test_caller_machine.py",
    "tests/testing_kit/test_hostile_lines.py",
    "tests/testing_kit/test_packages_by_our_names.py",
    "tests/testing_kit/test_phone_and_commands.py",
    "tests/testing_kit/test_phone_in_projects.py",
    "tests/testing_kit/test_testing_page.py",
    "tests/testing_kit/test_testing_page_for_ci.py",
)
"""Folders and files that `make test` leaves out: they start programs, paint many screens or search long."""
ROOT = Path(__file__).parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the marker `long` on what lies there; single tests have it themselves."""
    long = [ROOT / each for each in LONG]
    for item in items:
        if any(item.path.is_relative_to(each) for each in long):
            item.add_marker(pytest.mark.long)
