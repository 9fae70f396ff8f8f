"""`ivr doctor`: one table, a line a check, each with what to do; it asks and never changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from ivr.callers import is_number
from ivr.doctor.checks import Finding, State, failed, ok, skipped, warning
from ivr.external import Connection, ExternalServices
from ivr.line import Line
from ivr.printing import Refusal, columns, print_json, print_lines
from ivr.settings import Settings, SettingsError, load_settings, missing, require, unknown_line

SETTINGS = "settings"


def make_doctor(
    environ: Mapping[str, str], outside: ExternalServices, build: Callable[[Settings], Line]
) -> click.Command:
    """The command, which reads its settings from `environ`; `build` makes the line of a backend, or raises Refusal."""

    @click.command()
    @click.option("--phone", help="Look this caller up, as +17735551234.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @click.option("--env-file", default=".env", show_default=True, type=click.Path(dir_okay=False, path_type=Path))
    def doctor(phone: str | None, as_json: bool, env_file: Path) -> None:
        """Check everything that live callers need: Okta, Twilio, the store, and the running line.

        On the fake backend, with no setting of a real org or account, it checks the fake line instead.

        \b
        Examples:
          ivr doctor --phone +17735551234
          ivr doctor --json
        Exit code 0: nothing failed, 1: something did, 2: wrong use.
        """
        if phone is not None and not is_number(phone):
            raise Refusal("--phone must be a number with + and country code, such as +17735551234.")
        findings = asyncio.run(_examined(environ, env_file, outside, phone, build))
        if as_json:
            print_json({"ok": _is_well(findings), "checks": [each.as_json() for each in findings]})
        else:
            print_lines(columns([each.as_row() for each in findings]))
        if not _is_well(findings):
            raise click.exceptions.Exit(1)

    return doctor


async def _examined(
    environ: Mapping[str, str],
    env_file: Path,
    outside: ExternalServices,
    phone: str | None,
    build: Callable[[Settings], Line],
) -> list[Finding]:
    try:
        settings = load_settings(environ, env_file=env_file)
    except SettingsError as error:
        found, _, remedy = str(error).partition("; ")
        return [failed(SETTINGS, f"{found};", remedy), skipped("the rest", "The settings cannot be read.")]
    from ivr.doctor.checks import accounts_check, store_check, stray_check

    if settings.backend == "fake" and not _is_anything_live(settings):
        try:
            return [*await _of_backend(settings, build(settings), phone), await store_check(settings)]
        except (Refusal, SettingsError):
            pass  # this installation has no such backend
    connection = Connection(outside.session)
    try:
        okta = await _okta(settings, outside, connection, phone)
        twilio = await _twilio(settings, outside, connection)
        ours = [_settings(settings), stray_check(environ, outside)]
        return [*ours, *okta, *twilio, await accounts_check(settings, connection), await store_check(settings)]
    finally:
        await connection.close()


def _is_anything_live(settings: Settings) -> bool:
    """Whether somebody has begun to set up a real org or account."""
    real = (
        *(settings.okta_org_url, settings.okta_api_token, settings.okta_client_id, settings.direct_client_id),
        *(settings.twilio_account_sid, settings.twilio_auth_token, settings.public_base, settings.accounts_api_url),
    )
    return any(each is not None for each in real)


async def _of_backend(settings: Settings, line: Line, phone: str | None) -> list[Finding]:
    """Ask the services of the fake line."""
    from ivr.backends import provider_of
    from ivr.doctor.okta_checks import ORG, caller_checks

    again, remedy = (
        "Run this again.",
        "Set IVR_BACKEND=live, OKTA_ORG_URL and so on to check a real org.",
    )
    try:
        org, accounts = await line.directory.health(), await line.accounts.health()
        return [
            warning(SETTINGS, "The backend is fake: nothing outside this machine is checked.", remedy),
            ok(ORG, "The fake org answers.") if org is None else failed(ORG, org, again),
            *await caller_checks(line.directory, provider_of(settings), line.identity, phone),
            ok("accounts", "They answer.") if accounts is None else failed("accounts", accounts, again),
        ]
    finally:
        await line.directory.close()
        await line.accounts.close()


def _settings(settings: Settings) -> Finding:
    """Judged as for live callers, whatever the backend is today."""
    live = settings.model_copy(update={"backend": "live"})
    try:
        require(live)
    except SettingsError as error:
        found, _, remedy = str(error).partition(": ")
        return failed(SETTINGS, f"{found}:", remedy.replace(", or use IVR_BACKEND=fake", ""))
    unknown = unknown_line(settings)
    if unknown is not None:
        return warning(SETTINGS, f"There is {unknown};", "correct the name, or take it away.")
    notes = missing(live)
    if notes:
        return warning(SETTINGS, "Not set are", "; ".join(notes) + ".")
    return ok(SETTINGS, f"All that live callers need are set; the backend is {settings.backend}.")


async def _okta(
    settings: Settings, outside: ExternalServices, connection: Connection, phone: str | None
) -> Sequence[Finding]:
    from ivr.backends import okta_identity, okta_wire, provider_of
    from ivr.doctor.okta_checks import CHECKS, org_checks

    wire = okta_wire(settings, outside.session)
    if wire is None:
        needed = "OKTA_ORG_URL and OKTA_API_TOKEN (or OKTA_CLIENT_ID with OKTA_PRIVATE_KEY) are needed."
        return [skipped(name, needed) for name in CHECKS]
    try:
        return await org_checks(
            wire, provider_of(settings), okta_identity(settings, wire, outside.now), connection, phone, outside.now
        )
    finally:
        await wire.close()


async def _twilio(settings: Settings, outside: ExternalServices, connection: Connection) -> Sequence[Finding]:
    from ivr.doctor.checks import number_checks, signature_check

    return [*await number_checks(settings, outside.twilio), await signature_check(settings, connection)]


def _is_well(findings: Sequence[Finding]) -> bool:
    return all(each.state is not State.FAILED for each in findings)
