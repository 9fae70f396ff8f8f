"""The parameters Twilio sends with every voice webhook. Source: Twilio docs, request to your voice application.

All sixteen geographic ones are always there for phone numbers, empty when unknown; an application that tests for
their presence is wrong on the real line too.
"""

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Literal

from simulator.exchange.numbers import Locate, Place
from simulator.vocabulary import Status

API_VERSION = "2010-04-01"
Direction = Literal["inbound", "outbound-api", "outbound-dial"]


def standard_parameters(
    *,
    sid: str,
    account: str,
    caller: str,
    called: str,
    direction: Direction,
    locate: Locate,
    token: str | None = None,
    parent: str | None = None,
) -> dict[str, str]:
    """What stays the same over the whole life of a leg, without CallStatus. `token`: inbound calls only."""
    own = {"CallSid": sid}
    if parent is not None:
        own["ParentCallSid"] = parent
    if token is not None and caller.startswith("+"):
        own["CallToken"] = f"%7B%22parentCallInfoToken%22%3A%22{token}%22%7D"
    places = [locate(number) if number.startswith("+") else None for number in (caller, called)]
    return _of_these_numbers(account, caller, called, direction, places[0], places[1], tuple(own)) | own


@lru_cache(maxsize=1024)
def _of_these_numbers(
    account: str,
    caller: str,
    called: str,
    direction: Direction,
    caller_at: Place | None,
    called_at: Place | None,
    own: tuple[str, ...],
) -> dict[str, str]:
    """What all calls between two numbers have in common, sorted by name, with room for what is each call's own."""
    params = {
        "AccountSid": account,
        "ApiVersion": API_VERSION,
        "Called": called,
        "Caller": caller,
        "Direction": direction,
        "From": caller,
        "To": called,
    }
    if caller_at is not None:
        params |= _geographic(("From", "Caller"), caller_at)
    if called_at is not None:
        params |= _geographic(("To", "Called"), called_at)
    return dict(sorted((params | dict.fromkeys(own, "")).items()))


def progress_parameters(*, status: str, now: float, sequence: int) -> dict[str, str]:
    """What every status callback adds; the order of arrival is not guaranteed, hence the sequence number."""
    return {
        "CallStatus": status,
        "Timestamp": format_datetime(datetime.fromtimestamp(int(now), UTC)),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
    }


def end_parameters(*, status: Status, seconds: float, now: float, sequence: int) -> dict[str, str]:
    """What a status callback adds when the call has ended; `CallDuration` in seconds, `Duration` in minutes begun."""
    whole = int(seconds + 0.5)
    return {
        **progress_parameters(status=status, now=now, sequence=sequence),
        "CallDuration": str(whole),
        "Duration": str(-(-whole // 60)),
    }


def _geographic(prefixes: tuple[str, str], place: Place) -> dict[str, str]:
    parts = {"City": place.city, "State": place.state, "Zip": place.zip, "Country": place.country}
    return {prefix + suffix: value for prefix in prefixes for suffix, value in parts.items()}
