"""`phone --web` in a real headless Chromium: the page shows the phone, its keys work, and nobody else gets in."""

import asyncio
import os
import re
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from simulator.cli.refusal import Refusal
from simulator.cli.web import HOST, command_of_a_page, door_at

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
START = "from okta_twilio_ivr.phone import main; main()"
PATIENCE = 60.0
"""Seconds; far more than it takes, for machines that are busy."""
ROOT = Path(__file__).parents[2]


def test_a_page_runs_the_same_command_without_what_concerns_serving() -> None:
    given = ["python", "phone", "--web", "--url", "http://x", "--web-port", "8123", "--auth-token=secret", "--light"]
    assert command_of_a_page(given) == ["python", "phone", "--url", "http://x", "--light"]


def test_whoever_connects_early_waits_and_a_taken_port_is_refused() -> None:
    with door_at(0) as door:
        port = door.getsockname()[1]
        with socket.create_connection((HOST, port), timeout=PATIENCE), pytest.raises(Refusal, match="--web-port"):
            door_at(port)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
async def test_the_demo_is_given_in_a_browser() -> None:
    from playwright.async_api import async_playwright

    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1200, "height": 800})
        shown, failed = Shown(), list[str]()
        page.on("requestfailed", lambda request: failed.append(request.url))
        page.on("websocket", lambda opened: opened.on("framereceived", shown.take))
        async with served_phone() as url:  # ended with the page still open
            await page.goto(url)
            await shown.until("ready to call")
            await page.click("body")
            await page.keyboard.press("c")
            await shown.until("/ivr/welcome")
            await page.keyboard.press("1")
            await shown.until("/ivr/menu")
        await browser.close()
    assert [each for each in failed if not each.startswith("https://fonts.")] == []  # the font is kept out by the page


class Shown:
    """What the phone has written to its page, without colours and cursor movements."""

    def __init__(self) -> None:
        self._text = ""
        self._news = asyncio.Event()

    def take(self, frame: str | bytes) -> None:
        raw = frame if isinstance(frame, str) else frame.decode(errors="replace")
        self._text += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", raw)
        self._news.set()

    async def until(self, words: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while words not in self._text:
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def served_phone() -> AsyncIterator[str]:
    """The program as a person starts it, until Ctrl-C."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START, "--web", "--web-port", "0"),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert program.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            said = (await program.stdout.readline()).decode()
        place = re.match(r"The phone is at (http://127\.0\.0\.1:\d+) ", said)
        assert place is not None, said
        yield place[1]
    finally:
        program.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            await program.communicate()
    assert program.returncode == 0
