"""What may be written to a log about a caller: the last four digits of a number, never codes, keys or tokens."""

from __future__ import annotations

import re
import traceback

_PHONE = re.compile(r"\+\d{7,15}")
_DIGITS = re.compile(r"(?<![0-9A-Za-z])\d{4,}(?![0-9A-Za-z])")
_TOKEN = re.compile(r"\b(SSWS|Bearer|Basic)\s+\S+", re.IGNORECASE)


def last_four(phone: str) -> str:
    """A caller's number, shortened; what is no number says only how it looks."""
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
