"""How long things take to start, each in a fresh interpreter; the phone in a terminal of its own."""

import asyncio
import fcntl
import os
import pty
import select
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Row, by_turns

_PHONE = (sys.executable, "-c", "from okta_twilio_ivr.phone import main; main()")
_DRAWN = b"Conversation"
DEMO_SCRIPT = Path(__file__).parents[1] / "docs/calls/sms.yaml"
_AT_HOME = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As people have it: bytecode is kept, and there from the second start on."""


async def rows() -> list[Row]:
    imports = [_importing(package) for package in ("ivr", "simulator", "fakes")]
    before = os.times()
    drawn = [first_frame(_PHONE) for _ in range(3)]
    after = os.times()
    worked = (after.children_user + after.children_system - before.children_user - before.children_system) / len(drawn)
    shown = f"{min(drawn):.2f} s; {worked:.2f} s of processor until it has ended"
    frame = Row("phone, from start to first frame", shown, "≤ 1.0 s", min(drawn) <= 1.0, min(drawn))
    return [*imports, frame, *await _commands(), *_servers()]


async def _commands() -> list[Row]:
    """The wall time of whole commands, by turns, beside that of an interpreter that does nothing."""
    with bench_server() as port, TemporaryDirectory() as folder:
        script = Path(folder) / "call.yaml"
        script.write_text('steps:\n  - press: "1"\n  - expect_end: completed\n', encoding="utf-8")
        url = f"http://127.0.0.1:{port}/voice"
        commands: dict[str, tuple[tuple[str, ...], float]] = {
            "phone --help": (("--help",), 0.15),
            "phone call --url, one call": (("call", str(script), "--url", url), 0.3),
            "phone call, one script of the demo": (("call", str(DEMO_SCRIPT)), 0.8),
            "phone explore of the demo": (("explore",), 3.5),
        }
        works = {name: partial(_ended, (*_PHONE, *words)) for name, (words, _) in commands.items()}
        works["nothing"] = partial(_ended, (sys.executable, "-c", "pass"))
        found = await by_turns(works, 5, time.perf_counter)
    floor = found.pop("nothing").median
    rows = []
    for name, rounds in found.items():
        budget, seconds = commands[name][1], rounds.median
        met, beside = seconds <= budget, f"{floor:.2f} s"
        rows.append(Row(name, f"{seconds:.2f} s", f"≤ {budget:g} s", met, seconds, beside, rounds.is_noisy))
    return rows


async def _ended(command: Sequence[str]) -> None:
    silent = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, env=_AT_HOME, stdout=silent, stderr=silent)
    await process.wait()


def _servers() -> list[Row]:
    """From the start of a server to its first answer."""
    line = "from okta_twilio_ivr.ivr import main; main()"
    fakes = "from fakes.cli import main; main()"
    ports = [free_port() for _ in range(4)]
    served = ("serve", "--okta-port", str(ports[1]), "--accounts-port", str(ports[2]), "--twilio-port", str(ports[3]))
    rows = []
    for name, words, port in (
        ("ivr serve, until it answers", ("-c", line, "serve", "--port", str(ports[0])), ports[0]),
        ("fakes serve, until it answers", ("-c", fakes, *served), ports[3]),
    ):
        seconds = min(_until_it_answers((sys.executable, *words), port) for _ in range(3))
        rows.append(Row(name, f"{seconds:.2f} s", "≤ 2 s", seconds <= 2, seconds))
    return rows


def _until_it_answers(command: Sequence[str], port: int) -> float:
    began = time.perf_counter()
    server = subprocess.Popen(command, env=_AT_HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None and time.perf_counter() < began + 30:
            with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", port, timeout=5)) as asked:
                asked.request("GET", "/healthz")
                asked.getresponse()
                return time.perf_counter() - began
            time.sleep(0.01)
        raise RuntimeError(f"nobody answers on port {port}")
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def bench_server() -> Iterator[int]:
    """The port of `bench.server`, as long as the block runs."""
    words = (sys.executable, "-m", "bench.server")
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.communicate()


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
