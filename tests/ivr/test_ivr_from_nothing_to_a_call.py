"""What an operator types, in its order, against served fakes: set-ups, doctor, calls on the live backend, and back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any, Literal

import pytest
from click.testing import CliRunner, Result

from fakes.accounts.app import create_app as accounts_app
from fakes.accounts.state import Accounts
from fakes.doors import served
from fakes.okta.app import create_app as okta_app
from fakes.okta.control import Control
from fakes.okta.state import DEMO_TOKEN, Okta
from fakes.people import empty, seed_number
from fakes.twilio.app import create_app as twilio_app
from fakes.twilio.state import Twilio
from fakes.web import Request
from ivr.app import create_app
from ivr.cli import make_cli
from ivr.live import live_line
from ivr.outside import Outside
from ivr.settings import read_settings
from simulator.cli.phone import make_phone

WHO = ("--email", "jane@example.com", "--phone", "+17735551234")
CALLS = """
calls:
- name: by text
  from: "+17735551234"
  steps:
  - press: "1"
  - press: "1"
  - press: "${sms_code}#"
  - hear: "Thank you, Test"
- name: by push
  from: "+17735551234"
  steps:
  - press: "1"
  - press: "*"
  - hear: "For a request in Okta Verify, press 1"
  - press: "1"
  - push: approve
  - hear: "Thank you, Test"
"""


@dataclass
class Desk:
    """A terminal whose environment leads to served fakes; the person's phone scans as soon as it is asked to."""

    folder: Path
    okta: Okta
    environ: dict[str, str]

    async def ivr(self, *words: str) -> Result:
        command = make_cli({}, self.environ, outside=Outside(sleep=self._sleep))
        return await self._run(command, *words, "--env-file", str(self.folder / "none"))

    async def set_up(self, *words: str) -> Result:
        return await self.ivr("setup", "okta", "--record", str(self.folder / "record.json"), *words)

    async def phone(self, *words: str) -> Result:
        return await self._run(make_phone(_no_demo), *words)

    async def _run(self, command: Any, *words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, command, words)

    async def _sleep(self, _: float) -> None:
        if self.okta.org.tables.activations:
            self.okta.scan_push("jane@example.com")


def _no_demo(*_: object, **__: object) -> Any:
    raise AssertionError("the calls go to the URL")


@asynccontextmanager
async def open_desk(folder: Path, pipeline: Literal["v1", "idx"]) -> AsyncIterator[Desk]:
    okta, accounts, twilio = Okta(now=time, pipeline=pipeline), Accounts(now=time), Twilio(now=time)
    empty(okta)
    seed_number(twilio)
    async with (
        served(okta_app(okta)) as okta_url,
        served(accounts_app(accounts)) as accounts_url,
        served(twilio_app(twilio)) as twilio_url,
    ):
        environ = {
            "IVR_BACKEND": "live",
            "OKTA_ORG_URL": okta_url,
            "OKTA_API_TOKEN": DEMO_TOKEN,
            "ACCOUNTS_API_URL": accounts_url,
            "ACCOUNTS_API_TOKEN": accounts.token,
            "TWILIO_API_URL": twilio_url,
            "TWILIO_ACCOUNT_SID": twilio.account.sid,
            "TWILIO_AUTH_TOKEN": twilio.account.auth_token,
            "IVR_AGENT_NUMBER": "+12075550100",
        }
        line: list[Any] = []

        async def late(*asgi: Any) -> None:
            await line[0](*asgi)

        async with served(late) as url:  # its settings name its address, which is known only now
            environ["IVR_PUBLIC_URL"] = url
            line.append(create_app(live_line(read_settings(environ))))
            yield Desk(folder, okta, environ)


def shown(okta: Okta) -> str:
    """`GET /_fake/state` but for the time of day and the number of texts, which nobody can take back."""
    state = json.loads(Control(okta.org).answer(Request("GET", okta.org.url, "/_fake/state", "", {}, b"")).body)
    return json.dumps({**state, "now": 0, "texts": 0})


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
async def test_two_commands_make_the_services_ready_for_calls_and_one_takes_it_back(
    tmp_path: Path, pipeline: Literal["v1", "idx"]
) -> None:
    script = tmp_path / "calls.yaml"
    script.write_text(CALLS)
    async with open_desk(tmp_path, pipeline) as desk:
        before = shown(desk.okta)
        planned = await desk.set_up(*WHO, "--dry-run")
        untouched = shown(desk.okta)
        ready = await desk.set_up(*WHO, "--yes")
        number = await desk.ivr("setup", "twilio", "--yes")
        examined = await desk.ivr("doctor", "--phone", "+17735551234", "--json")
        where = ("--url", f"{desk.environ['IVR_PUBLIC_URL']}/ivr/welcome", "--okta", desk.environ["OKTA_ORG_URL"])
        called = await desk.phone("call", str(script), *where, "--auth-token", desk.environ["TWILIO_AUTH_TOKEN"])
        again = await desk.set_up(*WHO)
        undone = await desk.set_up("--undo", "--yes")
        after = shown(desk.okta)

    results = (planned, ready, number, examined, called, again, undone)
    assert [result.exit_code for result in results] == [0] * 7, [result.output for result in results]
    assert {each["state"] for each in json.loads(examined.stdout)["checks"]} == {"ok"}, examined.stdout
    assert "2 calls: 2 ok" in called.stderr + called.stdout
    assert "nothing to do" in again.stdout
    assert before == untouched == after
