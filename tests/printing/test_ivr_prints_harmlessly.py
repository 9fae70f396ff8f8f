"""Whatever Okta, Twilio, the accounts API or a setting says, nothing that `ivr` prints or logs steers or commands."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Mapping
from typing import Any

import pytest
from click.testing import CliRunner, Result
from twilio.http import HttpClient
from twilio.http.response import Response

from fakes.people import LINE_NUMBER
from fakes.twilio.state import Twilio
from ivr.cli import make_cli
from ivr.external import ExternalServices
from ivr.observability.logs import log_handler
from tests.ivr.handset import Clock
from tests.ivr.stand_ins import Canned, CannedSession
from tests.ivr.twilio_doors import InProcessTwilio
from tests.printing.harmless import HOSTILE, MARK, harm_in

LIVE = {
    "IVR_BACKEND": "live",
    "OKTA_ORG_URL": "https://atko.okta.example",
    "OKTA_API_TOKEN": "00token",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "TWILIO_PHONE_SID": "PN" + "0" * 32,
    "IVR_PUBLIC_URL": "https://line.example",
    "ACCOUNTS_API_URL": "https://accounts.example",
    "ACCOUNTS_API_TOKEN": "token",
}
SAID = {
    "id": HOSTILE,
    "pipeline": "v1",
    "definitions": {"custom": {"properties": {HOSTILE: {"type": HOSTILE}}}},
    "errorCode": HOSTILE,
    "errorSummary": HOSTILE,
    "errorCauses": [{"errorSummary": HOSTILE}],
    "code": 21608,
    "message": HOSTILE,
    "more_info": HOSTILE,
}


class HostileTwilio(HttpClient):  # type: ignore[misc]  # the SDK is not typed
    """Refuses every request."""

    def __init__(self) -> None:
        super().__init__(None, False, None)

    def request(self, *_: Any, **__: Any) -> Response:
        return Response(403, json.dumps(SAID))


def ivr(
    *words: str, status: int = 200, twilio: Any = HostileTwilio, environ: Mapping[str, str] | None = None
) -> Result:
    """The command among services that say hostile things; `status` is what they answer when the org was found."""

    def answer(_: str, url: str) -> Canned:
        return Canned(200 if url.endswith("okta-organization") else status, json.dumps(SAID))

    command = make_cli(
        {}, {**LIVE, **(environ or {})}, outside=ExternalServices(session=CannedSession(answer), twilio=twilio)
    )
    return CliRunner().invoke(command, [*words, "--env-file", os.devnull])


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_the_doctor_tells_harmlessly_what_services_say(form: tuple[str, ...], status: int) -> None:
    result = ivr("doctor", "--phone", "+17735551234", *form, status=status)

    assert result.exit_code == 1, result.output
    assert MARK in result.output
    assert harm_in(result.output) == []


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_number_s_settings_are_shown_harmlessly(form: tuple[str, ...]) -> None:
    twilio = Twilio(now=Clock(), auth_token=LIVE["TWILIO_AUTH_TOKEN"])
    number = twilio.add_number(LINE_NUMBER, voice_url=f"https://{HOSTILE}", status_callback=f"https://{HOSTILE}")
    account = {"TWILIO_ACCOUNT_SID": twilio.account.sid, "TWILIO_PHONE_SID": number.sid}

    result = ivr("setup", "twilio", "--dry-run", *form, twilio=lambda: InProcessTwilio(twilio), environ=account)

    assert result.exit_code == 0, result.output
    assert MARK in result.output
    assert harm_in(result.output) == []


@pytest.mark.parametrize("words", [("setup", "twilio"), ("setup", "okta", "--no-user", "--dry-run")])
def test_a_set_up_that_fails_says_why_harmlessly(words: tuple[str, ...]) -> None:
    result = ivr(*words, status=400)

    assert result.exit_code == 1, result.output
    assert MARK in result.output
    assert harm_in(result.output) == []


@pytest.mark.parametrize("name", ["IVR_BACKEND", "IVR_PUBLIC_URL", "OKTA_ORG_URL", "TWILIO_PHONE_SID"])
def test_a_setting_is_refused_harmlessly(name: str) -> None:
    result = ivr("setup", "twilio", environ={name: HOSTILE})

    assert result.exit_code in (1, 2)
    assert harm_in(result.output) == []


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_log_is_harmless(form: str) -> None:
    stream = io.StringIO()
    logger = logging.Logger("ivr")
    logger.addHandler(log_handler(form, stream))

    logger.warning("call=%s %s", "CA1", HOSTILE)
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        logger.exception(HOSTILE)

    assert stream.getvalue().count(MARK) > 2
    assert harm_in(stream.getvalue()) == []
