"""The committed files are what today's line asks and today's fakes answer, and every plan has its file."""

import subprocess
import sys
from datetime import date
from importlib.util import find_spec

import pytest

from ivr.recordings.library import HOME
from okta_twilio_ivr.recording.files import FROM, is_as_kept
from okta_twilio_ivr.recording.sources import NAMES, record_fakes
from simulator.operator.clock import ManualClock
from tests.recordings.conftest import FILES, name_of

OTHERS = ("accounts/call-back", "twilio/numbers", "twilio/call-out")

WATCHED = """
import asyncio, sys
from datetime import date
from okta_twilio_ivr.recording.sources import record_fakes

async def record():
    return [each async for each in record_fakes(date.today(), sys.argv[1:])]

print(len(asyncio.run(record())), "recorded")
print(*(name for name in {speaking} if name in sys.modules))
"""
SPEAKING = ("ivr.app", "simulator.exchange", "simulator.callers", "simulator.operator.operator")


def test_there_is_a_file_for_every_scenario_and_no_other() -> None:
    assert sorted(map(name_of, FILES)) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
async def test_recording_again_gives_the_same_file_byte_for_byte(name: str) -> None:
    """But for the header: it says when the file was made, and with which versions."""
    (new,) = [each async for each in record_fakes(date(2000, 1, 1), [name])]

    assert is_as_kept(HOME, new), "the line asks something else now: `make record`, and look at the difference"


@pytest.mark.parametrize("name", ["okta/push-timed-out", "okta/authn-push-ignored", "okta/sms-sent-again", *OTHERS])
async def test_a_recording_depends_on_no_clock(name: str) -> None:
    clock = ManualClock(1_999_999_983.25)

    (new,) = [each async for each in record_fakes(date(2000, 1, 1), [name], clock=lambda: clock)]

    assert is_as_kept(HOME, new)


def test_a_recording_depends_on_no_sentence() -> None:
    """Nothing that dials, listens or answers a webhook is even loaded, so nothing can be said or heard."""
    assert all(map(find_spec, SPEAKING))
    watched = WATCHED.format(speaking=SPEAKING)

    done = subprocess.run([sys.executable, "-c", watched, *NAMES], capture_output=True, text=True, check=True)

    assert done.stdout.split() == [f"{len(NAMES)}", "recorded"], done.stderr


def test_the_header_of_every_file_says_where_it_came_from() -> None:
    for file in FILES:
        lines = file.read_text(encoding="utf-8").splitlines()
        what, where, through, made = (line.removeprefix("# ") for line in lines[:4])
        source = FROM["live" if "  source: live" in lines else "fakes"]

        assert what.endswith("."), file
        assert where.startswith("Recorded 20"), file
        assert where.endswith(f"from {source}."), file
        assert "vcrpy" in through, file
        assert "placeholders" in through, file
        assert made == "Made by `ivr record`; not to be edited by hand."
