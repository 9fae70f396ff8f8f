"""Ctrl-C in the first moments of each command: exit code 130, and no traceback."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from ivr.external import in_daemon_thread

ROOT = Path(__file__).parents[1]
PATIENCE = 60  # seconds for what takes one on an idle machine

# Presses Ctrl-C when this module is about to be imported: no test needs to hit a moment.
AT_IMPORT = """
import os, signal, sys
class Press:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["INTERRUPT_AT"]:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Press())
"""
FAKES = "serve --okta-port 0 --accounts-port 0 --twilio-port 0"
# First what the entry points load, then what their commands load later.
MOMENTS = [
    *(("phone", "--version", module) for module in ("okta_twilio_ivr.phone", "click", "simulator.cli.phone")),
    *(("ivr", "serve --port 0", module) for module in ("okta_twilio_ivr.ivr", "click", "pydantic", "hypercorn.config")),
    *(("fakes", FAKES, module) for module in ("click", "fakes.doors")),
]


def command(script: str, words: str) -> list[str]:
    """As the script that is installed does it."""
    return [
        sys.executable,
        "-c",
        f"import sys; from okta_twilio_ivr.commands import {script}; sys.exit({script}())",
        *words.split(),
    ]


def environ(folder: Path, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", **more}


@pytest.mark.parametrize(("script", "words", "module"), MOMENTS)
def test_ctrl_c_while_a_command_loads_ends_it_with_130_and_no_traceback(
    script: str, words: str, module: str, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(AT_IMPORT)

    done = subprocess.run(
        command(script, words),
        cwd=tmp_path,
        env=environ(tmp_path, INTERRUPT_AT=module),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert (done.returncode, done.stderr) == (130, "")


async def test_ctrl_c_ends_a_start_up_that_waits_for_twilio(tmp_path: Path) -> None:
    """The thread that asks for the number does not hold it up."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = {
            "IVR_BACKEND": "live",
            "OKTA_ORG_URL": address,
            "OKTA_API_TOKEN": "x",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "y",
            "TWILIO_API_URL": address,
        }
        process = await asyncio.create_subprocess_exec(
            *command("ivr", "serve --port 0"),
            cwd=tmp_path,
            env=environ(tmp_path, **settings),
            stderr=asyncio.subprocess.PIPE,
        )
        silent.setblocking(False)
        loop = asyncio.get_running_loop()
        asked = [await asyncio.wait_for(loop.sock_accept(silent), PATIENCE) for _ in range(2)]
        process.send_signal(2)
        async with asyncio.timeout(PATIENCE):
            _, errors = await process.communicate()
        for connection, _ in asked:
            connection.close()

    assert (process.returncode, errors) == (130, b"")


def test_the_end_of_a_program_does_not_wait_for_blocking_work() -> None:
    """With `asyncio.to_thread` this would never end."""
    begun, done = threading.Event(), threading.Event()

    def work() -> bool:
        begun.set()
        return done.wait()

    async def interrupted() -> None:
        waiting = asyncio.create_task(in_daemon_thread(work))
        await asyncio.to_thread(begun.wait)
        waiting.cancel()

    asyncio.run(interrupted())

    assert not done.is_set()
    done.set()


async def test_blocking_work_returns_and_raises_as_if_it_were_awaited() -> None:
    def fails() -> None:
        raise ZeroDivisionError

    assert await in_daemon_thread(lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        await in_daemon_thread(fails)
