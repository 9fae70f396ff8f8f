"""`ivr tunnel` as a user types it: the number is lent to the line while it runs, and given back when it stops."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import Any

import aiohttp
import click
import pytest
from click.testing import CliRunner, Result
from twilio.request_validator import RequestValidator

from fakes.twilio.state import Twilio
from ivr.cli import make_cli
from ivr.external import ExternalServices, ngrok
from okta_twilio_ivr.line import Fakes, fake_line
from tests.ivr.handset import Clock
from tests.ivr.twilio_doors import InProcessTwilio

TOKEN = "fake0secret0of0the0tunnel0000000"
BASE, BEFORE = "https://quiet-otter.ngrok.example", "https://old.example/voice"
LINE = "+12075551234"
NGROK = Path(__file__).with_name("stand_in_ngrok.py")


@dataclass
class Desk:
    """A terminal on a machine with a tunnel; `meanwhile` happens as soon as the line is served, which then ends."""

    twilio: Twilio = field(default_factory=lambda: Twilio(now=Clock(), auth_token=TOKEN))
    meanwhile: Callable[[], Awaitable[object]] | None = None
    happened: list[str] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self.twilio.add_number(LINE, voice_url=BEFORE, voice_method="GET")
        self.http = InProcessTwilio(self.twilio)

    def run(self, *words: str, typed: str = "", **environ: str) -> Result:
        given = {"TWILIO_ACCOUNT_SID": self.twilio.account.sid, "TWILIO_AUTH_TOKEN": TOKEN, **environ}
        outside = ExternalServices(twilio=lambda: self.http, tunnel=self._tunnel, until=self._until)
        command = make_cli({"fake": lambda settings: fake_line(settings, Fakes(time), time)}, given, outside=outside)
        result = CliRunner().invoke(command, ["tunnel", "--env-file", os.devnull, "--port", "0", *words], input=typed)
        assert TOKEN not in result.output, "no secret is ever printed"
        return result

    @contextmanager
    def _tunnel(self, port: int) -> Iterator[str]:
        self.port = port
        self.happened.append("tunnel up")
        try:
            yield BASE
        finally:
            self.happened.append(f"tunnel down, calls go to {self.calls_go_to()}")

    async def _until(self) -> None:
        self.happened.append(f"served, calls go to {self.calls_go_to()}")
        if self.meanwhile is not None:
            await self.meanwhile()

    def calls_go_to(self) -> str:
        (number,) = self.twilio.account.tables.numbers.values()
        return f"{number.voice_method} {number.voice_url}"


def test_the_number_is_the_line_s_while_it_runs_and_as_before_afterwards() -> None:
    desk = Desk()

    result = desk.run("--yes")

    assert result.exit_code == 0, result.output
    assert desk.happened == [
        "tunnel up",
        f"served, calls go to POST {BASE}/ivr/welcome",
        f"tunnel down, calls go to GET {BEFORE}",
    ]
    assert f"tunnel   {BASE} leads to 127.0.0.1:{desk.port}" in result.stdout
    assert f"webhook  {BASE}/ivr/welcome" in result.stdout
    assert result.stdout.splitlines()[-1] == f"{LINE} is set back: its calls go to {BEFORE} as before."


def test_the_line_behind_the_tunnel_takes_twilio_s_signature_and_no_other_request() -> None:
    statuses: list[int] = []

    async def ask() -> None:
        url = f"http://127.0.0.1:{desk.port}/ivr/welcome"
        call = {"CallSid": "CA" + 32 * "0", "From": "+17735551234", "To": LINE}
        signature = RequestValidator(TOKEN).compute_signature(f"{BASE}/ivr/welcome", call)
        async with aiohttp.ClientSession() as session:
            for headers in ({"X-Twilio-Signature": signature}, {}):
                async with session.post(url, data=call, headers=headers) as answer:
                    statuses.append(answer.status)

    desk = Desk(meanwhile=ask)
    desk.run("--yes")

    assert statuses == [200, 403]


def test_it_says_what_it_will_do_and_asks() -> None:
    desk = Desk()

    refused = desk.run(typed="n\n")
    agreed = desk.run(typed="y\n")

    assert (refused.exit_code, refused.stderr) == (1, "Error: Nothing was changed.\n")
    assert "It is set back when this stops (Ctrl-C).\nChange it?" in refused.stdout
    assert (
        desk.happened[:2] == ["tunnel up", f"tunnel down, calls go to GET {BEFORE}"] or desk.happened[0] == "tunnel up"
    )
    assert agreed.exit_code == 0


def test_keep_leaves_the_number_to_the_line() -> None:
    desk = Desk()

    assert desk.run("--yes", "--keep").exit_code == 0
    assert desk.calls_go_to() == f"POST {BASE}/ivr/welcome"


def test_what_somebody_changed_meanwhile_stays() -> None:
    async def change() -> None:
        desk.http.set_number(VoiceUrl="https://theirs.example/voice")

    desk = Desk(meanwhile=change)
    result = desk.run("--yes")

    assert "somebody has changed voice_url meanwhile" in result.stdout
    assert desk.calls_go_to() == "GET https://theirs.example/voice"


def test_trouble_at_the_end_says_where_calls_went_before() -> None:
    async def fail() -> None:
        desk.twilio.faults.fail_next(503, times=9)

    desk = Desk(meanwhile=fail)
    result = desk.run("--yes")

    assert result.exit_code == 1
    assert f"calls to {LINE} went to {BEFORE} before" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("environ", "code", "sentence"),
    [
        ({"TWILIO_AUTH_TOKEN": ""}, 2, "TWILIO_AUTH_TOKEN is not set"),
        ({"TWILIO_ACCOUNT_SID": ""}, 2, "TWILIO_ACCOUNT_SID is not set"),
        ({"IVR_BACKEND": "live"}, 2, "OKTA_ORG_URL and OKTA_API_TOKEN are not set"),
    ],
)
def test_what_lacks_is_said_before_anything_is_opened(environ: dict[str, str], code: int, sentence: str) -> None:
    desk = Desk()

    result = desk.run("--yes", **environ)

    assert (result.exit_code, desk.happened) == (code, [])
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_wrong_token_of_twilio_s_is_said_and_the_tunnel_closed() -> None:
    desk = Desk()

    result = desk.run("--yes", TWILIO_AUTH_TOKEN="another")

    assert result.exit_code == 1
    assert "refuses the credentials" in result.stderr
    assert desk.calls_go_to() == f"GET {BEFORE}"


def agent(folder: Path, how: str) -> dict[str, Any]:
    """A program that talks as ngrok does."""
    program = folder / "ngrok"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E {NGROK} {how} {folder / "said"} "$@"\n')
    program.chmod(0o755)
    return {"program": str(program), "config_file": str(folder / "ngrok.yml")}


def test_ngrok_is_started_for_the_port_and_ended(tmp_path: Path) -> None:
    with ngrok(5000, **agent(tmp_path, "well")) as base:
        assert base == BASE

    said = (tmp_path / "said").read_text()
    assert "127.0.0.1:5000" in said
    assert "authtoken" not in said, "every user of the machine can read a command line"


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("ERR_NGROK_4018", "set NGROK_AUTHTOKEN"),
        ("ERR_NGROK_108", "Another ngrok"),
        ("ERR_NGROK_9040", "(ERR_NGROK_9040)"),
    ],
)
def test_trouble_with_ngrok_is_one_sentence_without_what_it_said(tmp_path: Path, how: str, sentence: str) -> None:
    with pytest.raises(click.ClickException) as caught, ngrok(5000, **agent(tmp_path, how)):
        pass

    assert sentence in caught.value.message
    assert "0secret0" not in caught.value.message


def test_without_pyngrok_it_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['pyngrok'] = None\n"
        "from ivr.external import ngrok\n"
        "try:\n    ngrok(5000).__enter__()\nexcept Exception as error:\n    print(error.message)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "pip install 'okta-twilio-ivr[tunnel]'" in done.stdout
