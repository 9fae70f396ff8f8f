"""Whether From is a number one can look up and call back; it does not say whose number it is."""

from __future__ import annotations

import re

_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)

# Carriers pass a withheld number on as a word typed on a keypad: ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN, BLOCKED.
# (Twilio support's list of odd caller IDs, from memory: confidence M.)
_WORDS = frozenset({"+266696687", "+7378742833", "+86282452253", "+8656696", "+2562533"})


def is_number(phone: str) -> bool:
    """True for E.164. False for withheld numbers, SIP addresses, Twilio clients and whatever else From may hold."""
    return _E164.fullmatch(phone) is not None and phone not in _WORDS
