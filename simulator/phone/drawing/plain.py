"""Foreign text made fit for a terminal, and seconds made readable. Knows no colours."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def printable(text: str) -> str:
    """The text without anything that would steer a terminal: control characters become visible signs.

    Whatever an application answers is shown through this, escape sequences and changes of direction included.
    """
    return _CONTROL.sub(lambda found: _visible(found[0]), text.replace("\r\n", "\n").expandtabs(4))


def minutes(seconds: float) -> str:
    """`0:42`, `12:05`, `1:02:03`."""
    whole = max(0, int(seconds + 1e-6))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def ago(seconds: float) -> str:
    """How long ago, as a phone would say it."""
    if seconds < 5:
        return "now"
    if seconds < 60:
        return f"{int(seconds)} s ago"
    return f"{int(seconds // 60)} min ago" if seconds < 3600 else f"{int(seconds // 3600)} h ago"


def milliseconds(latency: float) -> str:
    """`0 ms`, `850 ms`, `3.2 s`."""
    return f"{latency * 1000:.0f} ms" if latency < 1 else f"{latency:.1f} s"


def _visible(character: str) -> str:
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "�"
