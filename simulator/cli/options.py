"""The options that say which line is called and by whom; the terminal phone and scripted calls share them."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Literal
from urllib.parse import urlsplit

import click

from simulator.cli.refusal import Refusal

Method = Literal["GET", "POST"]
TOKEN_VARIABLE = "TWILIO_AUTH_TOKEN"  # noqa: S105 - the name of a setting, not a secret


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
    lenient: bool | None = None
    recordings: bool | None = None

    @property
    def first_seed(self) -> int:
        """Where ids come from: as given; otherwise fixed for the demo and drawn anew for an application elsewhere.

        An application that runs on has met the CallSids of the last run, and Twilio never uses one twice.
        """
        if self.seed is not None:
            return self.seed
        return 0 if self.url is None else secrets.randbits(63)

    def over(self, other: "Options") -> "Options":
        """These, and the other's where these say nothing."""
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
    for name, number in (("--from", options.caller), ("--to", options.called)):
        if number is not None and not number.strip():
            raise Refusal(f"{name} is a phone number such as +17735551234, got nothing")
    return options


def check_together(options: Options) -> Options:
    """Refuses what only goes with --url when there is none; with it, the token may come from the environment."""
    if options.url is not None:
        token = options.auth_token or os.environ.get(TOKEN_VARIABLE) or None
        return replace(options, auth_token=token)
    alone = {
        "--method": options.method,
        "--auth-token": options.auth_token,
        "--fallback-url": options.fallback_url,
        "--status-callback": options.status_callback,
        "--okta": options.okta,
    }
    for name, value in alone.items():
        if value is not None:
            raise Refusal(f"{name} goes with --url: without it the demo is called, which has its own")
    return options


def check_url(name: str, url: str) -> None:
    """An absolute http(s) URL; raises Refusal with what it could be instead."""
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_usable = False
    if is_usable and not any(letter.isspace() for letter in url):
        return
    hint = f"; did you mean http://{url}?" if "://" not in url and url.strip() and " " not in url else ""
    raise Refusal(f"{name} takes an absolute http or https URL, got {url!r}{hint}")


_OPTIONS = (
    click.option("--url", metavar="URL", help="Voice webhook of the application to call; without it the demo."),
    click.option(
        "--method", type=click.Choice(["GET", "POST"], case_sensitive=False), help="Of that webhook.  [default: POST]"
    ),
    click.option("--from", "caller", metavar="NUMBER", help="The number that calls."),
    click.option("--to", "called", metavar="NUMBER", help="The number that is called."),
    click.option(
        "--auth-token",
        metavar="TOKEN",
        help=f"Signs the requests, as the application expects it.  [with --url also from ${TOKEN_VARIABLE}]",
    ),
    click.option("--fallback-url", metavar="URL", help="Asked when the application fails."),
    click.option("--status-callback", metavar="URL", help="Told when the call has ended."),
    click.option(
        "--okta", metavar="URL", help="A served fake Okta: its texts, prompts and clock belong to this handset."
    ),
    click.option("--seed", type=int, help="Where ids and codes come from.  [default: 0; with --url always new]"),
    click.option("--lenient", is_flag=True, default=None, help="Skip unknown verbs and unplayable sounds."),
    click.option(
        "--recordings", is_flag=True, default=None, help="Serve what is recorded as WAV: RecordingUrl can be fetched."
    ),
)
