"""Phone numbers as people type and read them. Knows North American habits only; looks nothing up."""

import re


def as_dialled(typed: str) -> str:
    """The number a switch would understand: `2075551234` and `1 207 555 1234` are `+12075551234`.

    Anything else stays as it was typed, without spaces and punctuation, for the exchange to judge.
    """
    keys = re.sub(r"[^\d*#+]", "", typed)
    if re.fullmatch(r"[2-9]\d{9}", keys):
        return f"+1{keys}"
    if re.fullmatch(r"1[2-9]\d{9}", keys):
        return f"+{keys}"
    return keys


def for_reading(number: str) -> str:
    """`+12075551234` as `+1 207-555-1234`; others as they are."""
    found = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number)
    return f"+1 {found[1]}-{found[2]}-{found[3]}" if found else number
