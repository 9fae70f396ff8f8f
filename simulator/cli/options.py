"""The options that several commands share: which line is called and by whom, --var, --reload. Reads and refuses."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from math import isfinite
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlsplit

import click

from simulator.cli.refusal import Refusal, is_text
from simulator.errors import WrongUseError
from simulator.numbers import Stir, read_called, read_caller

if TYPE_CHECKING:
    from simulator.callers.script.script import Script
    from simulator.phone.watching import Watch

Method = Literal["GET", "POST"]
TOKEN_VARIABLE = "TWILIO_AUTH_TOKEN"  # noqa: S105 - the name of a setting, not a secret
_OPTIONS = (
    click.option("--url", metavar="URL", help="Voice webhook of the application to call; without it the demo."),
    click.option(
        "--method",
        type=click.Choice(["GET", "POST"], case_sensitive=False),
        help="HTTP method of that webhook.  [default: POST]",
    ),
    click.option("--from", "caller", metavar="NUMBER", help="The number that calls."),
    click.option("--to", "called", metavar="NUMBER", help="The number that is called."),
    click.option(
        "--auth-token",
        metavar="TOKEN",
        help=f"Auth token that signs the requests.  [with --url also from ${TOKEN_VARIABLE}]",
    ),
    click.option("--fallback-url", metavar="URL", help="Called when the application fails."),
    click.option("--status-callback", metavar="URL", help="Notified when the call ends."),
    click.option(
        "--okta",
        metavar="URL",
        help="Address of a served fake Okta; its text messages and prompts arrive on this phone.",
    ),
    click.option(
        "--stir",
        type=click.Choice(get_args(Stir)),
        help="SHAKEN/STIR attestation of calling numbers.  [default: A for US numbers]",
    ),
    click.option("--seed", type=int, help="Seed for ids and codes.  [default: 0; with --url always new]"),
    click.option("--lenient", is_flag=True, default=None, help="Skip unknown verbs and unplayable sounds."),
    click.option(
        "--recordings", is_flag=True, default=None, help="Serve recordings as WAV, so that RecordingUrl can be fetched."
    ),
    click.option(
        "--only-this-host",
        is_flag=True,
        default=None,
        help="Send no requests to hosts other than the application's; they fail with 11210.",
    ),
)


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; None is what was not."""

    url: str | None = None
    method: Method | None = None
    caller: str | None = None
    called: str | None = None
    auth_token: str | None = None
    fallback_url: str | None = None
    status_callback: str | None = None
    okta: str | None = None
    seed: int | None = None
    stir: Stir | None = None
    lenient: bool | None = None
    recordings: bool | None = None
    only_this_host: bool | None = None

    @property
    def first_seed(self) -> int:
        """Where ids come from: as given; otherwise fixed for the demo and drawn anew for an application elsewhere.

        An application that runs on has met the CallSids of the last run, and Twilio never uses one twice.
        """
        if self.seed is not None:
            return self.seed
        return 0 if self.url is None else SystemRandom().getrandbits(63)

    def over(self, other: "Options") -> "Options":
        """Return these options, and the other's where these say nothing."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(other, **{name: value for name, value in given.items() if value is not None})


def line_options(command: Callable[..., Any]) -> Callable[..., Any]:  # click's decorators take any callback
    """Adds the options, for `options_from` to read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def options_from(given: dict[str, Any]) -> Options:  # what click has parsed
    """Takes the shared options out of a callback's arguments and checks each; raises Refusal."""
    options = Options(**{each.name: given.pop(each.name, None) for each in fields(Options)})
    for name, url in (
        ("--url", options.url),
        ("--fallback-url", options.fallback_url),
        ("--status-callback", options.status_callback),
        ("--okta", options.okta),
    ):
        if url is not None:
            check_url(name, url)
    try:
        return replace(
            options,
            caller=options.caller if options.caller is None else read_caller(options.caller, "--from"),
            called=options.called if options.called is None else read_called(options.called, "--to"),
        )
    except WrongUseError as error:
        raise Refusal(str(error)) from None


def check_together(options: Options) -> Options:
    """Refuses what only goes with --url when there is none; with it, the token may come from the environment."""
    if options.url is not None:
        token = options.auth_token or os.environ.get(TOKEN_VARIABLE) or None
        if token is not None and not is_text(token):
            raise Refusal(f"{TOKEN_VARIABLE} is not text in UTF-8")
        return replace(options, auth_token=token)
    alone = {
        "--method": options.method,
        "--auth-token": options.auth_token,
        "--fallback-url": options.fallback_url,
        "--status-callback": options.status_callback,
        "--okta": options.okta,
        "--only-this-host": options.only_this_host,
    }
    for name, value in alone.items():
        if value is not None:
            raise Refusal(f"{name} goes with --url: without it the demo is called, which has its own")
    return options


def check_url(name: str, url: str) -> None:
    """Refuse what is not an absolute http or https URL, with what it could be instead."""
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_usable = False
    if is_usable and not any(letter.isspace() for letter in url):
        return
    hint = f"; did you mean http://{url}?" if "://" not in url and url.strip() and " " not in url else ""
    raise Refusal(f"{name} takes an absolute http or https URL, got {url!r}{hint}")


def read_variables(given: tuple[str, ...]) -> dict[str, str]:
    """Read `--var NAME=VALUE`, given several times: the last value of a name wins. Raises Refusal."""
    variables: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name.strip():
            raise Refusal(f"--var takes NAME=VALUE, got {each!r}")
        variables[name.strip()] = value
    return variables


def check_variables(given: Iterable[str], scripts: "Iterable[Script]") -> None:
    """Refuse a value for something that no script knows: a slip of the pen."""
    from simulator.callers.script.fields import near

    known = sorted({name for script in scripts for name in script.variables})
    for name in given:
        if name not in known:
            raise Refusal(f"--var {name}=: no script uses ${{{name}}}{near(name, known)}")


def watch_for(options: Options, path: str, journal: Path | None) -> "Watch":
    """Read `--reload [PATH]`; an empty path is none. The phone writes the journal itself. Raises Refusal."""
    if options.url is None:
        raise Refusal("--reload goes with --url: the demo runs inside the phone and restarts with it")
    if path and not Path(path).exists():
        raise Refusal(f"--reload takes a file or folder of the application, there is no {path!r}; or leave PATH out")
    from simulator.phone.watching import watch_of

    return watch_of(options.url, Path(path) if path else None, written=() if journal is None else (journal,))


class FiniteRange(click.FloatRange):
    """A number within limits; infinity and what is not a number, which Python reads as one, are refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # click's own
        number = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{value!r} is not a valid number.", param, ctx)
        return number
