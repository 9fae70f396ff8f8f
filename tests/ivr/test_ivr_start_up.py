"""What the line says about Okta and Twilio when it starts: engine, API, number, agent, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pytest

from fakes.doors import InProcessSession
from fakes.okta.app import create_app
from fakes.okta.state import DEMO_TOKEN, Okta
from fakes.twilio.state import Twilio
from ivr.external import ExternalServices
from ivr.serving import service_lines, store_lines, twilio_lines
from ivr.settings import Settings, load_settings
from tests.ivr.conftest import build_world
from tests.ivr.handset import Clock
from tests.ivr.twilio_doors import InProcessTwilio, MovedTwilio

TOKEN = "fake0secret0of0the0start0up00000"
BASE = "https://line.example"
LINE = "+12075551234"
ORG = "https://atko.okta.example"


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


async def test_the_store_is_named_without_its_password_and_looked_for() -> None:
    memory = await store_lines(build_world().line)
    away = await store_lines(build_world(IVR_STORE_URL="redis://:hunter2@127.0.0.1:1/0").line)

    assert memory == ["store    this process's memory: calls and limits end with it"]
    assert away == [
        "store    Redis at 127.0.0.1:1",
        "missing  The Redis of IVR_STORE_URL cannot be asked (ConnectionError).",
    ]


async def test_a_line_on_fakes_asks_nobody() -> None:
    def nobody() -> Any:
        raise AssertionError("asked")

    assert await twilio_lines(load_settings({}), nobody) == ["number   none needed: nobody calls but the phone"]


def office(pipeline: Literal["v1", "idx"], folder: Path | None = None) -> ExternalServices:
    """A world with an org of this engine, and an account whose number leads here."""
    okta = Okta(now=Clock(), pipeline=pipeline)
    twilio = account(f"{BASE}/ivr/welcome")
    return ExternalServices(
        session=InProcessSession({ORG: create_app(okta)}),
        twilio=lambda: InProcessTwilio(twilio),
        folders=lambda: () if folder is None else (folder,),
    )


async def started(outside: ExternalServices, *, environ: Mapping[str, str] | None = None, **settings: str) -> list[str]:
    given = {"OKTA_ORG_URL": ORG, "OKTA_API_TOKEN": DEMO_TOKEN, **settings}
    return await service_lines(live(account(BASE), **given), environ or {}, outside)


@pytest.mark.parametrize(
    ("pipeline", "api", "lines"),
    [
        ("v1", "factors", ["okta     Classic Engine, Factors API"]),
        ("idx", "factors", ["okta     Identity Engine, Factors API"]),
        ("v1", "authn", ["okta     Classic Engine, Authentication API"]),
        (
            "idx",
            "authn",
            [
                "okta     Identity Engine, Authentication API",
                "missing  okta api: OKTA_MFA_API=authn needs factor sequencing, a feature of Classic Engine, "
                "and this org has Identity Engine; set OKTA_MFA_API=factors.",
            ],
        ),
    ],
)
async def test_the_engine_is_detected_and_an_api_that_cannot_work_there_is_named(
    pipeline: Literal["v1", "idx"], api: str, lines: list[str]
) -> None:
    said = await started(office(pipeline), OKTA_MFA_API=api)

    assert said[: len(lines)] == lines
    assert said[len(lines)] == f"number   {LINE}, its calls come here"


async def test_a_wrong_token_and_an_org_out_of_reach_are_lines_with_a_remedy() -> None:
    wrong = await started(office("v1"), OKTA_API_TOKEN="00another")
    away = await started(office("v1"), OKTA_ORG_URL="https://nowhere.example")

    assert "set OKTA_API_TOKEN" in wrong[1]
    assert "00another" not in wrong[1]
    assert "Check OKTA_ORG_URL" in away[1]
    assert [line.partition(" ")[0] for line in (wrong[1], away[1])] == ["missing", "missing"]


async def test_a_stray_okta_yaml_is_said_and_not_read(tmp_path: Path) -> None:
    """Okta's own client would go to the org that it names, whatever the environment says."""
    (tmp_path / "okta.yaml").write_text("okta: {client: {orgUrl: 'https://other.example', token: 00straySecret}}")

    said = await started(office("v1", tmp_path), environ={"OKTA_CLIENT_TOKEN": "00straySecret"})

    assert said[0] == "okta     Classic Engine, Factors API"
    assert said[1].startswith(f"ignored  {tmp_path / 'okta.yaml'} and OKTA_CLIENT_TOKEN are there")
    assert "00straySecret" not in "".join(said)
