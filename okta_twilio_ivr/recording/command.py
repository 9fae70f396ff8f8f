"""`ivr record`: makes the files in `cassettes/` again, says what became of each, and writes none with a secret."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.printing import Failure, Refusal, print_line, print_lines
from ivr.settings import SettingsError

if TYPE_CHECKING:
    from okta_twilio_ivr.recording.files import Recorded
    from okta_twilio_ivr.recording.scenarios import Role
    from okta_twilio_ivr.recording.sources import Skipped


def make_record(environ: Mapping[str, str]) -> click.Command:
    """The command."""

    @click.command()
    @click.argument("names", metavar="[SERVICE/SCENARIO]...", nargs=-1)
    @click.option("--backend", type=click.Choice(["fake", "live"]), default="fake", show_default=True)
    @click.option("--caller", "callers", metavar="ROLE=NUMBER", multiple=True, help="Who plays a role, with live.")
    @click.option("--number", metavar="+1…", help="The line's own Twilio number, with live.")
    @click.option("--check", is_flag=True, help="Write nothing; exit 1 where a file would change.")
    @click.option("--list", "as_list", is_flag=True, help="Only name the scenarios.")
    @click.option("--to", "home", type=click.Path(file_okay=False, path_type=Path), help="[default: cassettes]")
    @click.option("--env-file", default=".env", show_default=True, type=click.Path(dir_okay=False, path_type=Path))
    def record(
        names: tuple[str, ...],
        backend: str,
        callers: tuple[str, ...],
        number: str | None,
        check: bool,
        as_list: bool,
        home: Path | None,
        env_file: Path,
    ) -> None:
        """Record what the line asks of Okta, Twilio and the accounts API, and what they answer.

        \b
        Examples:
          ivr record                                  all scenarios, from the fakes
          ivr record okta/sms-right twilio/call-out   two of them
          ivr record --check                          does the line still ask the same?
          ivr record --backend live --caller jane=+13125550142 okta/sms-right

        With --backend live OKTA_ORG_URL and OKTA_API_TOKEN (or a service app) are needed, for Twilio
        TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN. A role is jane (prefers text messages), jon (prefers push; both have
        both), tom (has an app's code), vic (is called), max (has no factor) or lea (is locked out): users of the org
        with that `ivrPhone`, whose phone is at hand. You are told when to type a code or tap. Names, numbers, codes,
        tokens and ids become placeholders.

        Each file is written when it is whole; one in which a secret would remain is not written at all.
        Exit code 0: all done, 1: something was not recorded or, with --check, would change, 2: wrong use.
        """
        from okta_twilio_ivr.recording.scenarios import LINE
        from okta_twilio_ivr.recording.sources import NAMES, Source, record_fakes, record_live

        if as_list:
            print_lines(NAMES)
            return
        chosen = names or NAMES
        if unknown := [each for each in names if each not in NAMES]:
            raise Refusal(f"Unknown scenario {unknown[0]}: see `ivr record --list`.")
        if (callers or number) and backend != "live":
            raise Refusal("--caller and --number go with --backend live.")
        if backend == "fake":
            found: AsyncIterator[Recorded | Skipped] = record_fakes(date.today(), chosen)
        else:
            people = dict(map(_caller, callers)) | ({LINE: _number("--number", number)} if number else {})
            found = record_live(date.today(), Source(environ, env_file, people), chosen)
        if not asyncio.run(_keep(found, home or _home(), len(set(chosen)), check=check, is_asked_for=bool(names))):
            raise Failure("Files would change: run `make record`." if check else "Not everything was recorded.")

    return record


async def _keep(
    found: "AsyncIterator[Recorded | Skipped]", home: Path, total: int, *, check: bool, is_asked_for: bool
) -> bool:
    """Write what was recorded, and say so; whether all is well."""
    from okta_twilio_ivr.recording.files import Recorded, is_as_kept, write
    from okta_twilio_ivr.recording.steps import RecordingError

    is_good, at = True, 0
    try:
        async for each in found:
            at += 1
            if not isinstance(each, Recorded):
                is_good = is_good and not (each.has_failed or is_asked_for)
                outcome = f"{'failed' if each.has_failed else 'skipped'}: {each.why}"
            elif is_as_kept(home, each):
                outcome = f"{each.requests} requests, as before"
            elif check:
                is_good = False
                outcome = f"{each.requests} requests, would change"
            else:
                write(home, each)
                outcome = f"{each.requests} requests, written"
            print_line(f"[{at:>2}/{total}] {each.name}: {outcome}")
    except RecordingError as error:
        raise Failure(str(error)) from None
    except SettingsError as error:
        raise Refusal(str(error)) from None
    return is_good


def _caller(given: str) -> "tuple[Role, str]":
    from okta_twilio_ivr.recording.scenarios import PEOPLE

    known = {each.first_name.lower(): each for each in PEOPLE}
    role, equals, number = given.partition("=")
    if not equals or role not in known:
        raise Refusal(f"--caller must be ROLE=NUMBER, such as jane=+13125550142; roles are {', '.join(known)}.")
    return known[role], _number("--caller", number)


def _number(option: str, number: str) -> str:
    if not re.fullmatch(r"\+[1-9]\d{6,14}", number):
        raise Refusal(f"{option} needs a number in E.164 form, such as +13125550142.")
    return number


def _home() -> Path:
    """A checkout's own; never those inside an installed package, which belong to whoever installed it."""
    from ivr.recordings.library import HOME, PACKED

    return Path("cassettes") if HOME == PACKED else HOME
