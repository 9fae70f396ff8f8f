"""`ivr serve` as a process of its own, on loopback, and what its log tells."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import aiohttp
from twilio.request_validator import RequestValidator

from tests.ivr.handset import JANE, parameters, sid

ROOT = Path(__file__).parents[3]
SIGNED_WITH = "0123456789abcdef0123456789abcdef"
PATIENCE = 60  # seconds for what takes two or three on an idle machine


@dataclass
class Service:
    """A running `ivr serve`, as its log tells."""

    process: asyncio.subprocess.Process
    address: str = ""
    log: list[dict[str, Any]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, count: int, **fields: object) -> list[dict[str, Any]]:
        """The records with these fields, once there are so many."""

        def found() -> list[dict[str, Any]]:
            return [each for each in self.log if all(each.get(name) == value for name, value in fields.items())]

        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: len(found()) >= count)
        return found()

    async def post(self, path: str, number: int = 1, **more: str) -> str:
        """A signed webhook of a call of Jane's; what is said in answer."""
        form = parameters(sid(number), JANE, **more)
        url = self.address + path
        headers = {"X-Twilio-Signature": RequestValidator(SIGNED_WITH).compute_signature(url, form)}
        async with aiohttp.ClientSession() as session, session.post(url, data=form, headers=headers) as response:
            assert response.status == 200
            root = ElementTree.fromstring(await response.text())
        return " ".join(say.text or "" for say in root.iter("Say")) + (root.findtext("Redirect") or "")

    async def get(self, url: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return response.status, await response.text()

    async def read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            async with self.changed:
                self.log.append(json.loads(line))
                self.changed.notify_all()


@asynccontextmanager
async def serving(*words: str, limits: str = "", **environ: str) -> AsyncIterator[Service]:
    """`limits`: shell commands that take something from the process before it starts, such as `ulimit`."""
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", f'{limits or ":"} && exec "$@"', "sh"),
        *(sys.executable, "-m", "tests.ivr.running.ivr", "serve", "--port", "0", "--env-file", os.devnull, *words),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    service = Service(process)
    reading = asyncio.create_task(service.read())
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            first = (await process.stdout.readline()).decode()
        service.address = re.findall(r"http://\S+", first)[0]
        yield service
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        except TimeoutError:
            process.kill()
        await reading
