"""`ivr setup twilio` as a user types it, against the fake account: in process, over loopback, and with nobody there."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakes.doors import served
from fakes.twilio.app import create_app
from fakes.twilio.state import Twilio
from ivr.cli import make_cli
from ivr.external import ExternalServices, twilio_http_client
from okta_twilio_ivr.line import SIGNING_TOKEN
from okta_twilio_ivr.world import LINE_NUMBER, LINE_URL, open_world
from simulator.callers.handset import Handset
from simulator.operator.clock import ManualClock
from tests.ivr.handset import Clock
from tests.ivr.twilio_doors import InProcessTwilio

TOKEN = "fake0secret0of0the0number0000000"
BASE = "https://line.example"
WELCOME = f"{BASE}/ivr/welcome"


def account(**number: str) -> Twilio:
    twilio = Twilio(now=Clock(), auth_token=TOKEN)
    twilio.add_number(LINE_NUMBER, **number)
    return twilio


def environment(twilio: Twilio) -> dict[str, str]:
    sid = next(iter(twilio.account.tables.numbers))
    return {
        "TWILIO_ACCOUNT_SID": twilio.account.sid,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_PHONE_SID": sid,
        "IVR_PUBLIC_URL": BASE,
    }


def run(
    twilio: Twilio,
    *words: str,
    http: Callable[[], Any] | None = None,
    typed: str = "",
    more: Mapping[str, str] | None = None,
) -> Result:
    outside = ExternalServices(twilio=http or (lambda: InProcessTwilio(twilio)))
    command = make_cli({}, {**environment(twilio), **(more or {})}, outside=outside)
    result = CliRunner().invoke(command, ["setup", "twilio", "--env-file", os.devnull, *words], input=typed)
    assert TOKEN not in result.output, "no secret is ever printed"
    return result


def settings_of(twilio: Twilio) -> tuple[str, ...]:
    (number,) = twilio.account.tables.numbers.values()
    return number.voice_url, number.voice_method, number.voice_fallback_url, number.status_callback


def test_a_dry_run_shows_the_difference_and_changes_nothing() -> None:
    twilio = account(voice_url="https://old.example/voice", voice_method="GET")
    before = settings_of(twilio)

    result = run(twilio, "--dry-run")

    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["voice_url", "https://old.example/voice", WELCOME] in rows
    assert ["voice_method", "GET", "POST"] in rows
    assert ["voice_fallback_url", "(none)", WELCOME] in rows
    assert "nothing was changed" in result.stdout
    assert settings_of(twilio) == before


def test_it_asks_and_changes_on_yes() -> None:
    twilio = account()

    result = run(twilio, "--status-callback", f"{BASE}/status", typed="y\n")

    assert result.exit_code == 0
    assert "Change it? [y/N]" in result.stdout
    assert f"calls to {LINE_NUMBER} reach {WELCOME}" in result.stdout
    assert settings_of(twilio) == (WELCOME, "POST", WELCOME, f"{BASE}/status")


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_anything_but_a_yes_changes_nothing(typed: str) -> None:
    twilio = account()
    before = settings_of(twilio)

    result = run(twilio, typed=typed)

    assert result.exit_code == 1
    assert "Nothing was changed." in result.stderr
    assert settings_of(twilio) == before


def test_a_second_run_changes_nothing() -> None:
    twilio = account()
    assert run(twilio, "--yes").exit_code == 0
    (before,) = twilio.account.tables.numbers.values()

    again = run(twilio, "--yes")

    assert again.exit_code == 0
    assert "nothing to change" in again.stdout
    assert list(twilio.account.tables.numbers.values()) == [before]
    assert json.loads(run(twilio, "--yes", "--json").stdout)["applied"] is False


def test_a_twiml_application_that_would_win_is_taken_off() -> None:
    twilio = account()
    http = InProcessTwilio(twilio)
    sid = http.create_application("old", "https://old.example/app")
    run(twilio, "--yes")
    http.set_number(VoiceApplicationSid=sid)

    result = run(twilio, "--yes")

    assert ["voice_application_sid", sid, "(none)"] in [line.split() for line in result.stdout.splitlines()]
    (number,) = twilio.account.tables.numbers.values()
    assert number.voice_application_sid == ""


def test_a_status_callback_of_somebody_else_stays_unless_one_is_given() -> None:
    twilio = account(status_callback="https://statistics.example/calls")

    run(twilio, "--yes")
    assert settings_of(twilio)[-1] == "https://statistics.example/calls"

    run(twilio, "--yes", "--status-callback", "", "--fallback-url", "")
    assert settings_of(twilio)[2:] == ("", "")


def test_json_tells_number_changes_and_whether_they_were_made() -> None:
    twilio = account(voice_url="https://old.example/voice")

    report = json.loads(run(twilio, "--dry-run", "--json").stdout)

    assert report["number"] == LINE_NUMBER
    assert report["sid"] == next(iter(twilio.account.tables.numbers))
    assert {"setting": "voice_url", "now": "https://old.example/voice", "then": WELCOME} in report["changes"]
    assert report["applied"] is False
    assert json.loads(run(twilio, "--yes", "--json").stdout)["applied"] is True


def test_a_password_in_the_number_s_old_address_is_not_shown() -> None:
    twilio = account(voice_url="https://user:hunter2@old.example/voice")

    for words in (["--dry-run"], ["--dry-run", "--json"]):
        output = run(twilio, *words).output
        assert "hunter2" not in output
        assert "old.example/voice" in output


def test_the_number_can_be_named_or_be_the_only_one() -> None:
    twilio = account()
    assert run(twilio, "--yes", more={"TWILIO_PHONE_SID": ""}).exit_code == 0
    other = twilio.add_number("+12075550000")

    several = run(twilio, "--yes", more={"TWILIO_PHONE_SID": ""})
    assert several.exit_code == 2
    assert f"+12075550000 is {other.sid}" in several.stderr

    named = run(twilio, "--yes", "--number", "+12075550000", more={"TWILIO_PHONE_SID": ""})
    assert named.exit_code == 0
    assert twilio.account.tables.numbers[other.sid].voice_url == WELCOME


def test_an_api_key_is_enough() -> None:
    twilio = account()
    (key,) = twilio.account.api_keys.values()

    instead = {"TWILIO_AUTH_TOKEN": "", "TWILIO_API_KEY": key.sid, "TWILIO_API_SECRET": key.secret}
    result = run(twilio, "--yes", more=instead)

    assert result.exit_code == 0
    assert key.secret not in result.output
    assert settings_of(twilio)[0] == WELCOME


def test_okta_s_settings_are_not_asked_for() -> None:
    assert run(account(), "--dry-run", more={"IVR_BACKEND": "live"}).exit_code == 0


@pytest.mark.parametrize(
    ("words", "environ", "code", "sentence"),
    [
        ([], {"TWILIO_AUTH_TOKEN": "wrong"}, 1, "refuses the credentials (20003): check TWILIO_ACCOUNT_SID"),
        ([], {"TWILIO_PHONE_SID": "PN" + "0" * 32}, 1, "no such number (20404): correct TWILIO_PHONE_SID"),
        (["--number", "+12075559999"], {}, 1, "no number +12075559999"),
        ([], {"TWILIO_ACCOUNT_SID": ""}, 2, "TWILIO_ACCOUNT_SID is not set"),
        ([], {"TWILIO_AUTH_TOKEN": ""}, 2, "set TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET"),
        ([], {"IVR_PUBLIC_URL": ""}, 2, "give --url or set IVR_PUBLIC_URL"),
        (["--url", "nonsense"], {}, 2, "IVR_PUBLIC_URL is malformed"),
        (["--fallback-url", "nonsense"], {}, 2, "--fallback-url must be a web address"),
        (["--json"], {}, 2, "add --yes or --dry-run"),
    ],
)
def test_trouble_is_one_sentence_with_the_remedy(
    words: list[str], environ: dict[str, str], code: int, sentence: str
) -> None:
    result = run(account(), *words, more=environ)

    assert result.exit_code == code
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not result.stdout


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (503, "", "Twilio is in trouble itself (503)"),
        (429, "20429", "fewer requests"),
        (403, "20008", "test credentials"),
    ],
)
def test_a_refusal_of_twilio_s_is_one_sentence(status: int, code: str, sentence: str) -> None:
    twilio = account()
    twilio.faults.fail_next(status, code)

    result = run(twilio, "--yes")

    assert result.exit_code == 1
    assert sentence in result.stderr


def test_a_change_that_is_refused_is_not_called_done() -> None:
    twilio = account()
    twilio.faults.fail_next(500, route="POST *")

    result = run(twilio, "--yes")

    assert result.exit_code == 1
    assert "Done" not in result.stdout
    assert settings_of(twilio)[0] == ""


def test_nobody_there_is_one_sentence() -> None:
    nobody = "http://127.0.0.1:1"
    result = run(account(), http=twilio_http_client, more={"TWILIO_API_URL": nobody})

    assert result.exit_code == 1
    assert f"check that {nobody} is open" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_an_address_of_this_machine_is_remarked_upon() -> None:
    assert "Twilio cannot call" in run(account(), "--dry-run", "--url", "http://127.0.0.1:5000").stderr


async def test_it_works_over_the_network_with_the_sdk_s_own_client() -> None:
    twilio = account()
    async with served(create_app(twilio)) as base:
        result = await asyncio.to_thread(
            run,
            twilio,
            "--yes",
            "--url",
            "http://127.0.0.1:5000",
            http=twilio_http_client,
            more={"TWILIO_API_URL": base},
        )

    assert result.exit_code == 0
    assert not result.stderr, "a fake on this machine reaches addresses of this machine"
    assert settings_of(twilio)[0] == "http://127.0.0.1:5000/ivr/welcome"


async def test_the_next_call_to_the_number_reaches_the_line() -> None:
    clock = ManualClock()
    async with open_world(clock) as world:
        http = InProcessTwilio(world.twilio)
        http.set_number(VoiceUrl="https://nowhere.example/voice")
        environ = {
            "TWILIO_ACCOUNT_SID": world.twilio.account.sid,
            "TWILIO_AUTH_TOKEN": SIGNING_TOKEN,
            "IVR_PUBLIC_URL": LINE_URL.removesuffix("/ivr/welcome"),
        }
        command = make_cli({}, environ, outside=ExternalServices(twilio=lambda: http))

        result = CliRunner().invoke(command, ["setup", "twilio", "--env-file", os.devnull, "--yes"])
        phone = Handset(world.network.operator, clock, "+17735551234")
        await phone.dial(LINE_NUMBER)
        greeted = await phone.until(lambda: phone.has_heard("calling"))

    assert result.exit_code == 0
    assert greeted


@pytest.mark.parametrize(
    ("status", "code", "sentence"), [(401, "20003", "credentials"), (503, "20503", "trouble itself")]
)
def test_trouble_while_looking_for_the_number_is_named_as_well(status: int, code: str, sentence: str) -> None:
    """The SDK throws the reason away when a list is refused ("Unable to fetch page"); the answer still has it."""
    twilio = account()
    twilio.faults.fail_next(status, code)

    result = run(twilio, "--number", LINE_NUMBER, "--dry-run")

    assert result.exit_code == 1
    assert sentence in result.stderr
