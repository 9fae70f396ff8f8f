"""Whether the terminal this process was started in is still there. Changes nothing about it."""

import errno
import sys


def is_terminal_gone() -> bool:
    """The window was closed; a terminal that never was does not count, nor a system that cannot tell."""
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
