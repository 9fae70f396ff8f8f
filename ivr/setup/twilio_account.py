"""One Twilio account through the official SDK's blocking client; what goes wrong becomes one sentence with a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ivr.setup.number import Number, Wanted

if TYPE_CHECKING:
    from ivr.settings import Settings

PUBLIC_API = "api.twilio.com"


class TwilioTroubleError(Exception):
    """Twilio did not do what was asked; the message is one sentence with the remedy and holds no secret."""


class NotConfiguredError(TwilioTroubleError):
    """It was not even asked: a setting is missing."""


class TwilioAccount:
    """The numbers of the account that the settings name."""

    def __init__(self, settings: Settings, http: Callable[[], Any]) -> None:
        user, password = _credentials(settings)
        from twilio.rest import Client

        self._client = Client(user, password, settings.twilio_account_sid, http_client=http())
        self._settings = settings

    def number(self, phone: str | None = None) -> Number:
        """The number `phone`, else that of TWILIO_PHONE_SID, else the only one there is. Raises TwilioTroubleError."""
        sid = self._settings.twilio_phone_sid
        with _sentences():
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
        with _sentences():
            return _number(self._client.incoming_phone_numbers(number.sid).update(**wanted))


def _credentials(settings: Settings) -> tuple[str, str]:
    """An API key is preferred over the auth token: it can be revoked by itself."""
    if settings.twilio_account_sid is None:
        raise NotConfiguredError("TWILIO_ACCOUNT_SID is not set: set it in the environment or in .env.")
    if settings.twilio_api_key is not None and settings.twilio_api_secret is not None:
        return settings.twilio_api_key, settings.twilio_api_secret.get_secret_value()
    if settings.twilio_auth_token is not None:
        return settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value()
    raise NotConfiguredError(
        "No Twilio credentials are set: set TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET."
    )


@contextmanager
def _sentences() -> Iterator[None]:
    """Twilio's own message is repeated only for codes we do not know, where nothing better can be said."""
    from twilio.base.exceptions import TwilioException, TwilioRestException

    try:
        yield
    except TwilioRestException as error:
        raise TwilioTroubleError(_sentence(error)) from None
    except OSError as error:  # the SDK's transport raises the errors of `requests`, which are of this kind
        raise TwilioTroubleError(
            f"Twilio cannot be reached ({type(error).__name__}): check that https://{PUBLIC_API} is open from here."
        ) from None
    except (TwilioException, ValueError) as error:  # ValueError: not JSON
        raise TwilioTroubleError(
            f"Twilio's answer makes no sense ({type(error).__name__}): is a proxy in between? Try again later."
        ) from None


def _sentence(error: Any) -> str:
    match error.code, error.status:
        case (20003, _) | (_, 401):
            return (
                "Twilio refuses the credentials (20003): check TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, "
                "or with TWILIO_API_KEY and TWILIO_API_SECRET."
            )
        case (20008, _):
            return "These are test credentials, which may not see numbers (20008): use the account's live ones."
        case (20404, _) | (_, 404):
            return "The account has no such number (20404): correct TWILIO_PHONE_SID."
        case (20429, _) | (_, 429):
            return "Twilio asks for fewer requests (20429): wait a minute and try again."
        case (_, status) if status >= 500:
            return f"Twilio is in trouble itself ({status}): try again later."
        case (code, status):
            return f"Twilio refuses the request ({code or status}): {error.msg}"


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
