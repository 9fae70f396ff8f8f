"""The terminal this process was started in: whether it can show a screen, whether it is still there, how to restore it.

Imports nothing heavy: it is asked before a screen is loaded.
"""

import errno
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress

_USUAL = (
    "\x1b[<u" + "".join(f"\x1b[?{mode}l" for mode in (1000, 1003, 1004, 1006, 1015, 2004, 2048, 1049)) + "\x1b[?25h"
)
"""No mouse, no reports, no pasting in brackets, the usual screen, a cursor."""


def missing_terminal(environ: Mapping[str, str]) -> str | None:
    """Say in one sentence why a full-screen program cannot be shown here; None when it can.

    With a driver of its own (`phone --web`) Textual uses no terminal.
    """
    if environ.get("TEXTUAL_DRIVER"):
        return None
    streams = {"input": sys.__stdin__, "output": sys.__stdout__, "error output": sys.__stderr__}
    for name, stream in streams.items():
        if stream is None or stream.closed or not stream.isatty():
            return f"standard {name} is not a terminal: start it in one, without pipes and redirections"
    if environ.get("TERM", "") in ("", "dumb", "unknown"):
        return "TERM says that this terminal cannot be drawn on: set it to its kind, for instance xterm-256color"
    return None


def restoring_terminal() -> Callable[[], None]:
    """Return what puts the terminal back as it is now, for an end without Textual's own."""
    try:
        import termios

        descriptor = sys.__stdin__.fileno() if sys.__stdin__ is not None else -1
        before = termios.tcgetattr(descriptor)
    except (ImportError, OSError, ValueError, termios.error):  # no POSIX system, or no terminal
        return lambda: None

    def restore() -> None:
        with suppress(OSError, termios.error):
            termios.tcsetattr(descriptor, termios.TCSANOW, before)
            os.write(sys.__stdout__.fileno() if sys.__stdout__ is not None else 1, _USUAL.encode())

    return restore


def is_terminal_gone() -> bool:
    """Tell whether the window was closed; a terminal that never was does not count, nor a system that cannot tell."""
    try:
        import termios
    except ImportError:  # not a POSIX system
        return False
    if sys.__stdin__ is None or not sys.__stdin__.readable():
        return False
    try:
        termios.tcgetattr(sys.__stdin__.fileno())
    except termios.error as error:
        return error.args[0] in _GONE
    return False


_GONE = (errno.EIO, errno.ENXIO)
"""A pipe or file says ENOTTY."""
