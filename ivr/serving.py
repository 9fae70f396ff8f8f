"""The line served over HTTP until Ctrl-C: its socket, its first words, Hypercorn; which line is told from outside."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from ivr.line import Line
from ivr.outside import Outside
from ivr.refusals import Refusal
from ivr.settings import Settings, missing

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

Beside = Callable[[], AbstractAsyncContextManager[Sequence[str]]]


@asynccontextmanager
async def nothing_beside() -> AsyncIterator[Sequence[str]]:
    """A backend that needs no servers of its own."""
    yield ()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens already: who calls before the server runs, waits. Refusal when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        why = str(error.strerror or error).partition(" (while ")[0]  # the rest repeats the address
        raise Refusal(f"Cannot listen on {host}:{port}: {why}; choose another --host or --port.") from None


def run(line: Line, door: socket.socket, beside: Beside, environ: Mapping[str, str], outside: Outside) -> None:
    """Say what is served where, and serve it until Ctrl-C. Several workers make lines of their own, of its settings."""
    from ivr.watching.logs import write_logs

    write_logs(line.settings.log)
    if line.settings.workers == 1:
        asyncio.run(_serve(line, door, beside, environ, outside))
        return
    from ivr.running.workers import Supervisor

    asyncio.run(_say(line, door, (), environ, outside))
    with door:
        Supervisor(line.settings, door).run()


def opening_lines(settings: Settings, address: str) -> list[str]:
    """What start-up says without asking anybody: backend, org, webhook, and what is missing."""
    org = {"live": settings.okta_org_url, "cassette": _recorded(settings)}.get(
        settings.backend, "a fake org in this process"
    )
    return [
        f"{settings.customer_name} phone line on {address}",
        f"backend  {settings.backend}",
        f"org      {org}",
        f"webhook  {settings.public_base or address}/ivr/welcome",
        *(f"missing  {note}" for note in missing(settings)),
    ]


def _recorded(settings: Settings) -> str:
    return f"recordings in {settings.cassettes or 'cassettes'}, {settings.cassette or 'whichever fits the call'}"


async def _serve(line: Line, door: socket.socket, beside: Beside, environ: Mapping[str, str], outside: Outside) -> None:
    from ivr.running.server import answer_webhooks

    with ExitStack() as stack:
        registry = None if line.settings.operator_port is None else _numbers(line.settings.operator_port, stack)
        async with beside() as notes:
            await _say(line, door, notes, environ, outside)
            await answer_webhooks(line, door, registry=registry, until=outside.until)


def _numbers(port: int, stack: ExitStack) -> CollectorRegistry:
    from prometheus_client import CollectorRegistry

    from ivr.watching.meters import served_metrics

    registry = CollectorRegistry()
    stack.callback(served_metrics(registry, port))
    return registry


async def _say(
    line: Line, door: socket.socket, notes: Sequence[str], environ: Mapping[str, str], outside: Outside
) -> None:
    from ivr.start_up import service_lines

    services = await service_lines(line.settings, environ, outside)
    store = await store_lines(line)
    for text in (*opening_lines(line.settings, _address(door)), *store, *services, *notes):
        click.echo(text)


async def store_lines(line: Line) -> list[str]:
    """Where calls and limits are kept, and whether that answers: a line without it ends each call with a sentence."""
    if line.settings.store_url is None:
        return ["store    this process's memory: calls and limits end with it"]
    parts = urlsplit(line.settings.store_url.get_secret_value())
    trouble = await line.calls.health()
    await line.calls.close()
    where = f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path
    return [f"store    Redis at {where}", *([f"missing  {trouble}"] if trouble else [])]


def _address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
