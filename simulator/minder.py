"""Runs one command, and ends it with all it started as soon as nobody holds this program's standard input any more.

So the command ends however the tests end: done, broken off, or killed. A program of its own, of the standard library
alone; not for import.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Thread, Timer

SECONDS = 5.0
"""So long may the command take to end by itself."""
NOT_FOUND = 127


def main(command: list[str]) -> int:
    """Run the command; return its exit code."""
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be started: {error.strerror}\n")
        return NOT_FOUND
    signal.signal(signal.SIGTERM, lambda *_: _end(child))
    Thread(target=_end_when_alone, args=(child,), daemon=True).start()
    code = child.wait()
    _tell(child, signal.SIGKILL)  # whoever it has started and left behind
    return code if code >= 0 else 128 - code


def _end_when_alone(child: "subprocess.Popen[bytes]") -> None:
    while os.read(sys.stdin.fileno(), 4096):  # not sys.stdin itself, whose lock would be held at our own end
        pass
    _end(child)


def _end(child: "subprocess.Popen[bytes]") -> None:
    _tell(child, signal.SIGTERM)
    last = Timer(SECONDS, _tell, (child, signal.SIGKILL))
    last.daemon = True
    last.start()


def _tell(child: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # there is nobody left
        os.killpg(child.pid, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
