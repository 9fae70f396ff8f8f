"""The `ivr` command; which backends there are besides `live` is told from outside."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hypercorn.config import Config

from ivr.doctor.command import make_doctor
from ivr.line import Line
from ivr.outside import Outside
from ivr.refusals import Refusal
from ivr.settings import Settings, SettingsError, missing, read_settings
from ivr.setup.command import make_setup

Backends = Mapping[str, Callable[[Settings], Line]]
Beside = Callable[[], AbstractAsyncContextManager[Sequence[str]]]

OUTSIDE = Outside()


@asynccontextmanager
async def nothing_beside() -> AsyncIterator[Sequence[str]]:
    """A backend that needs no servers of its own."""
    yield ()


def make_cli(
    backends: Backends,
    environ: Mapping[str, str] = os.environ,
    beside: Mapping[str, Beside] | None = None,
    outside: Outside = OUTSIDE,
) -> click.Group:
    """The command group, with these backends beside `live`; settings are read from `environ`.

    `beside` names, by backend, what else runs while the line is served; it yields lines for the start-up message.
    `outside` is how `doctor` and `setup` reach the world.
    """

    @click.group(context_settings={"help_option_names": ["-h", "--help"]})
    def ivr() -> None:
        """A phone line that asks callers to prove who they are with Okta."""

    @ivr.command()
    @click.option("--backend", type=click.Choice(["fake", "cassette", "live"]), help="Overrides IVR_BACKEND.")
    @click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
    @click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
    @click.option("--env-file", default=".env", show_default=True, type=click.Path(dir_okay=False, path_type=Path))
    @click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Only 1 today.")
    def serve(backend: str | None, host: str, port: int, env_file: Path, workers: int) -> None:
        """Answer Twilio's voice webhooks.

        \b
        Examples:
          ivr serve                         the fake backend, no accounts needed
          ivr serve --backend live --port 8080
          ivr serve --backend cassette      recordings, no fakes and no network
        """
        if workers > 1:
            raise Refusal("Several workers need a shared call store, which is not there yet; use --workers 1.")
        try:
            overrides = {"IVR_BACKEND": backend} if backend else {}
            settings = read_settings(environ, env_file=env_file, **overrides)
            line = line_for(settings, backends)
        except SettingsError as error:
            raise Refusal(str(error)) from None
        _serve(line, host, port, (beside or {}).get(settings.backend, nothing_beside), environ, outside)

    ivr.add_command(make_doctor(environ, outside))
    ivr.add_command(make_setup(environ, outside))
    return ivr


def line_for(settings: Settings, backends: Backends) -> Line:
    """The line of the backend that the settings name. Raises Refusal or SettingsError."""
    from ivr.live import live_line
    from ivr.recordings.backend import cassette_line

    build = {**backends, "live": live_line, "cassette": cassette_line}.get(settings.backend)
    if build is None:
        raise Refusal(f"There is no backend {settings.backend} in this installation.")
    return build(settings)


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


def _serve(line: Line, host: str, port: int, beside: Beside, environ: Mapping[str, str], outside: Outside) -> None:
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]
    config.graceful_timeout = 5.0
    config.loglevel = "WARNING"
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    _check_free(host, port)
    threading.Thread(target=_warm, args=(line,), daemon=True, name="warm").start()
    asyncio.run(_serve_beside(line, config, beside, environ, outside))


def _warm(line: Line) -> None:
    line.identity.warm()
    if line.dialler is not None:
        line.dialler.warm()


async def _serve_beside(
    line: Line, config: Config, beside: Beside, environ: Mapping[str, str], outside: Outside
) -> None:
    from hypercorn.asyncio import serve

    from ivr.app import create_app
    from ivr.start_up import service_lines

    async with beside() as notes:
        services = await service_lines(line.settings, environ, outside)
        for text in (*opening_lines(line.settings, f"http://{config.bind[0]}"), *services, *notes):
            click.echo(text)
        await serve(create_app(line), config)


def _check_free(host: str, port: int) -> None:
    """Hypercorn would fail with a traceback, and after our opening lines."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Refusal(f"Cannot listen on {host}:{port}: {error.strerror}; choose another --host or --port.") from None
