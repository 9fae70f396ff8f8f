"""How a command ends that is told to: at once as far as people can tell, whatever an application does meanwhile.

The first SIGINT, SIGTERM or SIGHUP asks the work to end; the second one, or two seconds, end the process.
"""

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    import asyncio

SECONDS = 2.0
LAST_WORDS = 0.5
"""The share of these in which calls are hung up and the application hears of it."""
VARIABLE = "PHONE_LEAVE_WITHIN"
"""Names other seconds, for machines that are very busy."""
SIGNALLED = 128
"""Exit codes above this say which signal has ended a program."""
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
T = TypeVar("T")


class Stopped(Exception):  # noqa: N818 - what was asked for, not an error
    """The work was ended by a signal; `code` is what a shell is told of it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.code = SIGNALLED + number


class Stop:
    """As a context manager it takes the signals; `ask` has the work end, `restore` puts back what a hard end leaves."""

    def __init__(
        self, ask: Callable[[], None], restore: Callable[[], None] = lambda: None, *, within: float = SECONDS
    ) -> None:
        self.number: int | None = None
        """The first signal that came."""
        self._ask = ask
        self._restore = restore
        self._within = within
        self._before: dict[int, Any] = {}  # what signal.signal returns

    def __enter__(self) -> Self:
        for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
            if signal.getsignal(number) is signal.SIG_IGN:  # by nohup, or a shell for its background jobs
                continue
            with suppress(ValueError):  # signals belong to the main thread
                self._before[number] = signal.signal(number, self._heed)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        if self.number is not None:
            gc.freeze()  # a process that ends looks for garbage, which takes long among the entries of long calls
            if hasattr(signal, "setitimer"):
                signal.setitimer(signal.ITIMER_REAL, 0)

    def begin(self, number: int = signal.SIGINT) -> None:
        """End as that signal would: the work ends by itself within the time, or at once when this is said again."""
        if self.number is not None:
            self._leave()
        self.number = number
        if hasattr(signal, "setitimer"):  # not on every system
            signal.signal(signal.SIGALRM, lambda *_: self._leave())
            signal.setitimer(signal.ITIMER_REAL, self._within)

    def _heed(self, number: int, frame: FrameType | None) -> None:
        del frame
        self.begin(number)
        self._ask()

    def _leave(self) -> None:
        assert self.number is not None
        self._restore()
        leave(SIGNALLED + self.number)


def seconds_to_leave(environ: Mapping[str, str]) -> float:
    """Read how long a command may take to end; what is not a number of seconds does not count."""
    given = environ.get(VARIABLE, "")
    return float(given) if given.replace(".", "", 1).isdecimal() else SECONDS


def run(work: Coroutine[Any, Any, T], restore: Callable[[], None] = lambda: None, *, within: float = SECONDS) -> T:
    """Run as `asyncio.run` does, but a signal cancels the work; raises Stopped when that has ended it."""
    import asyncio  # heavy, and not needed for --help

    ask = _Ask()
    with Stop(ask, restore, within=within) as stop:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                return runner.run(_asked(work, ask))
        except asyncio.CancelledError:
            if stop.number is None:
                raise
            raise Stopped(stop.number) from None


def _loop_factory() -> "Callable[[], asyncio.AbstractEventLoop] | None":
    """uvloop's, where it is installed (extra `fast`)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


class _Ask:
    """Cancels a task from a signal's handler; also one that begins only afterwards."""

    def __init__(self) -> None:
        self.is_asked = False
        self.cancel: Callable[[], object] = lambda: None

    def __call__(self) -> None:
        self.is_asked = True
        self.cancel()


async def _asked(work: Coroutine[Any, Any, T], ask: _Ask) -> T:
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    ask.cancel = lambda: loop.call_soon_threadsafe(task.cancel)
    if ask.is_asked:
        ask.cancel()
    try:
        return await work
    finally:
        if ask.is_asked:  # a thread that hangs, looking up a name for example, is not waited for
            loop.set_default_executor(ThreadPoolExecutor(1))


def leave(code: int) -> None:
    """End the process now: threads that hang hold up the usual end."""
    with suppress(OSError, ValueError, RuntimeError):  # nobody reads, or it is being written to just now
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def is_held_up() -> bool:
    """Tell whether a thread would hold up the usual end of the process."""
    return any(not each.daemon and each is not threading.main_thread() for each in threading.enumerate())
