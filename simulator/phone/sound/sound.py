"""The switch: sound is off until somebody turns it on; only then is it looked up what this machine can do."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from shutil import which

from simulator.operator.journal import Entry
from simulator.phone.sound.programs import Which, find_player, find_voice
from simulator.phone.sound.speaker import Run, Running, Speaker
from simulator.vocabulary import Answered, Declined, Ended, Ring

_NOTHING = "there is no voice here: install espeak-ng, or pip install 'okta-twilio-ivr[voice]'"


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


class Process:
    """One program that has been given all it will get."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._is_stopped = False

    async def wait(self) -> str | None:
        """Wait until it has ended; return the last thing it complained of, if it failed by itself."""
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


class Sound:
    """On or off. `say` shows a sentence to the person; `find` and `run` are how programs are found and run."""

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        find: Which = which,
        has_pyttsx3: bool | None = None,
        run: Run = run_program,
    ) -> None:
        self._say, self._find, self._run = say, find, run
        self._has_pyttsx3 = find_spec("pyttsx3") is not None if has_pyttsx3 is None else has_pyttsx3
        self._speaker: Speaker | None = None

    @property
    def is_on(self) -> bool:
        return self._speaker is not None

    def turn_on(self) -> None:
        """Make sound from now on; say what it will be done with, or what is missing."""
        voice = find_voice(self._find, has_pyttsx3=self._has_pyttsx3)
        player = find_player(self._find)
        if voice is None and player is None:
            self._say(_NOTHING)
            return
        self._speaker = Speaker(voice, player, self._run, self._say)
        tones = f"tones by {player.name}" if player else "no tones (no program plays them here)"
        self._say(f"{f'voice by {voice.name}' if voice else _NOTHING}; {tones}")

    async def turn_off(self) -> None:
        """Silent at once."""
        speaker, self._speaker = self._speaker, None
        if speaker is not None:
            await speaker.close()

    def set_rate(self, rate: float) -> None:
        """Say how fast time runs."""
        if self._speaker is not None:
            self._speaker.rate = rate

    def take(self, entry: Entry, *, shown: str | None, second: str | None) -> None:
        """Sound the shown call, and the ringing of the phone that it dials."""
        if self._speaker is None:
            return
        if entry.sid == shown or (entry.sid == second and isinstance(entry.item, Ring | Answered | Declined | Ended)):
            self._speaker.take(entry)
