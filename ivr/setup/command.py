"""`ivr setup`: the console's clicks as commands; shows what differs, asks, changes, and looks again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import click

from ivr.external import ExternalServices
from ivr.printing import Failure, Refusal, agreed, columns, print_json, print_line, print_lines
from ivr.settings import Settings, SettingsError, load_settings
from ivr.setup.number import Number, SettingChange, Wanted, differences, respecting, shown, wanted, without_user
from ivr.setup.okta.command import make_okta


def make_setup(environ: Mapping[str, str], outside: ExternalServices) -> click.Group:
    """The commands under `ivr setup`."""

    @click.group()
    def setup() -> None:
        """Prepare your Okta org and Twilio number for the line."""

    @setup.command()
    @click.option("--url", help="Public address of the line.  [default: IVR_PUBLIC_URL]")
    @click.option("--number", "phone", help="The number to set up, as +12075551234.  [default: TWILIO_PHONE_SID]")
    @click.option("--fallback-url", help="Called when the line fails, '' for none.  [default: the line itself]")
    @click.option(
        "--status-callback", help="Notified when calls end, '' for none.  [default: the line, if none is set]"
    )
    @click.option("--dry-run", is_flag=True, help="Only show what would change.")
    @click.option("--yes", is_flag=True, help="Change without asking.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON; needs --yes or --dry-run.")
    @click.option("--env-file", default=".env", show_default=True, type=click.Path(dir_okay=False, path_type=Path))
    def twilio(
        url: str | None,
        phone: str | None,
        fallback_url: str | None,
        status_callback: str | None,
        dry_run: bool,
        yes: bool,
        as_json: bool,
        env_file: Path,
    ) -> None:
        """Let your Twilio number call this line.

        \b
        Examples:
          ivr setup twilio --dry-run
          ivr setup twilio --url https://line.example --yes
        Exit code 0: the number is as it should be (or the dry run is done), 1: it did not work, 2: wrong use.
        """
        if as_json and not (yes or dry_run):
            raise Refusal("--json asks no questions: add --yes or --dry-run.")
        for option, value in (("--fallback-url", fallback_url), ("--status-callback", status_callback)):
            if value and not _is_web_address(value):
                raise Refusal(f"{option} must be a web address such as https://host.example/path, or ''.")
        settings = _settings(environ, env_file, url)
        if settings.public_base is None:
            raise Refusal("The line's public address is not known: give --url or set IVR_PUBLIC_URL.")
        if settings.twilio_api_url is None:
            _note_if_local(settings.public_base)
        aim = wanted(settings.public_base, fallback_url=fallback_url, status_callback=status_callback)
        aim_at = (lambda number: respecting(number, aim)) if status_callback is None else (lambda number: aim)
        _set_up(settings, outside, aim_at, phone, ask=not yes, apply=not dry_run, as_json=as_json)

    setup.add_command(make_okta(environ, outside))
    return setup


def _set_up(
    settings: Settings,
    outside: ExternalServices,
    aim_at: Callable[[Number], Wanted],
    phone: str | None,
    *,
    ask: bool,
    apply: bool,
    as_json: bool,
) -> None:
    from ivr.setup.number import TwilioAccount
    from ivr.twilio_access import NotConfiguredError, TwilioTroubleError

    try:
        account = TwilioAccount(settings, outside.twilio)
        number = account.number(phone)
        aim = aim_at(number)
        changes = differences(number, aim)
        if not as_json:
            print_lines(_plan(number, changes))
        apply = apply and bool(changes)
        if apply and ask and not agreed("Change it?"):
            raise Failure("Nothing was changed.")
        left = (
            differences(account.change(number, {each.setting: each.wanted for each in changes}), aim) if apply else ()
        )
    except NotConfiguredError as error:
        raise Refusal(str(error)) from None
    except TwilioTroubleError as error:
        raise Failure(str(error)) from None
    if left:
        names = ", ".join(change.setting for change in left)
        raise Failure(
            f"Twilio took the change but did not keep all of it ({names}): look at the number in its console."
        )
    if as_json:
        print_json(_report(number, changes, apply))
    elif apply:
        print_line(f"Done: calls to {number.phone} reach {aim['voice_url']}.")
    elif changes:
        print_line("Dry run: nothing was changed.")


def _plan(number: Number, changes: Sequence[SettingChange]) -> list[str]:
    if not changes:
        return [f"{number.phone} ({number.sid}) is as it should be: nothing to change."]
    rows = [("setting", "now", "then"), *((each.setting, shown(each.now), shown(each.wanted)) for each in changes)]
    return [f"{number.phone} ({number.sid})", *(f"  {line}" for line in columns(rows))]


def _report(number: Number, changes: Sequence[SettingChange], applied: bool) -> dict[str, object]:
    listed = [
        {"setting": each.setting, "now": without_user(each.now), "then": without_user(each.wanted)} for each in changes
    ]
    return {"number": number.phone, "sid": number.sid, "changes": listed, "applied": applied}


def _settings(environ: Mapping[str, str], env_file: Path, url: str | None) -> Settings:
    """Okta's settings are not needed here, whatever the backend."""
    try:
        overrides = {} if url is None else {"IVR_PUBLIC_URL": url}
        return load_settings(environ, env_file=env_file, **overrides)
    except SettingsError as error:
        raise Refusal(str(error)) from None


def _note_if_local(base: str) -> None:
    """Not refused: a proxy of the person's own may stand in between."""
    host = urlsplit(base).hostname or ""
    try:
        is_local = not ip_address(host).is_global
    except ValueError:
        is_local = host == "localhost"
    if is_local:
        print_line(
            f"Note: {host} is this machine or its network, where Twilio cannot call; give a public --url.", err=True
        )


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
