"""`ivr tunnel`: a public address for this machine, and a number whose calls come here while it is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.external import ExternalServices
from ivr.printing import Failure, Refusal, agreed, columns, print_line
from ivr.serving import listening, run
from ivr.settings import Settings, SettingsError, read_settings
from ivr.setup.number import Number, SettingChange, TwilioAccount, differences, respecting, shown, wanted
from ivr.twilio_access import NotConfiguredError, TwilioTroubleError

if TYPE_CHECKING:
    from ivr.line import Line
    from ivr.serving import Beside

Say = Callable[[str], None]
HOST = "127.0.0.1"
NOT_YET = "https://tunnel.invalid"  # stands for the address until there is one


@contextmanager
def lent(
    account: TwilioAccount, phone: str | None, base: str, *, agreed: Callable[[str], bool], keep: bool, say: Say
) -> Iterator[None]:
    """The number's calls come to `base` while the block runs. Failure when Twilio or the person says no."""
    try:
        number = account.number(phone)
        changes = differences(number, respecting(number, wanted(base)))
        rows = [("setting", "now", "then"), *((each.setting, shown(each.now), shown(each.wanted)) for each in changes)]
        for line in (f"{number.phone} ({number.sid})", *(f"  {row}" for row in columns(rows))):
            say(line)
        if changes:
            say("It stays so afterwards." if keep else "It is set back when this stops (Ctrl-C).")
            if not agreed("Change it?"):
                raise Failure("Nothing was changed.")
            account.change(number, {each.setting: each.wanted for each in changes})
    except TwilioTroubleError as trouble:
        raise Failure(str(trouble)) from None
    try:
        yield
    finally:
        if not keep and changes:
            _give_back(account, number, changes, say)


def _give_back(account: TwilioAccount, number: Number, changes: Sequence[SettingChange], say: Say) -> None:
    """What somebody has changed meanwhile is theirs. Trouble is a Failure that says what the number had before."""
    try:
        now = account.number(number.phone)
        ours = {each.setting: each.now for each in changes if getattr(now, each.setting) == each.wanted}
        if ours:
            account.change(now, ours)
    except TwilioTroubleError as trouble:
        raise Failure(
            f"{trouble} The number was not set back: calls to {number.phone} went to {shown(number.voice_url)} before."
        ) from None
    others = [each.setting for each in changes if each.setting not in ours]
    if others:
        say(f"{number.phone}: somebody has changed {', '.join(others)} meanwhile, which stays.")
    if ours:
        say(f"{number.phone} is set back: its calls go to {shown(number.voice_url)} as before.")


def make_tunnel(
    environ: Mapping[str, str],
    line_for: Callable[[Settings], Line],
    beside: Callable[[Settings], Beside],
    outside: ExternalServices,
) -> click.Command:
    """The command, which reads its settings from `environ`."""

    @click.command()
    @click.option("--backend", type=click.Choice(["fake", "cassette", "live"]), help="Overrides IVR_BACKEND.")
    @click.option("--port", default=5000, show_default=True, type=click.IntRange(0, 65535), help="0: any free port.")
    @click.option("--number", "phone", help="The number to use, as +12075551234.  [default: TWILIO_PHONE_SID]")
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

        overrides = {"IVR_BACKEND": backend} if backend else {}

        def settings_at(base: str) -> Settings:
            return read_settings(environ, env_file=env_file, **overrides, IVR_PUBLIC_URL=base)

        try:
            account = _account(settings_at(NOT_YET), outside)
            with listening(HOST, port) as door, outside.tunnel(door.getsockname()[1]) as base:
                settings = settings_at(base)
                line = line_for(settings)
                print_line(f"tunnel   {base} leads to {HOST}:{door.getsockname()[1]}")
                agree = (lambda _: True) if yes else agreed
                with lent(account, phone, base, agreed=agree, keep=keep, say=print_line):
                    run(line, door, beside(settings), environ, outside)
        except SettingsError as error:
            raise Refusal(str(error)) from None

    return tunnel


def _account(settings: Settings, outside: ExternalServices) -> TwilioAccount:
    """The account whose number is lent. On a public address signatures are checked, whatever the backend."""
    if settings.twilio_auth_token is None:
        raise Refusal(
            "TWILIO_AUTH_TOKEN is not set, and a line with a public address must know Twilio by its signature: set it "
            "in the environment or in .env."
        )
    try:
        return TwilioAccount(settings, outside.twilio)
    except NotConfiguredError as error:
        raise Refusal(str(error)) from None
