"""Runs the programs that speak and play, as processes of their own. Knows nothing of calls."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from simulator.phone.sound.speaker import Running


class Process:
    """One program that has been given all it will get."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._is_stopped = False

    async def wait(self) -> str | None:
        """Until it has ended; the last thing it complained of, if it failed by itself."""
        assert self._process.stderr is not None
        complaints = await self._process.stderr.read()
        code = await self._process.wait()
        if code == 0 or self._is_stopped:
            return None
        last = complaints.decode(errors="replace").strip().splitlines()[-1:]
        return last[0] if last else f"exit code {code}"

    def stop(self) -> None:
        """End it at once."""
        self._is_stopped = True
        with suppress(ProcessLookupError):
            if self._process.returncode is None:
                self._process.terminate()


async def run_program(argv: Sequence[str], given: bytes) -> Running:
    """Start it and hand it its standard input."""
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    with suppress(BrokenPipeError, ConnectionResetError):  # it failed before it read; its exit code will say so
        process.stdin.write(given)
        await process.stdin.drain()
        process.stdin.close()
    return Process(process)
