"""Whether From is a number one can look up and call back, and whether to believe it; not whose number it is."""

from __future__ import annotations

import re
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
