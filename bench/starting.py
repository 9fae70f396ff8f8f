"""How long things take to start, each in a fresh interpreter; the phone in a terminal of its own."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bench.measure import Row

_PHONE = (sys.executable, "-c", "from demo.phone import main; main()")
_DRAWN = b"Conversation"
_AT_HOME = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As people have it: bytecode is kept, and there from the second start on."""


async def rows() -> list[Row]:
    imports = [_importing(package) for package in ("ivr", "simulator", "fakes")]
    before = os.times()
    drawn = [first_frame(_PHONE) for _ in range(3)]
    after = os.times()
    worked = (after.children_user + after.children_system - before.children_user - before.children_system) / len(drawn)
    shown = f"{min(drawn):.2f} s; {worked:.2f} s of processor until it has ended"
    return [*imports, Row("phone, from start to first frame", shown, "≤ 1.0 s", min(drawn) <= 1.0, min(drawn))]


def _importing(package: str) -> Row:
    empty, seconds = _run("pass"), _run(f"import {package}")
    spent = max(0.0, seconds - empty)
    return Row(f"import {package}", f"{spent:.2f} s", "≤ 0.5 s", spent <= 0.5, spent)


def _run(statement: str) -> float:
    times = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True, env=_AT_HOME)
        times.append(time.perf_counter() - began)
    return min(times)


def first_frame(command: Sequence[str], folder: Path | None = None, environ: Mapping[str, str] = _AT_HOME) -> float:
    """Seconds until the phone's words have been written to a terminal of 80 by 24. Raises TimeoutError after ten."""
    terminal, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**environ, "TERM": "xterm-256color"}
    began = time.perf_counter()
    phone = subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside, env=environment, cwd=folder)
    os.close(inside)
    try:
        shown = b""
        while _DRAWN not in shown:
            if not select.select([terminal], [], [], 10.0)[0]:
                raise TimeoutError("the phone drew nothing for ten seconds")
            shown += os.read(terminal, 65536)
        return time.perf_counter() - began
    finally:
        phone.terminate()
        _read_out(terminal)
        phone.wait()
        os.close(terminal)


def _read_out(terminal: int) -> None:
    """Whatever is still written there; a program cannot end while nobody reads what it says."""
    with suppress(OSError):  # Linux says so that the other side is closed
        while os.read(terminal, 65536):
            pass
