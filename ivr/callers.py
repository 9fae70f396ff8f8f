"""Numbers of callers: whether one can be looked up and called back, is believed, and what a log may show of it."""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.settings import CallerId

_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)

# Carriers pass a withheld number on as a word typed on a keypad: ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN, BLOCKED.
# (Twilio support's list of odd caller IDs, from memory: confidence M.)
_WORDS = frozenset({"+266696687", "+7378742833", "+86282452253", "+8656696", "+2562533"})


def is_number(phone: str) -> bool:
    """True for E.164. False for withheld numbers, SIP addresses, Twilio clients and whatever else From may hold."""
    return _E164.fullmatch(phone) is not None and phone not in _WORDS


def is_believed(verdict: str, rule: CallerId) -> bool:
    """Whether a number with this verdict (Twilio's `StirVerstat`, '' for none) may be looked up.

    Values by Twilio's page on SHAKEN/STIR: `TN-Validation-Passed-A` to `-C`, some with `-Diverted` or `-Passthrough`,
    `TN-Validation-Failed` with or without a letter, `No-TN-Validation`. Only calls that carried a passport have one, so
    most honest calls from outside the United States have none. That a suffix is less than a plain A is our guess.
    """
    match rule:
        case "any":
            return True
        case "not-failed":
            return not verdict.startswith("TN-Validation-Failed")
        case "passed":
            return verdict.startswith("TN-Validation-Passed-")
        case "passed-a":
            return verdict == "TN-Validation-Passed-A"


_PHONE = re.compile(r"\+\d{7,15}")
_DIGITS = re.compile(r"(?<![0-9A-Za-z])\d{4,}(?![0-9A-Za-z])")
_TOKEN = re.compile(r"\b(SSWS|Bearer|Basic)\s+\S+", re.IGNORECASE)


def last_four(phone: str) -> str:
    """A caller's number, shortened; what is not a number says only how it looks."""
    if re.fullmatch(_PHONE, phone):
        return f"…{phone[-4:]}"
    return "withheld" if phone else "none"


def shortened(text: str) -> str:
    """Free text with phone numbers by their last four digits; other numbers, such as error codes, stay."""
    return _PHONE.sub(lambda found: last_four(found[0]), text)


def masked(text: str) -> str:
    """Free text with numbers, codes and tokens struck out."""
    text = _TOKEN.sub(lambda found: f"{found[1]} …", text)
    text = _PHONE.sub(lambda found: last_four(found[0]), text)
    return _DIGITS.sub("…", text)


def fault(error: BaseException) -> str:
    """An exception for the log: type, masked message, and where it came from; never local values."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return f"{type(error).__name__}: {masked(str(error))} ({where})"
