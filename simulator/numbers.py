"""Telephone numbers as people type them, read as the exchange has them, and how carriers vouch for one.

Knows North American habits only.
"""

import re
from typing import Literal

from simulator.errors import WrongUseError

Stir = Literal["A", "B", "C", "failed", "none"]
"""How a call's number is vouched for (SHAKEN/STIR): fully, partly, by a gateway; a forged signature; no signature."""

_PUNCTUATION = re.compile(r"[\s().-]")
_ADDRESS = re.compile(r"(client|sips?):\S+")
_WITHHELD = re.compile(r"[A-Za-z]+")
"""What a network gives where it passes no number on, such as anonymous or Restricted."""


def e164(typed: str) -> str | None:
    """Write `(207) 555-1234` and `1 207 555 1234` as `+12075551234`; None for what is not a number."""
    digits = _PUNCTUATION.sub("", typed)
    if re.fullmatch(r"[2-9]\d{9}", digits):
        return f"+1{digits}"
    if re.fullmatch(r"1[2-9]\d{9}", digits):
        return f"+{digits}"
    return digits if re.fullmatch(r"\+[1-9]\d{1,14}", digits) else None


def read_called(typed: str, what: str) -> str:
    """Read the number or address that is called; raises WrongUseError, which says `what` takes it."""
    return _read(typed, what, "")


def read_caller(typed: str, what: str) -> str:
    """Read what a caller shows: number, address or word; raises WrongUseError, which says `what` takes it."""
    word = typed.strip()
    return word if _WITHHELD.fullmatch(word) else _read(typed, what, ", a word such as anonymous")


def _read(typed: str, what: str, also: str) -> str:
    number = typed.strip() if _ADDRESS.fullmatch(typed.strip()) else e164(typed)
    if number is None:
        takes = f"a number such as +17735551234 or (773) 555-1234{also}, or an address that begins with client: or sip:"
        raise WrongUseError(f"{what} takes {takes}, got {typed!r}")
    return number
