"""The `ivr` command; which backends there are besides `live` is told from outside."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from ivr.backends import Backends, line_for
from ivr.doctor.command import make_doctor
from ivr.external import ExternalServices
from ivr.printing import InterruptibleGroup, Refusal
from ivr.serving import Beside, listening, nothing_beside, run
from ivr.settings import Settings, SettingsError, read_settings
from ivr.setup.command import make_setup
from ivr.tunnel import make_tunnel

OUTSIDE = ExternalServices()


def make_cli(
    backends: Backends,
    environ: Mapping[str, str] = os.environ,
    beside: Mapping[str, Beside] | None = None,
    outside: ExternalServices = OUTSIDE,
) -> click.Group:
    """The command group, with these backends beside `live`; settings are read from `environ`.

    `beside` names, by backend, what else runs while the line is served; it yields lines for the start-up message.
    `outside` is how `doctor` and `setup` reach the world.
    """

    def beside_of(settings: Settings) -> Beside:
        return (beside or {}).get(settings.backend, nothing_beside)

    @click.group(cls=InterruptibleGroup, context_settings={"help_option_names": ["-h", "--help"]})
    @click.version_option(package_name="okta-twilio-ivr", message="%(prog)s %(version)s")
    def ivr() -> None:
        """A phone line that asks callers to prove who they are with Okta."""

    @ivr.command()
    @click.option("--backend", type=click.Choice(["fake", "cassette", "live"]), help="Overrides IVR_BACKEND.")
    @click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
    @click.option("--port", default=5000, show_default=True, type=click.IntRange(0, 65535), help="0: any free port.")
    @click.option("--env-file", default=".env", show_default=True, type=click.Path(dir_okay=False, path_type=Path))
    @click.option("--workers", type=click.IntRange(1, 64), help="Overrides IVR_WORKERS; several need a Redis.")
    @click.option("--operator-port", type=click.IntRange(1, 65535), help="Overrides IVR_OPERATOR_PORT.")
    def serve(
        backend: str | None, host: str, port: int, env_file: Path, workers: int | None, operator_port: int | None
    ) -> None:
        """Answer Twilio's voice webhooks.

        \b
        Examples:
          ivr serve                         the fake backend, no accounts needed
          ivr serve --backend live --port 8080
          ivr serve --backend cassette      recordings, no fakes and no network
          ivr serve --backend live --workers 4 --operator-port 9464
        """
        flags = {"IVR_BACKEND": backend, "IVR_WORKERS": workers, "IVR_OPERATOR_PORT": operator_port}
        overrides = {name: str(value) for name, value in flags.items() if value is not None}
        try:
            settings = read_settings(environ, env_file=env_file, **overrides)
            line = line_for(settings, backends)
        except SettingsError as error:
            raise Refusal(str(error)) from None
        with listening(host, port) as door:
            run(line, door, beside_of(settings), environ, outside)

    ivr.add_command(make_doctor(environ, outside, lambda settings: line_for(settings, backends)))
    ivr.add_command(make_setup(environ, outside))
    ivr.add_command(make_tunnel(environ, lambda settings: line_for(settings, backends), beside_of, outside))
    return ivr
