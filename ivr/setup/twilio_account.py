"""One Twilio account through the official SDK's blocking client: its numbers, and nothing else it can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ivr.setup.number import Number, Wanted
from ivr.twilio_access import NotConfiguredError, TwilioTroubleError, credentials, sent_where, sentences

if TYPE_CHECKING:
    from ivr.settings import Settings


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
