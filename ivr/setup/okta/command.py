"""`ivr setup okta`: options and settings checked before anything is asked; what then happens is in `run`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from ivr.backends import okta_credentials
from ivr.callers import is_number
from ivr.external import ExternalServices
from ivr.printing import Failure, Refusal
from ivr.settings import Settings, SettingsError, load_settings
from ivr.setup.okta.desired import PREFERENCES, Caller, DesiredState, Preference
from ivr.setup.okta.run import RunOptions, run

RECORD = ".ivr-setup-okta.json"


def make_okta(environ: Mapping[str, str], outside: ExternalServices) -> click.Command:
    """The command, which reads its settings from `environ`."""

    @click.command()
    @click.option("--email", help="Login of the test user.  [default: IVR_TEST_USER_EMAIL]")
    @click.option("--phone", help="The number they call from, as +17735551234.  [default: IVR_TEST_USER_PHONE]")
    @click.option("--sms-phone", help="Where their texts and calls go.  [default: the same number]")
    @click.option("--first-name", help="[default: Test, for a new user]")
    @click.option("--last-name", help="[default: Caller, for a new user]")
    @click.option(
        "--preference",
        type=click.Choice(PREFERENCES),
        default="sms",
        show_default=True,
        help="How the user is asked first; call needs --voice, totp --totp.",
    )
    @click.option("--no-user", is_flag=True, help="Set up the org, not a user.")
    @click.option("--group", default="Autobot IVR", show_default=True, help="Whom the policies are for.")
    @click.option("--voice", is_flag=True, help="Voice calls as a factor, too.")
    @click.option("--totp", is_flag=True, help="The code that Okta Verify shows, too.")
    @click.option("--no-push", is_flag=True, help="Do not enrol the user's Okta Verify.")
    @click.option("--no-sign-on", is_flag=True, help="No sign-on policy: the line works without one.")
    @click.option("--direct", is_flag=True, help="An app for Direct Authentication, too (OKTA_MFA_API=direct).")
    @click.option("--wait", default=120, show_default=True, type=click.IntRange(0, 600), help="Seconds, for a phone.")
    @click.option("--undo", is_flag=True, help="Take back what the set-up made and changed, and only that.")
    @click.option("--dry-run", is_flag=True, help="Only show what would be done.")
    @click.option("--yes", is_flag=True, help="Do it without asking.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON; needs --yes or --dry-run.")
    @click.option(
        "--record",
        default=RECORD,
        show_default=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help="What was made; --undo needs it.",
    )
    @click.option("--env-file", default=".env", show_default=True, type=click.Path(dir_okay=False, path_type=Path))
    def okta(
        email: str | None,
        phone: str | None,
        sms_phone: str | None,
        first_name: str | None,
        last_name: str | None,
        preference: Preference,
        no_user: bool,
        group: str,
        voice: bool,
        totp: bool,
        no_push: bool,
        no_sign_on: bool,
        direct: bool,
        wait: int,
        undo: bool,
        dry_run: bool,
        yes: bool,
        as_json: bool,
        record: Path,
        env_file: Path,
    ) -> None:
        """Make your Okta org ready for the line, with a test user who can call.

        Profile attributes, factors, a group, an enrolment and a sign-on policy, and the user with SMS and Okta
        Verify. Run again it goes on from where it stands, and does nothing where all is as it should be.

        \b
        Examples:
          ivr setup okta --email jane@example.com --phone +17735551234 --dry-run
          ivr setup okta --email jane@example.com --phone +17735551234
          ivr setup okta --email jane@example.com --phone +17735551234 --totp --preference totp
          ivr setup okta --no-user --no-sign-on --yes
          ivr setup okta --no-user --direct
          ivr setup okta --undo
        Exit code 0: the org is as it should be (or the dry run is done), 1: it did not work, 2: wrong use.
        """
        if as_json and not (yes or dry_run):
            raise Refusal("--json asks no questions: add --yes or --dry-run.")
        try:
            settings = load_settings(environ, env_file=env_file)
        except SettingsError as error:
            raise Refusal(str(error)) from None
        caller = None
        if not (undo or no_user):
            email, phone = email or settings.test_user_email, phone or settings.test_user_phone
            caller = _caller(email, phone, sms_phone, preference, first_name, last_name)
        if caller is not None:
            _check_preference(preference, voice=voice, totp=totp, push=not no_push)
        desired = DesiredState(caller, group, voice, totp, sign_on=not no_sign_on, push=not no_push, direct=direct)
        options = RunOptions(undo, dry_run, not yes, as_json, float(wait), record)
        _check_org(settings)
        sentence = asyncio.run(run(settings, outside, desired, options))
        if sentence:
            raise Failure(sentence)

    return okta


def _check_preference(preference: Preference, *, voice: bool, totp: bool, push: bool) -> None:
    """Nobody may prefer what is not set up for them."""
    if preference == "call" and not voice:
        raise Refusal("--preference call needs --voice.")
    if preference == "push" and not push:
        raise Refusal("--preference push does not go with --no-push.")
    if preference == "totp" and not totp:
        raise Refusal("--preference totp needs --totp.")
    if preference == "totp" and not push:
        raise Refusal("--preference totp does not go with --no-push: the code is Okta Verify's.")


def _check_org(settings: Settings) -> None:
    if settings.okta_org_url is None or okta_credentials(settings) is None:
        credentials = "OKTA_API_TOKEN (or OKTA_CLIENT_ID with OKTA_PRIVATE_KEY)"
        lacking = "OKTA_ORG_URL" if settings.okta_org_url is None else credentials
        raise Refusal(f"{lacking} is not set: set it in the environment or in .env.")


def _caller(
    email: str | None,
    phone: str | None,
    sms_phone: str | None,
    preference: Preference,
    first_name: str | None,
    last_name: str | None,
) -> Caller:
    if email is None or phone is None:
        raise Refusal("Who is the test user? Give --email and --phone, or --no-user to set up the org alone.")
    if "@" not in email[1:-1] or not 5 <= len(email) <= 100:
        raise Refusal("--email must be an e-mail address of 5 to 100 characters.")
    for option, number in (("--phone", phone), ("--sms-phone", sms_phone)):
        if number is not None and not is_number(number):
            raise Refusal(f"{option} must be a number with + and country code, such as +17735551234.")
    return Caller(email, phone, sms_phone or phone, preference, first_name, last_name)
