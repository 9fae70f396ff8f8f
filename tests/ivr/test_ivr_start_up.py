"""What the line says about Twilio when it starts: the number, where its calls go, the agent, and what is missing."""

from __future__ import annotations

from typing import Any

from fakes.twilio.state import Twilio
from ivr.settings import Settings, load_settings
from ivr.start_up import twilio_lines
from tests.ivr.handset import Clock
from tests.ivr.twilio_doors import InProcessTwilio, MovedTwilio

TOKEN = "fake0secret0of0the0start0up00000"
BASE = "https://line.example"
LINE = "+12075551234"


def account(voice_url: str) -> Twilio:
    twilio = Twilio(now=Clock(), auth_token=TOKEN)
    twilio.add_number(LINE, voice_url=voice_url)
    return twilio


def live(twilio: Twilio, **more: str) -> Settings:
    needed = {
        "OKTA_ORG_URL": "https://o.okta.com",
        "OKTA_API_TOKEN": "x",
        "IVR_BACKEND": "live",
        "IVR_PUBLIC_URL": BASE,
    }
    return load_settings({**needed, "TWILIO_ACCOUNT_SID": twilio.account.sid, "TWILIO_AUTH_TOKEN": TOKEN, **more})


async def said(twilio: Twilio, http: Any = None, **more: str) -> list[str]:
    return await twilio_lines(live(twilio, **more), http or (lambda: InProcessTwilio(twilio)))


async def test_a_number_whose_calls_come_here() -> None:
    twilio = account(f"{BASE}/ivr/welcome")

    assert await said(twilio, IVR_AGENT_NUMBER="+12075550100") == [
        f"number   {LINE}, its calls come here",
        "agent    …0100 is rung for call backs",
    ]


async def test_a_number_whose_calls_go_elsewhere_is_something_missing() -> None:
    twilio = account("https://me:secret@old.example/voice")

    lines = await said(twilio)

    assert lines[0] == f"number   {LINE}, its calls go to https://…@old.example/voice"
    assert lines[1].startswith("missing  the number's webhook: run `ivr setup twilio`")
    assert "noted in the accounts API" in lines[2]


async def test_trouble_with_twilio_is_a_line_and_no_reason_not_to_start() -> None:
    twilio = account(BASE)

    refused = await said(twilio, TWILIO_AUTH_TOKEN="another")
    away = await said(twilio, http=lambda: MovedTwilio("http://127.0.0.1:1"))
    none = await said(twilio, TWILIO_ACCOUNT_SID="")

    assert "refuses the credentials" in refused[1]
    assert "cannot be reached" in away[1]
    assert "TWILIO_ACCOUNT_SID is not set" in none[1]


async def test_a_line_on_fakes_asks_nobody() -> None:
    def nobody() -> Any:
        raise AssertionError("asked")

    assert await twilio_lines(load_settings({}), nobody) == ["number   none needed: nobody calls but the phone"]
