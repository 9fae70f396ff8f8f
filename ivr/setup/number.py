"""How the line wants its phone number to be, and how that differs from how it is; rules only, nothing is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ivr.webhooks.turn import CALL_STATUS, WELCOME

Wanted: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the account; empty means not set. Field names are those of Twilio's API."""

    sid: str
    phone: str
    voice_url: str = ""
    voice_method: str = ""
    voice_fallback_url: str = ""
    voice_fallback_method: str = ""
    status_callback: str = ""
    status_callback_method: str = ""
    voice_application_sid: str = ""
    trunk_sid: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of the number that is not as wanted."""

    setting: str
    now: str
    wanted: str


def wanted(base: str, *, fallback_url: str | None = None, status_callback: str | None = None) -> Wanted:
    """What the number needs so that the application at `base` answers its calls.

    The fallback is the line's own entrance unless another is given: a call that is known goes on from where it
    stands, so one lost webhook does not lose the caller. A TwiML application or a SIP trunk would win over the
    URLs (Twilio docs: IncomingPhoneNumber), so neither may be there. The status callback tells the line that a
    caller has hung up, so that it can call back; '' for none.
    """
    settings: dict[str, str] = {
        "voice_url": base + WELCOME,
        "voice_method": "POST",
        "voice_fallback_url": base + WELCOME if fallback_url is None else fallback_url,
        "voice_fallback_method": "POST",
        "voice_application_sid": "",
        "trunk_sid": "",
    }
    settings["status_callback"] = base + CALL_STATUS if status_callback is None else status_callback
    if settings["status_callback"]:
        settings["status_callback_method"] = "POST"
    return settings


def respecting(number: Number, settings: Wanted) -> Wanted:
    """The same without the status callback, when the number tells somebody else already, who may well need it."""
    other = number.status_callback
    if not other or other.endswith(CALL_STATUS):
        return settings
    return {name: value for name, value in settings.items() if not name.startswith("status_callback")}


def differences(number: Number, settings: Wanted) -> tuple[Change, ...]:
    """In the order of the settings."""
    return tuple(
        Change(name, now, value) for name, value in settings.items() if (now := getattr(number, name)) != value
    )


def without_user(address: str) -> str:
    """An address whose user name and password, if there are any, stay hidden."""
    return re.sub(r"//[^/?#]*@", "//…@", address)


def shown(value: str) -> str:
    """A setting for the eye."""
    return without_user(value) or "(none)"
