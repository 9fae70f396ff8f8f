"""An operator's terminal in front of served fakes: an empty org, an account with a number, and the live line itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any, Literal

from click.testing import CliRunner, Result

from fakes.accounts.app import create_app as accounts_app
from fakes.accounts.state import DEMO_TOKEN as ACCOUNTS_TOKEN
from fakes.accounts.state import Accounts
from fakes.doors import served
from fakes.okta.app import create_app as okta_app
from fakes.okta.state import DEMO_TOKEN, Okta
from fakes.people import empty, seed_number
from fakes.twilio.app import create_app as twilio_app
from fakes.twilio.state import DEMO_AUTH_TOKEN, Twilio
from ivr.app import create_app
from ivr.backends import live_line
from ivr.cli import make_cli
from ivr.external import ExternalServices
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
    twilio: Twilio
    environ: dict[str, str]

    async def ivr(self, *words: str, **environ: str) -> Result:
        outside = ExternalServices(sleep=self._sleep, tunnel=self._tunnel, until=self._at_once)
        command = make_cli({}, {**self.environ, **environ}, outside=outside)
        return await self._run(command, *words, "--env-file", str(self.folder / "none"))

    async def set_up(self, *words: str, **environ: str) -> Result:
        return await self.ivr("setup", "okta", "--record", str(self.folder / "record.json"), *words, **environ)

    async def phone(self, *words: str) -> Result:
        return await self._run(make_phone(_no_demo), *words)

    async def _run(self, command: Any, *words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, command, words)

    async def _sleep(self, _: float) -> None:
        if self.okta.org.tables.activations:
            self.okta.scan_push("jane@example.com")

    async def _at_once(self) -> None:
        """What is served is stopped again."""

    @contextmanager
    def _tunnel(self, _: int) -> Iterator[str]:
        yield "https://quiet-otter.ngrok.example"


def _no_demo(*_: object, **__: object) -> Any:
    raise AssertionError("the calls go to the URL")


@asynccontextmanager
async def open_desk(
    folder: Path,
    pipeline: Literal["v1", "idx"] = "v1",
    *,
    okta_token: str = DEMO_TOKEN,
    twilio_token: str = DEMO_AUTH_TOKEN,
    accounts_token: str = ACCOUNTS_TOKEN,
) -> AsyncIterator[Desk]:
    """Fakes that take these tokens; the environment is what `fakes serve` tells to export, and the line's address."""
    okta = Okta(now=time, pipeline=pipeline, api_token=okta_token)
    accounts, twilio = Accounts(now=time, token=accounts_token), Twilio(now=time, auth_token=twilio_token)
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
            "OKTA_API_TOKEN": okta_token,
            "ACCOUNTS_API_URL": accounts_url,
            "ACCOUNTS_API_TOKEN": accounts.token,
            "TWILIO_API_URL": twilio_url,
            "TWILIO_ACCOUNT_SID": twilio.account.sid,
            "TWILIO_AUTH_TOKEN": twilio.account.auth_token,
            "IVR_AGENT_NUMBER": "+12075550100",
            "IVR_EVEN_PACE": "0",
        }
        line: list[Any] = []

        async def late(*asgi: Any) -> None:
            await line[0](*asgi)

        async with served(late) as url:  # its settings name its address, which is known only now
            environ["IVR_PUBLIC_URL"] = url
            line.append(create_app(live_line(read_settings(environ))))
            yield Desk(folder, okta, twilio, environ)
