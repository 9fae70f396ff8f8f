"""The `ivr` command with the fake backend plugged in, and `ivr record`."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ivr.cli import make_cli
from okta_twilio_ivr.line import Fakes, fake_line
from okta_twilio_ivr.recording.command import make_record

if TYPE_CHECKING:
    from ivr.line import Line
    from ivr.settings import Settings


class FakeBackend:
    """The line on fakes of its own; their texts and prompts can be read over loopback by a phone elsewhere."""

    _fakes: Fakes  # made for a line: other backends and commands need not load them

    def line(self, settings: "Settings") -> "Line":
        """The line, ready to be served."""
        now = time.time
        self._fakes = Fakes(now, seed=int(now()), sleep=asyncio.sleep, mfa_api=settings.okta_mfa_api)
        return fake_line(settings, self._fakes, time.time)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Sequence[str]]:
        """The fake Okta's own server, for as long as the line is served."""
        from fakes.doors import served
        from fakes.okta.app import create_app

        async with served(create_app(self._fakes.okta, log=self._fakes.okta_log)) as address:
            yield (f"texts    on {address}: phone --url WEBHOOK --okta {address}",)


def main() -> None:
    """Entry point of the `ivr` script."""
    fake = FakeBackend()
    cli = make_cli({"fake": fake.line}, beside={"fake": fake.beside})
    cli.add_command(make_record(os.environ))
    cli(prog_name="ivr")
