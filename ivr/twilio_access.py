"""The line's credentials for Twilio's API, and what goes wrong there as a sentence with a remedy; asks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ivr.foreign import whole_json
from ivr.settings import Settings

PUBLIC_API = "api.twilio.com"


class TwilioTroubleError(Exception):
    """Twilio did not do what was asked; the message is one sentence with the remedy and holds no secret."""


class NotConfiguredError(TwilioTroubleError):
    """It was not even asked: a setting is missing."""


def credentials(settings: Settings) -> tuple[str, str]:
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


def sent_where(settings: Settings, http: Any) -> Any:
    """The SDK's HTTP client as the settings want it: to Twilio, or to a fake on this machine."""
    if settings.twilio_api_url is None:
        return http
    from ivr.twilio_http import BaseUrlHttpClient

    return BaseUrlHttpClient(http, f"https://{PUBLIC_API}", settings.twilio_api_url)


@contextmanager
def sentences(where: str | None = None) -> Iterator[None]:
    """Twilio's own message is repeated only for codes we do not know, where nothing better can be said.

    `where` is the address that is asked, None for Twilio's own.
    """
    from twilio.base.exceptions import TwilioException, TwilioRestException

    try:
        yield
    except TwilioRestException as error:
        raise TwilioTroubleError(_sentence(error.code, error.status, error.msg)) from None
    except OSError as error:  # the SDK's transport raises the errors of `requests`, which are of this kind
        raise TwilioTroubleError(
            f"Twilio cannot be reached ({type(error).__name__}): "
            f"check that {where or f'https://{PUBLIC_API}'} is open from here."
        ) from None
    except (TwilioException, ValueError) as error:  # ValueError: not JSON
        refused = _refused_list(error)
        if refused is not None:
            raise TwilioTroubleError(_sentence(*refused)) from None
        raise TwilioTroubleError(
            f"Twilio's answer makes no sense ({type(error).__name__}): is a proxy in between? Try again later."
        ) from None


def _refused_list(error: Exception) -> tuple[Any, int, str] | None:
    """Code, status and message of a list that was refused: the SDK then says only "Unable to fetch page"."""
    response = error.args[1] if len(error.args) > 1 else None
    status = getattr(response, "status_code", None)
    if status is None:
        return None
    try:
        body = whole_json(response.text) if response is not None else {}
        return body.get("code"), int(status), str(body.get("message", ""))
    except (ValueError, AttributeError):
        return None, int(status), "no reason given"


def _sentence(code: Any, status: int, message: str) -> str:
    match code, status:
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
        case _ if status >= 500:
            return f"Twilio is in trouble itself ({status}): try again later."
        case _:
            return f"Twilio refuses the request ({code or status}): {message}"
