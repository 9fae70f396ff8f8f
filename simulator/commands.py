"""Applications that a command starts: each once a run, on a free port of loopback, waited for, and always ended.

The program itself is minded by another (`minder`), so that it never outlives the tests.
"""

import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from simulator import minder
from simulator.errors import WrongUseError
from simulator.printable import one_line

PORT = "{port}"
_HOST = "127.0.0.1"
_PAUSE = 0.02
_LAST_WORDS = 1.0
_MOMENT = 0.1
"""Seconds in which whoever connects to a program that is just ending is cut off."""
_END = 10.0
"""Seconds that a program which answered no more may take to end, before a test that needs it begins."""
_SHOWN = 40
"""Lines of output, at most."""


def is_command(text: str) -> bool:
    """Other names of applications, `module:name` and URLs, have neither white space nor a place for a port."""
    return PORT in text or len(text.split()) > 1


class Started:
    """A command that runs, once `wait` has returned. `url` is where it answers, without a path."""

    def __init__(self, command: str, *, environ: Mapping[str, str]) -> None:
        port = _free_port()
        words = _words(command, port)
        self.command = command
        self.url = f"http://{_HOST}:{port}"
        self._port = port
        self._has_gone_down = False
        self._output: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed with the command
        beside = str(Path(sys.executable).parent)  # `flask`, `python`: those of the environment that runs the tests
        path = os.pathsep.join(part for part in (beside, environ.get("PATH", "")) if part)
        self._process = subprocess.Popen(
            [sys.executable, "-P", minder.__file__, *words],  # -P: our folder hides modules of the standard library
            stdin=subprocess.PIPE,
            stdout=self._output,
            stderr=self._output,
            env={**environ, "PATH": path, "PORT": str(port)},
            start_new_session=True,  # Ctrl-C reaches pytest alone, which then ends the command
        )

    def wait(self, patience: float) -> None:
        """Wait until something accepts connections; raises WrongUseError when nothing does for `patience` seconds."""
        last = time.monotonic() + patience
        while not self._answers():
            self.check()
            if time.monotonic() > last:
                reason = f"did not answer on port {self._port} within {patience:g} s; does it take {PORT}, or $PORT?"
                raise WrongUseError(self._told(reason))
            time.sleep(_PAUSE)
        self.check()  # what answers may be somebody else's program

    def check(self) -> None:
        """Raises WrongUseError when the command has ended, with its output."""
        if self._has_gone_down:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_END)
        code = self._process.poll()
        if code is not None:
            raise WrongUseError(self._told(f"has ended with exit code {code}"))

    def is_going_down(self) -> bool:
        """Tell whether it answers no more; when this returns, its last words are in the output."""
        if self._answers() and not self._cuts_off():
            return False
        self._has_gone_down = True
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_WORDS)
        return True

    def output(self) -> str:
        """Return the last lines that it has written, to stdout or stderr, printable."""
        written = os.pread(self._output.fileno(), os.fstat(self._output.fileno()).st_size, 0)
        return "\n".join(map(one_line, written.decode(errors="replace").splitlines()[-_SHOWN:]))

    def close(self) -> None:
        """End it and all it has started, if need be by force."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process.wait()
        self._output.close()

    def _answers(self) -> bool:
        try:
            socket.create_connection((_HOST, self._port), timeout=1.0).close()
        except OSError:
            return False
        return True

    def _cuts_off(self) -> bool:
        """Tell whether its port is still open, but nobody is behind it any more."""
        try:
            with socket.create_connection((_HOST, self._port), timeout=1.0) as connection:
                connection.settimeout(_MOMENT)
                return connection.recv(1) == b""
        except TimeoutError:  # it waits for what we say
            return False
        except OSError:
            return True

    def _told(self, reason: str) -> str:
        output = self.output() or "(none)"
        return f"the command {self.command!r} {reason}\nits output:\n{output}"


class Commands:
    """All that have been started in this run. `patience`: seconds that one may take until it answers."""

    def __init__(self, *, patience: float) -> None:
        self._patience = patience
        self._started: dict[str, Started] = {}

    def start(self, command: str, *, environ: Mapping[str, str]) -> Started:
        """Start the command, which runs already if it was asked for before. Raises WrongUseError."""
        started = self._started.get(command)
        if started is None:
            started = Started(command, environ=environ)
            self._started[command] = started
            started.wait(self._patience)
        started.check()
        return started

    def close(self) -> None:
        """End them all."""
        for started in self._started.values():
            started.close()
        self._started.clear()


def _words(command: str, port: int) -> list[str]:
    try:
        return shlex.split(command.replace(PORT, str(port)))
    except ValueError as error:
        raise WrongUseError(f"the command {command!r} cannot be read as a shell would: {error}") from None


def _free_port() -> int:
    """Find a port that nobody has; the system hands the same out again only after many others."""
    with socket.socket() as found:
        found.bind((_HOST, 0))
        port: int = found.getsockname()[1]
    return port
