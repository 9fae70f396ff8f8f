"""The line served over HTTP until Ctrl-C: its socket, its first words, Hypercorn; which line is told from outside."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import click

from ivr.line import Line
from ivr.outside import Outside
from ivr.refusals import Refusal
from ivr.settings import Settings, missing

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
    """Say what is served where, and serve it until Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    threading.Thread(target=_warm, args=(line,), daemon=True, name="warm").start()
    asyncio.run(_serve(line, door, beside, environ, outside))


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


def _warm(line: Line) -> None:
    line.identity.warm()
    if line.dialler is not None:
        line.dialler.warm()


async def _serve(line: Line, door: socket.socket, beside: Beside, environ: Mapping[str, str], outside: Outside) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    from ivr.app import create_app
    from ivr.start_up import service_lines

    config = Config()
    config.graceful_timeout = 5.0
    config.loglevel = "WARNING"
    address = _address(door)
    async with beside() as notes:
        services = await service_lines(line.settings, environ, outside)
        for text in (*opening_lines(line.settings, address), *services, *notes):
            click.echo(text)
        config.bind = [f"fd://{door.detach()}"]
        await serve(create_app(line), config, shutdown_trigger=outside.until)


def _address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
