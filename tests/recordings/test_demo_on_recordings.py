"""The demo with IVR_BACKEND=cassette: no fakes, no sockets, and a sentence for what was not recorded."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner, Result

from ivr.backends import cassette_line
from ivr.recordings.session import ACCOUNTS_URL, OKTA_URL, Library, Recordings, load_library
from ivr.settings import read_settings
from okta_twilio_ivr.phone import demo_scripts
from okta_twilio_ivr.recorded import recorded_demo
from simulator.cli.phone import make_phone
from tests.stories.no_sockets import no_sockets

ROOT = Path(__file__).parents[2]
STORIES = sorted((ROOT / "docs" / "calls").glob("*.yaml"))

TO_THE_PUSH = ['press: "1"', 'press: "1"', "hear: request to Okta Verify"]
IN_VAIN = ["wait: 400", "hear: I did not get an answer in time", "expect_end: completed"]
TO_THE_WAYS = ['press: "1"', 'press: "*"', "hear: press 2"]
BY_CALL, BY_APP = ['press: "${spoken_code}#"'], ['press: "${totp_code}"']
JANE, JON = "+17735551234", "+17735555678"

WATCHED = """
import json, sys
seen = []
watched = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
           "socket.gethostbyname", "socket.gethostbyaddr")
probe = ("::1", 0)  # urllib3, when imported by the Okta SDK, binds this to learn whether there is IPv6, and lets it go

def watch(event, args):
    if event in watched and not (event == "socket.bind" and args[1] == probe):
        seen.append([event, repr(args)])

sys.addaudithook(watch)
try:
    from okta_twilio_ivr.phone import main
    main()
except SystemExit as ended:
    loaded = sorted(name for name in sys.modules if name.partition(".")[0] == "fakes")
    print(json.dumps({"code": ended.code, "seen": seen, "fakes": loaded}))
"""


def test_the_whole_demo_opens_no_socket_and_loads_no_fake() -> None:
    """Seen by the interpreter itself: an audit hook hears of every connect, bind, datagram and look-up of a name."""
    environ = {**os.environ, "IVR_BACKEND": "cassette"}

    done = subprocess.run(
        [sys.executable, "-c", WATCHED, "call", *map(str, STORIES)],
        capture_output=True, text=True, check=True, cwd=ROOT, env=environ,
    )  # fmt: skip

    *output, last = done.stdout.strip().splitlines()
    assert json.loads(last) == {"code": 0, "seen": [], "fakes": []}, done.stderr
    assert output[-1].startswith(f"{len(STORIES)} calls: {len(STORIES)} ok")


@pytest.fixture(scope="session")
def phone_call() -> Callable[[Path], Result]:
    """`phone call` on recordings, which are read once."""
    phone = make_phone(recorded_demo({}))
    return lambda script: CliRunner().invoke(phone, ["call", str(script)])


@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.name)
def test_every_story_is_told_on_recordings(phone_call: Callable[[Path], Result], story: Path) -> None:
    result = phone_call(story)

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("environ", "caller", "steps"),
    [
        ({"IVR_PUSH_PATIENCE": "300"}, JON, [*TO_THE_PUSH, *IN_VAIN]),
        ({"IVR_PUSH_NUMBER_CHALLENGE": "true"}, JON, [*TO_THE_PUSH, *IN_VAIN]),
        ({"IVR_PUSH_NUMBER_CHALLENGE": "true"}, JON, ["push: approve", "number: 72", *TO_THE_PUSH, "hear: Thank you"]),
        ({"IVR_CASSETTE": "call-right"}, JANE, [*TO_THE_WAYS, 'press: "2"', *BY_CALL, "hear: Thank you"]),
        ({"IVR_CASSETTE": "totp-right"}, JANE, [*TO_THE_WAYS, 'press: "2"', *BY_APP, "hear: Thank you"]),
    ],
)
def test_what_the_settings_choose_is_played(
    environ: dict[str, str], caller: str, steps: list[str], tmp_path: Path
) -> None:
    script = tmp_path / "call.yaml"
    lines = (f"    {step}" if step.startswith("number") else f"  - {step}" for step in steps)
    script.write_text("\n".join(["name: a call", f'from: "{caller}"', "steps:", *lines]))

    result = CliRunner().invoke(make_phone(recorded_demo(environ)), ["call", str(script)])

    assert result.exit_code == 0, result.output


def test_the_demo_s_own_calls_are_those_stories() -> None:
    assert {each.name for each in demo_scripts()} == {each.name for each in STORIES}


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"IVR_CASSETTE": "nonsense"}, "IVR_CASSETTE names nonsense, which is not recorded"),
        ({"IVR_CASSETTES": "/nowhere"}, "There are no recordings in /nowhere/okta"),
    ],
)
def test_recordings_that_are_not_there_are_one_sentence(environ: dict[str, str], sentence: str) -> None:
    result = CliRunner().invoke(make_phone(recorded_demo(environ)), ["call", str(STORIES[-1])])

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.mark.parametrize(
    ("method", "url", "sentence"),
    [
        (
            "GET",
            f"{OKTA_URL}/api/v1/users/00urecordedJane00000/groups",
            "No okta recording answers GET /api/v1/users/00u…/groups at this point (nearest: "
            "GET /api/v1/users/00u…/factors with another path, in ",
        ),
        (
            "DELETE",
            f"{OKTA_URL}/api/v1/users/00urecordedJane00000",
            "No okta recording answers DELETE /api/v1/users/00u… at this point (nearest: DELETE ",
        ),
        (
            "PUT",
            f"{ACCOUNTS_URL}/v1/accounts/00urecordedJane00000",
            "No accounts recording answers PUT /v1/accounts/00u… at this point: add a scenario and run `ivr record`.",
        ),
        (
            "GET",
            "https://dev-123.okta.com/api/v1/users",
            "dev-123.okta.com is not recorded, and the cassette backend opens no connection.",
        ),
    ],
)
async def test_what_is_not_recorded_is_refused_in_one_sentence_with_the_nearest(
    library: Library, caplog: pytest.LogCaptureFixture, method: str, url: str, sentence: str
) -> None:
    session = Recordings(library, lambda: 0.0)

    with no_sockets(), caplog.at_level(logging.ERROR, "ivr.recordings"), pytest.raises(aiohttp.ClientError) as refusal:
        async with session.request(method, url):
            pass

    assert str(refusal.value).startswith(sentence)
    assert "\n" not in str(refusal.value)
    assert caplog.messages == [str(refusal.value)]


async def test_a_recorded_request_in_another_place_of_the_call_is_told_so(library: Library) -> None:
    session = Recordings(library, lambda: 0.0)
    factors = f"{OKTA_URL}/api/v1/users/00urecordedJane00000/factors"

    with pytest.raises(aiohttp.ClientError, match="elsewhere in the call, in "):
        session.play("GET", factors, {})


async def test_the_served_backend_stands_on_the_same_recordings() -> None:
    with no_sockets():
        line = cassette_line(read_settings({"IVR_BACKEND": "cassette", "OKTA_MFA_API": "authn"}))

        found = await line.directory.find_caller("+17735551234")
        assert "Jane" in repr(found)
        assert await line.directory.find_caller("+13125550100") != found
