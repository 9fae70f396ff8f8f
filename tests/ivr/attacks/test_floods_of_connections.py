"""Attack: open more connections than the line may have, and send nothing; and make it repeat what a request names."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypercorn.asyncio import run, serve
from hypercorn.config import Config

from ivr.running.server import FEW, AcceptErrors, Connection, limit_lines
from tests.ivr.conftest import build_world
from tests.ivr.handset import World
from tests.ivr.running.service import PATIENCE, Service, serving

MANY = 300  # more than 256, and no more than wait for a program that takes none


@asynccontextmanager
async def idle_connections(service: Service, count: int) -> AsyncIterator[None]:
    """So many that send nothing, for as long as the block runs."""
    to = urlsplit(service.address)
    async with AsyncExitStack() as open_ones:
        for _ in range(count):
            _, writer = await asyncio.open_connection(to.hostname, to.port)
            open_ones.callback(writer.close)
        yield


async def says_files(service: Service) -> list[str]:
    """What start-up says of open files."""
    assert service.process.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith("texts"):
        lines.append((await service.process.stdout.readline()).decode().strip())
    return [line for line in lines if "files" in line]


async def test_idle_connections_do_not_keep_callers_out_where_the_system_allows_more() -> None:
    """The soft limit is what programs get unless they ask for more: 256 to 1024, on most systems."""
    async with serving(limits="ulimit -Sn 256 && ulimit -Hn 4096", IVR_BACKEND="fake") as service:
        assert await says_files(service) == ["files    4096 open at once, connections included"]
        async with idle_connections(service, MANY), asyncio.timeout(PATIENCE):
            assert (await service.get(service.address + "/healthz"))[0] == 200
        async with asyncio.timeout(PATIENCE):  # well below the keep-alive, for which they would stay open otherwise
            while len(list(Path(f"/proc/{service.process.pid}/fd").iterdir())) > MANY // 2:  # noqa: ASYNC110, ASYNC240
                await asyncio.sleep(0.05)


async def test_a_line_out_of_files_says_so_once_a_minute_and_answers_when_some_are_closed() -> None:
    async with serving(limits="ulimit -n 256", IVR_BACKEND="fake") as service:
        assert (await says_files(service))[1].startswith("missing  open files: 256 are few")
        async with idle_connections(service, MANY):
            await service.until(1, level="error")
            await asyncio.sleep(2.5)  # it tries a hundred connections again every second
        async with asyncio.timeout(PATIENCE):
            assert (await service.get(service.address + "/healthz"))[0] == 200

    told = [each["event"].partition(" (")[0] for each in service.log if each["level"] == "error"]
    assert told.count("no files are left for new connections") == 1
    assert len(told) <= 2, "an SDK may not have been loaded, too"


async def test_who_sends_no_request_is_hung_up_on_before_the_keep_alive_is_over() -> None:
    class Hasty(Connection):
        first_request = 0.05

    door, over = socket.create_server(("127.0.0.1", 0)), asyncio.Event()
    port = door.getsockname()[1]
    config = Config()
    config.bind, config.keep_alive_timeout = [f"fd://{door.detach()}"], 600
    before = vars(run)["TCPServer"]
    Hasty.serve_all()
    serving_it = asyncio.create_task(serve(build_world().app, config, shutdown_trigger=over.wait))
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /he")
            assert await reader.read() == b""
            writer.close()
    finally:
        over.set()
        await serving_it
        vars(run)["TCPServer"] = before


def test_a_flood_is_told_as_a_number_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = [0.0]
    handle = AcceptErrors(lambda: clock[0])
    loop = asyncio.new_event_loop()
    full: dict[str, Any] = {
        "message": "socket.accept() out of system resource",
        "exception": OSError(errno.EMFILE, "full"),
    }
    try:
        for second in range(61):
            clock[0] = float(second)
            for _ in range(100):
                handle(loop, full)
        handle(loop, {"message": "Exception in callback BaseSelectorEventLoop._start_serving(<function …>)"})
        handle(loop, {"message": "another error"})
    finally:
        loop.close()

    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "no files are left for new connections (1 tries)",
        "no files are left for new connections (6000 tries)",
        "another error",
    ]


def test_where_there_is_no_such_limit_nothing_is_said() -> None:
    assert limit_lines(None) == []
    assert len(limit_lines(FEW)) == 1


@pytest.mark.parametrize("path", ["/", "/ivr", "//ivr//welcome", "/ivr//menu", "/nothing", "/healthz", "/readyz"])
async def test_no_page_repeats_the_host_that_a_request_names(world: World, path: str) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    response = await world.app.test_client().get(path, headers=headers)

    assert "evil" not in str(response.headers) + str(await response.get_data(as_text=True))
