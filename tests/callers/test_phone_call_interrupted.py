"""A real `phone call` process that is stopped from outside: it hangs up, writes what there is."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fakes.doors import served
from tests.callers.line import Answer, Line, Play

AT_LEISURE = os.environ | {"PHONE_LEAVE_WITHIN": "60"}
"""The machine may be busy, and these are about what is done before the end."""
PROGRAM = "from simulator.cli.phone import make_phone; make_phone()(prog_name='phone')"


class Thinking:
    """An application that never answers its second page, and tells when it was asked for it."""

    def __init__(self) -> None:
        self.line = Line({"/voice": "<Say>Hello.</Say><Redirect>/think</Redirect>", "/end": Answer("", 204)})
        self.thinks = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # ASGI's own types
        if scope.get("path") == "/think":
            self.thinks.set()
            while (await receive())["type"] != "http.disconnect":
                continue
            return
        await self.line(scope, receive, send)


@pytest.fixture
async def thinking() -> AsyncIterator[tuple[Thinking, str]]:
    application = Thinking()
    async with served(application) as address:
        yield application, address


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
async def test_a_stopped_run_hangs_up_and_writes_what_there_is(
    play: Play, thinking: tuple[Thinking, str], tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    application, address = thinking
    arguments = [
        "call", play.write("- hear: goodbye"), "--url", f"{address}/voice", "--status-callback", f"{address}/end",
        "--report", tmp_path / "r.json", "--journal", tmp_path / "j.jsonl", "--junit", tmp_path / "j.xml",
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        *map(str, arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=AT_LEISURE,
    )
    await application.thinks.wait()

    process.send_signal(sent)
    stdout, stderr = (part.decode() for part in await process.communicate())

    assert (process.returncode, stderr) == (code, "")
    assert "FAILED a call" in stdout
    assert "interrupted" in stdout
    assert application.line.asked == [("POST", "/voice"), ("POST", "/end")]
    what = [json.loads(line)["what"] for line in (tmp_path / "j.jsonl").read_text().splitlines()]
    assert what[:2] == ["Rang", "Ask"]
    assert what[-4:] == ["HungUp", "Ended", "Tell", "Told"]
    (call,) = json.loads((tmp_path / "r.json").read_text())
    assert (call["ok"], call["ended"]) == (False, "hangup")
    assert 'errors="1"' in (tmp_path / "j.xml").read_text()


async def test_an_application_that_answers_nothing_holds_up_no_end(play: Play, tmp_path: Path) -> None:
    """Neither the page that is asked for nor the status callback of the hang-up is answered; Twilio waits for 15 s."""
    hanging = Thinking()
    async with served(hanging) as address:
        arguments = [
            "call", play.write("- hear: goodbye"), "--url", f"{address}/voice", "--status-callback", f"{address}/think",
            "--report", tmp_path / "r.json",
        ]  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            PROGRAM,
            *map(str, arguments),
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PHONE_LEAVE_WITHIN": "10"},
        )
        await hanging.thinks.wait()

        process.send_signal(signal.SIGTERM)
        await process.communicate()

    assert process.returncode == 143
    (call,) = json.loads((tmp_path / "r.json").read_text())
    assert (call["ended"], [request["status"] for request in call["requests"]]) == ("hangup", [200])


async def test_a_reader_who_leaves_costs_no_file(play: Play, tmp_path: Path) -> None:
    """As with `phone call … | head -0`: nobody reads the output, the report is written all the same."""
    async with served(Line({"/voice": "<Say>Hello.</Say>"})) as address:
        arguments = ["call", play.write("- hear: hello"), "--url", f"{address}/voice", "--report", tmp_path / "r.json"]
        reading, writing = os.pipe()
        os.close(reading)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, *map(str, arguments), stdout=writing, stderr=asyncio.subprocess.PIPE
        )
        os.close(writing)
        _, stderr = await process.communicate()

    assert b"Traceback" not in stderr
    assert json.loads((tmp_path / "r.json").read_text())[0]["ok"]
