"""What an application in this process raised, as text: a server would have logged it."""

import logging
import os
import sysconfig
from collections.abc import Callable
from pathlib import Path
from traceback import FrameSummary, TracebackException
from typing import Protocol

from simulator.foreign import whole

Report = Callable[[str], None]
_OF_OTHERS = (str(Path(__file__).parent), *{sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
_log = logging.getLogger("simulator.application")


class Background(Protocol):
    """What goes on in an application in this process when its answer has left."""

    report: Report
    """Takes what it raises."""

    async def rest(self) -> None:
        """Wait until nothing goes on any more; not for ever."""


def traceback_of(error: BaseException) -> str:
    """The traceback with the application's own frames; where it has none, with the one that raised.

    Files in the current directory are named from there.
    """
    told = TracebackException.from_exception(error)
    _shorten(told)
    return whole("".join(told.format()).rstrip())


def log(text: str) -> None:
    """Say it where nobody else takes it."""
    _log.error("the application raised an exception:\n%s", text)


def _shorten(told: TracebackException) -> None:
    told.stack[:] = [frame for frame in told.stack if _is_own(frame)] or told.stack[-1:]
    for frame in told.stack:
        frame.filename = frame.filename.removeprefix(f"{Path.cwd()}{os.sep}")
    for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if other is not None:
            _shorten(other)


def _is_own(frame: FrameSummary) -> bool:
    return not frame.filename.startswith(_OF_OTHERS)
