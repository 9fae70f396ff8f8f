"""The parameters Twilio sends with every voice webhook. Source: Twilio docs, request to your voice application.

All sixteen geographic ones are always there for phone numbers, empty when unknown; an application that tests for
their presence is wrong on the real line too.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Literal

from simulator.exchange.numbers import Locate, Place
from simulator.numbers import Stir
from simulator.vocabulary import CallerId, Status

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
    parent: str | None = None,
) -> dict[str, str]:
    """What stays the same over the whole life of a leg, without CallStatus."""
    own = {"CallSid": sid}
    if parent is not None:
        own["ParentCallSid"] = parent
    places = [locate(number) if number.startswith("+") else None for number in (caller, called)]
    return _of_these_numbers(account, caller, called, direction, places[0], places[1], tuple(own)) | own


def call_token(caller: str, token: str) -> dict[str, str]:
    """What a call that comes in from a telephone number is told by: its holder may forward it with this CallToken."""
    return {"CallToken": f"%7B%22parentCallInfoToken%22%3A%22{token}%22%7D"} if caller.startswith("+") else {}


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


def end_parameters(
    *, status: Status, seconds: float, now: float, sequence: int, sip_code: int | None = None
) -> dict[str, str]:
    """What a status callback adds when the call has ended; `CallDuration` in seconds, `Duration` in minutes begun.

    `sip_code`: only legs that were rung have one.
    """
    whole = int(seconds + 0.5)
    params = {
        **progress_parameters(status=status, now=now, sequence=sequence),
        "CallDuration": str(whole),
        "Duration": str(-(-whole // 60)),
    }
    return params if sip_code is None else params | {"SipResponseCode": str(sip_code)}


def _geographic(prefixes: tuple[str, str], place: Place) -> dict[str, str]:
    parts = {"City": place.city, "State": place.state, "Zip": place.zip, "Country": place.country}
    return {prefix + suffix: value for prefix in prefixes for suffix, value in parts.items()}


_SIGNING = frozenset(("US", "PR", "VI", "GU", "AS", "MP"))
"""Countries, as `Place` has them, whose carriers sign calls."""
_VERSTAT: Mapping[Stir, str] = {
    "A": "TN-Validation-Passed-A",
    "B": "TN-Validation-Passed-B",
    "C": "TN-Validation-Passed-C",
    "failed": "TN-Validation-Failed-A",
}
"""There is no row for `none`: a call that was not signed has no StirVerstat."""


def stir_verstat(stir: Stir | None, caller: str, locate: Locate) -> dict[str, str]:
    """The StirVerstat of a call that comes in; `stir` None: what is usual for the calling number."""
    if stir is None and is_signed(locate, caller):
        stir = "A"
    return {} if stir is None or stir not in _VERSTAT else {"StirVerstat": _VERSTAT[stir]}


def is_signed(locate: Locate, *numbers: str) -> bool:
    """Whether a call that these numbers take part in is one that carriers sign."""
    return all(number.startswith("+") and locate(number).country in _SIGNING for number in numbers)


def identity_parameters(caller_id: CallerId) -> dict[str, str]:
    """The caller's name and the number that diverted the call, where the network knows them."""
    params = {} if caller_id.caller_name is None else {"CallerName": caller_id.caller_name}
    if caller_id.forwarded_from is not None:
        params |= {"CalledVia": caller_id.forwarded_from, "ForwardedFrom": caller_id.forwarded_from}
    return params
