"""A real Redis on a socket file of its own, started and always ended here; nobody else can reach it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed")


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[str]:
    """Its address, once it is ready. What it writes with `--appendonly yes` stays in the folder."""
    assert PROGRAM is not None
    socket = folder / "redis.sock"
    words = ["--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", "", *options]
    server = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert server.stdout is not None
        said = []
        for said_now in server.stdout:
            said.append(said_now)
            if "eady to accept connections" in said_now:
                break
        else:
            raise RuntimeError(f"redis-server did not start: {''.join(said)}")
        yield f"unix://{socket}"
    finally:
        server.kill()
        server.communicate()
