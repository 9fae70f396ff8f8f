"""The line's phone number at Twilio: how it should be, how that differs from how it is, and the account that has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ivr.twilio_access import NotConfiguredError, TwilioTroubleError, credentials, sent_where, sentences
from ivr.webhooks.results import CALL_STATUS, WELCOME

if TYPE_CHECKING:
    from ivr.settings import Settings

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
class SettingChange:
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


def differences(number: Number, settings: Wanted) -> tuple[SettingChange, ...]:
    """In the order of the settings."""
    return tuple(
        SettingChange(name, now, value) for name, value in settings.items() if (now := getattr(number, name)) != value
    )


def without_user(address: str) -> str:
    """An address whose user name and password, if there are any, stay hidden."""
    return re.sub(r"//[^/?#]*@", "//…@", address)


def shown(value: str) -> str:
    """A setting for the eye."""
    return without_user(value) or "(none)"


class TwilioAccount:
    """The numbers of the account that the settings name."""

    def __init__(self, settings: Settings, http: Callable[[], Any]) -> None:
        user, password = credentials(settings)
        from twilio.rest import Client

        self._client = Client(user, password, settings.twilio_account_sid, http_client=sent_where(settings, http()))
        self._settings = settings

    def number(self, phone: str | None = None) -> Number:
        """The number `phone`, else that of TWILIO_PHONE_SID, else the only one there is. Raises TwilioTroubleError."""
        sid = self._settings.twilio_phone_sid
        with sentences(self._settings.twilio_api_url):
            if phone is not None:
                found = self._client.incoming_phone_numbers.list(phone_number=phone, limit=20)
                exact = [each for each in found if each.phone_number == phone]
                if not exact:
                    raise TwilioTroubleError(
                        f"The account has no number {phone}: give one that it owns, as +12075551234."
                    )
                return _number(exact[0])
            if sid is not None:
                return _number(self._client.incoming_phone_numbers(sid).fetch())
            found = self._client.incoming_phone_numbers.list(limit=20)
        if len(found) == 1:
            return _number(found[0])
        if not found:
            raise TwilioTroubleError("The account has no phone number: buy one in Twilio's console.")
        listed = ", ".join(f"{each.phone_number} is {each.sid}" for each in found)
        raise NotConfiguredError(f"The account has several numbers: set TWILIO_PHONE_SID to one of them ({listed}).")

    def change(self, number: Number, wanted: Wanted) -> Number:
        """Make the number so; returns what Twilio then says it is. Raises TwilioTroubleError."""
        with sentences(self._settings.twilio_api_url):
            return _number(self._client.incoming_phone_numbers(number.sid).update(**wanted))


def _number(record: Any) -> Number:
    """Nulls and empty strings are the same to Twilio."""
    return Number(
        sid=str(record.sid),
        phone=str(record.phone_number),
        voice_url=record.voice_url or "",
        voice_method=record.voice_method or "",
        voice_fallback_url=record.voice_fallback_url or "",
        voice_fallback_method=record.voice_fallback_method or "",
        status_callback=record.status_callback or "",
        status_callback_method=record.status_callback_method or "",
        voice_application_sid=record.voice_application_sid or "",
        trunk_sid=record.trunk_sid or "",
    )
