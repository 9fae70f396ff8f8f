"""What the commands need of the world: two ways to the network, time, chance and folders, replaceable at once."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr.session import Session

TWILIO_PATIENCE = 15.0  # seconds


def twilio_over_the_network() -> Any:
    """The SDK's own HTTP client. The SDK is loaded only here: it costs a quarter of a second.

    It would log eight lines a request; what matters of an answer is said by whoever asked.
    """
    from twilio.http.http_client import TwilioHttpClient

    logging.getLogger("twilio.http_client").setLevel(logging.WARNING)
    return TwilioHttpClient(timeout=TWILIO_PATIENCE)


def ngrok_tunnel(port: int) -> AbstractContextManager[str]:
    """By ngrok, whose package is loaded only here: it is an extra."""
    from ivr.tunnel.ngrok import ngrok

    return ngrok(port)


def strong_password() -> str:
    """For a user whose password nobody needs to know; the end satisfies password rules."""
    return secrets.token_urlsafe(24) + "-aA1"


def sdk_folders() -> tuple[Path, ...]:
    """Where Okta's SDK looks for an okta.yaml: the working directory, which wins, and the user's own folder."""
    try:
        return Path.cwd(), Path.home() / ".okta"
    except (OSError, RuntimeError):  # a folder that is gone, a user without a home
        return ()


@dataclass(frozen=True, slots=True)
class Outside:
    """`session` carries what goes to Okta and to the line itself, `twilio` makes the SDK's HTTP client.

    `folders` are where configuration of Okta's SDK may lie, `tunnel` gives a port a public address, and the line is
    served `until` that is over (None: until Ctrl-C).
    """

    session: Session | None = None
    twilio: Callable[[], Any] = twilio_over_the_network
    now: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    password: Callable[[], str] = strong_password
    folders: Callable[[], tuple[Path, ...]] = sdk_folders
    tunnel: Callable[[int], AbstractContextManager[str]] = ngrok_tunnel
    until: Callable[[], Awaitable[None]] | None = None
