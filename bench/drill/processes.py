"""The real processes of the drill: Redis, the fakes, the line with its workers. Each is ended whatever happens."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

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
    command = [sys.executable, "-c", "from demo.line import main; main()", *words, *numbers]
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
