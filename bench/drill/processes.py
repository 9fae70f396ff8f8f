"""The real processes of the drill: Redis, the fakes, the line and its workers. Each is ended whatever happens.

Memory is what the kernel counts as resident, in bytes.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

REDIS = shutil.which("redis-server")
_ENDS = 20.0  # seconds


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Its address: a socket file in the folder. What it holds stays there, for one that is started again."""
    assert REDIS is not None
    words = ["--port", "0", "--unixsocket", f"{folder}/redis.sock", "--dir", str(folder), "--save", ""]
    command = [REDIS, *words, "--appendonly", "yes"]
    with process(command, {}, folder / "redis.log") as server:
        _line(server, "eady to accept connections")
        yield f"unix://{folder}/redis.sock"


@contextmanager
def fakes(seed: Path, folder: Path) -> Iterator[Mapping[str, str]]:
    """The fake Okta and accounts API; their settings for the line, as they print them."""
    ports = [word for each in ("okta", "accounts", "twilio") for word in (f"--{each}-port", "0")]
    command = [sys.executable, "-m", "fakes", "serve", *ports, "--seed", str(seed)]
    with process(command, {}, folder / "fakes.log") as server:
        yield dict(re.findall(r"export (\w+)=(\S+)", _line(server, "Ctrl-C stops")))


@contextmanager
def line(environ: Mapping[str, str], folder: Path, *, workers: int, operator_port: int) -> Iterator[tuple[str, int]]:
    """Its address, and the process id of the supervisor of its workers."""
    words = ["serve", "--backend", "live", "--port", "0", "--env-file", os.devnull]
    numbers = ["--workers", str(workers), "--operator-port", str(operator_port)]
    command = [sys.executable, "-c", "from okta_twilio_ivr.ivr import main; main()", *words, *numbers]
    at_once = {"IVR_EVEN_PACE": "0", **environ}  # the line's own pause before the proof is not what is measured
    with process(command, at_once, folder / "line.log") as server:
        yield re.findall(r"http://\S+", _line(server, "phone line on"))[0], server.pid


@contextmanager
def process(command: list[str], environ: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[str]]:
    """Its stdout can be read, stderr goes to the log; asked to end, and killed if it does not."""
    known = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "HOME", "LANG")}
    with (
        log.open("a") as stderr,
        subprocess.Popen(
            command, env={**known, "PYTHONUNBUFFERED": "1", **environ}, stdout=subprocess.PIPE, stderr=stderr, text=True
        ) as running,
    ):
        try:
            yield running
        finally:
            with suppress(ProcessLookupError):
                running.send_signal(signal.SIGTERM)
            try:
                running.communicate(timeout=_ENDS)
            except subprocess.TimeoutExpired:
                running.kill()


def _line(server: subprocess.Popen[str], words: str) -> str:
    """What it says up to the line with these words."""
    said: list[str] = []
    assert server.stdout is not None
    for each in server.stdout:
        said.append(each)
        if words in each:
            return "".join(said)
    raise RuntimeError(f"{server.args!r} ended: {''.join(said)}")


def free_port() -> int:
    """On 127.0.0.1, free at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass
class Workers:
    """The children of a supervisor; `memory` has (seconds since the start, bytes) for each that was ever seen."""

    supervisor: int
    began: float = field(default_factory=time.monotonic)
    memory: dict[int, list[tuple[float, int]]] = field(default_factory=dict)

    def alive(self) -> Sequence[psutil.Process]:
        """Those that answer webhooks; Python's own tracker of resources is not one."""
        return [each for each in psutil.Process(self.supervisor).children() if "spawn_main" in " ".join(_words(each))]

    def look(self) -> None:
        """Note how much memory each has now."""
        for each in self.alive():
            try:
                size = int(each.memory_info().rss)
            except psutil.Error:
                continue  # it has just died
            self.memory.setdefault(each.pid, []).append((time.monotonic() - self.began, size))

    def kill_one(self) -> int:
        """kill -9; returns whom."""
        victim = self.alive()[0]
        victim.kill()
        return int(victim.pid)

    def growth(self, after: float) -> dict[int, float | None]:
        """How much more each has at the end than once it was warm, as a share; None for too few looks to tell.

        Warm is what lies `after` seconds behind its first look. Medians of a fifth of the rest are compared.
        """
        return {
            pid: _growth([size for at, size in looks if at >= looks[0][0] + after])
            for pid, looks in self.memory.items()
        }

    @contextmanager
    def watched(self, every: float = 1.0) -> Iterator[None]:
        """Looks at them all the while."""
        is_over = threading.Event()

        def go_on() -> None:
            while not is_over.wait(every):
                self.look()

        thread = threading.Thread(target=go_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def _growth(sizes: Sequence[int]) -> float | None:
    fifth = len(sizes) // 5
    if fifth < 10:
        return None
    return median(sizes[-fifth:]) / median(sizes[:fifth]) - 1
