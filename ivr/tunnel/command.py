"""`ivr tunnel`: tunnel, server and number in one go; checked before anything is opened, set back when it stops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.outside import Outside
from ivr.refusals import Refusal
from ivr.serving import listening, run
from ivr.settings import Settings, SettingsError, read_settings
from ivr.setup.okta.command import agreed

if TYPE_CHECKING:
    from ivr.line import Line
    from ivr.serving import Beside
    from ivr.setup.twilio_account import TwilioAccount

HOST = "127.0.0.1"
NOT_YET = "https://tunnel.invalid"  # stands for the address until there is one


def make_tunnel(
    environ: Mapping[str, str],
    line_for: Callable[[Settings], Line],
    beside: Callable[[Settings], Beside],
    outside: Outside,
) -> click.Command:
    """The command, which reads its settings from `environ`."""

    @click.command()
    @click.option("--backend", type=click.Choice(["fake", "cassette", "live"]), help="Overrides IVR_BACKEND.")
    @click.option("--port", default=5000, show_default=True, type=click.IntRange(0, 65535), help="0: any.")
    @click.option("--number", "phone", help="The number to lend, as +12075551234.  [default: TWILIO_PHONE_SID]")
    @click.option("--keep", is_flag=True, help="Leave the number as it is when this stops.")
    @click.option("--yes", is_flag=True, help="Change the number without asking.")
    @click.option("--env-file", default=".env", show_default=True, type=click.Path(dir_okay=False, path_type=Path))
    def tunnel(backend: str | None, port: int, phone: str | None, keep: bool, yes: bool, env_file: Path) -> None:
        """Answer your Twilio number's calls on this machine, until Ctrl-C.

        Opens a tunnel (ngrok, extra `tunnel`), starts the line, and lets the number call it. When it stops, the
        number's settings are as they were before.

        \b
        Examples:
          ivr tunnel --backend live
          ivr tunnel --yes                  a real call to the line on fakes
          NGROK_AUTHTOKEN=… ivr tunnel --number +12075551234 --keep
        Exit code 0: stopped, 1: it did not work, 2: wrong use.
        """
        from ivr.tunnel.lending import lent

        overrides = {"IVR_BACKEND": backend} if backend else {}

        def settings_at(base: str) -> Settings:
            return read_settings(environ, env_file=env_file, **overrides, IVR_PUBLIC_URL=base)

        try:
            account = _account(settings_at(NOT_YET), outside)
            with listening(HOST, port) as door, outside.tunnel(door.getsockname()[1]) as base:
                settings = settings_at(base)
                line = line_for(settings)
                click.echo(f"tunnel   {base} leads to {HOST}:{door.getsockname()[1]}")
                agree = (lambda _: True) if yes else agreed
                with lent(account, phone, base, agreed=agree, keep=keep, say=click.echo):
                    run(line, door, beside(settings), environ, outside)
        except SettingsError as error:
            raise Refusal(str(error)) from None

    return tunnel


def _account(settings: Settings, outside: Outside) -> TwilioAccount:
    """The account whose number is lent. On a public address signatures are checked, whatever the backend."""
    from ivr.setup.twilio_account import TwilioAccount
    from ivr.twilio_access import NotConfiguredError

    if settings.twilio_auth_token is None:
        raise Refusal(
            "TWILIO_AUTH_TOKEN is not set, and a line with a public address must know Twilio by its signature: set it "
            "in the environment or in .env."
        )
    try:
        return TwilioAccount(settings, outside.twilio)
    except NotConfiguredError as error:
        raise Refusal(str(error)) from None
