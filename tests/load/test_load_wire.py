"""The wire over Locust's client, in a process of its own: the same codes as the other wires, in words of our own."""

import gzip
import json
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.simulator.scripted_server import Answer, Close, answer, scripted_server

ROOT = Path(__file__).parents[2]
SEND = """
from gevent import monkey; monkey.patch_all()
import json, sys
from locust.event import EventHook
from simulator.load.wire import LocustWire
from simulator.wires.wire import WireError, WireRequest

work = LocustWire(EventHook(), lambda url: None).send(WireRequest("POST", sys.argv[1], [("Host", "h")], b"a=b", 1000))
try:
    work.send(None)
except StopIteration as end:
    print(json.dumps([end.value.status, end.value.body.decode()]))
except WireError as error:
    print(json.dumps([error.code, error.reason]))
"""
CASES: dict[str, tuple[Answer, int, str]] = {
    "gzip": (answer(gzip.compress(b"hello"), b"Content-Encoding: gzip\r\n"), 200, "hello"),
    "gzip of garbage": (answer(b"hello", b"Content-Encoding: gzip\r\n"), 11206, "cannot be decompressed"),
    "zstd": (answer(b"hello", b"Content-Encoding: zstd\r\n"), 11206, "cannot be decompressed"),
    "another protocol": (Close(b"SSH-2.0-OpenSSH_9.6\r\n"), 11206, "not a status line of HTTP"),
    "nothing": (Close(), 11205, "closed the connection without answering"),
}


@pytest.mark.parametrize(("given", "code", "words"), CASES.values(), ids=CASES)
async def test_what_comes_back(given: Answer, code: int, words: str) -> None:
    async with scripted_server(given) as server:
        process = await create_subprocess_exec(
            sys.executable, "-c", SEND, server.url, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=PIPE, stderr=PIPE
        )
        out, err = await process.communicate()

    assert process.returncode == 0, err.decode()
    came, said = json.loads(out)
    assert (came, words in said) == (code, True)
