"""Seconds and phone numbers made readable, and numbers as they are typed. Knows no colours."""

import re

from simulator.numbers import e164

TROUBLE_SIGN = "↯"


def minutes(seconds: float) -> str:
    """Write seconds as `0:42`, `12:05`, `1:02:03`."""
    whole = max(0, int(seconds + 1e-6))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def ago(seconds: float) -> str:
    """Say how long ago, as a phone would."""
    if seconds < 5:
        return "now"
    if seconds < 60:
        return f"{int(seconds)} s ago"
    return f"{int(seconds // 60)} min ago" if seconds < 3600 else f"{int(seconds // 3600)} h ago"


def milliseconds(latency: float) -> str:
    """Write seconds as `0 ms`, `850 ms`, `3.2 s`."""
    return f"{latency * 1000:.0f} ms" if latency < 1 else f"{latency:.1f} s"


def as_dialled(typed: str) -> str:
    """Write the number as a switch would understand it: `2075551234` and `1 207 555 1234` as `+12075551234`.

    Anything else stays as it was typed, without spaces and punctuation, for the exchange to judge.
    """
    keys = re.sub(r"[^\d*#+]", "", typed)
    return e164(keys) or keys


def for_reading(number: str) -> str:
    """Write `+12075551234` as `+1 207-555-1234`; others as they are."""
    found = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number)
    return f"+1 {found[1]}-{found[2]}-{found[3]}" if found else number
