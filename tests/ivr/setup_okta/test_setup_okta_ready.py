"""After `ivr setup okta` the org is ready: the doctor is content, and scripted calls by text and by push pass on it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from click.testing import CliRunner, Result

from fakes.accounts.app import create_app as accounts_app
from fakes.accounts.state import DEMO_TOKEN as ACCOUNTS_TOKEN
from fakes.accounts.state import Accounts
from fakes.doors import InProcessSession, served
from fakes.okta import users
from fakes.okta.app import create_app as okta_app
from fakes.okta.state import DEMO_TOKEN, Okta
from ivr.accounts import HttpAccounts
from ivr.app import create_app
from ivr.calls.store import MemoryCalls
from ivr.cli import make_cli
from ivr.external import ExternalServices
from ivr.identity.directory import Directory
from ivr.identity.okta_factors import OktaFactors
from ivr.identity.okta_wire import OktaWire
from ivr.limits import MemoryLimits
from ivr.line import Line
from ivr.settings import load_settings
from simulator.applications import Endpoint
from simulator.cli.phone import make_phone
from simulator.mobile import PushPrompt, ShownCode, Text
from simulator.network import Network, OpenNetwork, build_network
from simulator.operator.clock import Clock
from simulator.wires.asgi import AsgiWire
from tests.ivr.setup_okta.conftest import EMAIL, ORG, PHONE, WHO, Office, Open

ACCOUNTS, BASE, LINE = "http://accounts.internal", "https://line.example", "+12075551234"
OKTA_ROWS = ("okta org", "clock", "okta token", "ivrPhone", "ivrFactorPreference", "caller", "factors")
BY_TEXT = """
steps:
- press: "1"
- press: "1"
- hear: "text message with a code"
- press: "${sms_code}#"
- hear: "Thank you, Test"
- expect_request: {path: /ivr/account_welcome}
"""
BY_CODE = """
steps:
- press: "1"
- press: "1"
- hear: "Okta Verify"
- press: "${totp_code}#"
- hear: "Thank you, Test"
- expect_request: {path: /ivr/account_welcome}
"""
BY_PUSH = """
steps:
- press: "1"
- press: "1"
- hear: "request to Okta Verify"
- push: approve
- hear: "Thank you, Test"
- expect_request: {path: /ivr/account_welcome}
"""


@dataclass
class Phone:
    """The test user's own phone."""

    okta: Okta

    async def texts(self, number: str) -> Sequence[Text]:
        return [Text(text.to, text.body, text.code, text.at) for text in self.okta.texts(number)]

    async def spoken(self, number: str) -> Sequence[Text]:
        return [Text(text.to, text.body, text.code, text.at, by="call") for text in self.okta.calls(number)]

    async def shown(self, _: str) -> ShownCode | None:
        return ShownCode(*self.okta.shown_code(users.find(self.okta.org, EMAIL).id))

    async def prompts(self, _: str) -> Sequence[PushPrompt]:
        prompts = self.okta.prompts(users.find(self.okta.org, EMAIL).id)
        return [PushPrompt(each.transaction_id, "Sign in?", each.created, each.expires_at) for each in prompts]

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        del number, prompt
        self.okta.answer_push(users.find(self.okta.org, EMAIL).id, approve, choice)


def open_line(office: Office) -> OpenNetwork:
    """The real line on the office's org, with a telephone network in front."""

    @asynccontextmanager
    async def opened(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        accounts = Accounts(now=office.clock)
        session = InProcessSession({ORG: okta_app(office.okta), ACCOUNTS: accounts_app(accounts)})
        to_org = OktaWire(ORG, DEMO_TOKEN, session=session)
        line = Line(
            settings=load_settings({}),
            directory=Directory(to_org),
            identity=OktaFactors(to_org),
            accounts=HttpAccounts(ACCOUNTS, ACCOUNTS_TOKEN, session=session),
            calls=MemoryCalls(clock.now),
            limits=MemoryLimits(clock.now),
            now=clock.now,
        )
        async with AsgiWire(create_app(line)) as wire:
            endpoint = Endpoint(f"{BASE}/ivr/welcome", wire)
            yield build_network(endpoint, clock, seed=seed, mobile=Phone(office.okta), caller=PHONE)

    return opened


def call(office: Office, script: str) -> Result:
    path = office.folder / "script.yaml"
    path.write_text(script)
    return CliRunner().invoke(make_phone(open_line(office)), ["call", str(path)])


@pytest.mark.parametrize("words", [(), ("--totp", "--preference", "totp")], ids=["sms", "totp"])
@pytest.mark.parametrize("pipeline", ["v1", "idx"])
def test_the_doctor_is_content_with_every_row_of_okta(open_office: Open, pipeline: str, words: tuple[str, ...]) -> None:
    office = open_office(pipeline=pipeline)
    office.run(*WHO, *words, "--yes", typed=office.shown_code())
    environ = {"OKTA_ORG_URL": ORG, "OKTA_API_TOKEN": DEMO_TOKEN}
    command = make_cli({}, environ, outside=ExternalServices(session=office.direct, now=office.clock))

    result = CliRunner().invoke(command, ["doctor", "--phone", PHONE, "--json", "--env-file", os.devnull])

    states = {each["check"]: each["state"] for each in json.loads(result.stdout)["checks"]}
    assert {name: states[name] for name in OKTA_ROWS} == dict.fromkeys(OKTA_ROWS, "ok")


def test_the_doctor_sends_an_empty_org_to_the_set_up(office: Office) -> None:
    environ = {"OKTA_ORG_URL": ORG, "OKTA_API_TOKEN": DEMO_TOKEN}
    command = make_cli({}, environ, outside=ExternalServices(session=office.direct, now=office.clock))

    result = CliRunner().invoke(command, ["doctor", "--phone", PHONE, "--env-file", os.devnull])

    assert result.stdout.count("run `ivr setup okta`") >= 2


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
@pytest.mark.parametrize(
    ("words", "script"),
    [
        (("--preference", "sms"), BY_TEXT),
        (("--preference", "push"), BY_PUSH),
        (("--preference", "totp", "--totp"), BY_CODE),
    ],
    ids=["sms", "push", "totp"],
)
def test_a_scripted_call_passes(open_office: Open, pipeline: str, words: tuple[str, ...], script: str) -> None:
    office = open_office(pipeline=pipeline)
    assert office.run(*WHO, *words, "--yes", typed=office.shown_code()).exit_code == 0
    office.clock.at += 60  # a code is good once

    result = call(office, script)

    assert result.exit_code == 0, result.output


async def test_it_works_over_the_network(open_office: Open) -> None:
    office = open_office()
    before = office.okta.snapshot().tables
    async with served(okta_app(office.okta)) as url:
        office.session = None
        office.over_the_network = True
        done = await asyncio.to_thread(office.run, *WHO, "--yes", OKTA_ORG_URL=url)
        again = await asyncio.to_thread(office.run, *WHO, "--yes", OKTA_ORG_URL=url)
        undone = await asyncio.to_thread(office.run, "--undo", "--yes", OKTA_ORG_URL=url)

    assert (done.exit_code, again.exit_code, undone.exit_code) == (0, 0, 0)
    assert "nothing to do" in again.stdout
    assert office.okta.org.tables.users == before.users
