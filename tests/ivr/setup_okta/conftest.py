"""An empty fake org, the command as a user types it, a network that fails at a chosen request, and a phone."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner, Result

from fakes.doors import InProcessSession
from fakes.okta import users
from fakes.okta.app import create_app
from fakes.okta.records import Settings
from fakes.okta.state import DEMO_TOKEN, Okta
from fakes.people import empty
from ivr.cli import make_cli
from ivr.external import ExternalServices
from tests.ivr.handset import Clock

ORG = "https://atko.okta.example"
EMAIL, PHONE = "test.caller@example.com", "+17735551234"
WHO = ("--email", EMAIL, "--phone", PHONE)
PASSWORD = "Known-0nly-to-nobody"
TOKENS = (DEMO_TOKEN, PASSWORD, "00wrongTokenWrongTokenWrongTokenWrong00000")


@dataclass
class FailingSession:
    """Passes everything on, but the changing request number `at` (from 1) fails: before or after the org did it."""

    inner: InProcessSession
    at: int = 0
    answer_lost: bool = False
    changes: list[str] = field(default_factory=list)

    def request(self, method: str, url: str, **options: Any) -> AbstractAsyncContextManager[Any]:
        is_poll = str(url).endswith("/poll")
        if method == "GET" or is_poll:
            return self.inner.request(method, url, **options)
        self.changes.append(f"{method} {url}")
        if len(self.changes) == self.at:
            return _Broken(self.inner.request(method, url, **options) if self.answer_lost else None)
        return self.inner.request(method, url, **options)

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class _Broken:
    done_all_the_same: Any

    async def __aenter__(self) -> Any:
        if self.done_all_the_same is not None:
            await self.done_all_the_same
        raise TimeoutError

    async def __aexit__(self, *_: object) -> None:
        return None


class Typing(io.RawIOBase):
    """Somebody who types a line whenever they are asked for one: what `line` says at that moment, '' for no more."""

    def __init__(self, line: Callable[[], str]) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        typed = self._line().encode()
        buffer[: len(typed)] = typed
        return len(typed)


@dataclass
class Office:
    """Somebody at a terminal, with an org to set up."""

    folder: Path
    logs: pytest.LogCaptureFixture
    pipeline: Literal["v1", "idx"] = "v1"
    settings: Settings | None = None
    scans: bool = True  # the person scans as soon as they are asked to
    session: Any = None
    over_the_network: bool = False
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.okta = Okta(now=self.clock, seed=7, pipeline=self.pipeline, settings=self.settings)
        empty(self.okta)
        self.direct = InProcessSession({ORG: create_app(self.okta)})
        self.logs.set_level(logging.DEBUG)

    @property
    def record(self) -> Path:
        return self.folder / "record.json"

    def run(self, *words: str, typed: str | io.RawIOBase = "", **environ: str) -> Result:
        """`ivr setup okta WORDS`. No token is ever printed, logged or recorded."""
        session = None if self.over_the_network else self.session or self.direct
        self.logs.clear()
        outside = ExternalServices(session=session, now=self.clock, sleep=self.sleep, password=self.password)
        command = make_cli({}, {"OKTA_ORG_URL": ORG, "OKTA_API_TOKEN": DEMO_TOKEN, **environ}, outside=outside)
        fixed = ["setup", "okta", "--env-file", os.devnull, "--record", str(self.record)]
        keyboard = io.BufferedReader(typed) if isinstance(typed, io.RawIOBase) else typed
        result = CliRunner().invoke(command, [*fixed, *words], input=keyboard)
        kept = self.record.read_text() if self.record.exists() else ""
        for secret in TOKENS:
            assert secret not in result.output + self.logs.text + kept
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def shown_code(self) -> Typing:
        """The person scans the picture with their app and types what it shows, after two others that are wrong."""
        lines = ["000000\n", "12 34 56\n"]

        def line() -> str:
            return lines.pop(0) if lines else f"{self.okta.totp(users.find(self.okta.org, EMAIL).id)}\n"

        return Typing(line)

    def password(self) -> str:
        return PASSWORD

    async def sleep(self, seconds: float) -> None:
        """Time passes, and the person looks at their phone."""
        self.slept.append(seconds)
        self.clock.at += seconds
        if self.scans and self.okta.org.tables.activations:
            self.okta.scan_push(EMAIL)

    def state(self) -> str:
        """`GET /_fake/state`, as it comes, but for the time of day."""
        return asyncio.run(self._state())

    async def _state(self) -> str:
        async with self.direct.get(f"{ORG}/_fake/state") as response:
            text = await response.text()
        return re.sub(r'"now": ?[0-9.]+', "", text, count=1)

    def plan(self, *words: str, **environ: str) -> list[Mapping[str, str]]:
        """What would be done, without what is in order."""
        report = json.loads(self.run(*WHO, *words, "--dry-run", "--json", **environ).stdout)
        return [row for row in report["plan"] if row["action"] != "ok"]


Open = Callable[..., Office]


@pytest.fixture
def open_office(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Open:
    """An office with the given settings; each has a folder of its own."""

    def opened(**options: Any) -> Office:
        return Office(tmp_path, caplog, **options)

    return opened


@pytest.fixture
def office(open_office: Open) -> Office:
    """An office with a Classic org."""
    return open_office()
