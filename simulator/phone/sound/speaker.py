"""Turns what happens on the shown call into sound: one prompt after the other, key tones, ringing. Never waited for.

The call goes on at its own pace. When the voice is slower than the call, only the newest prompt waits for it; a key
that cuts a prompt off cuts the voice off too. Tones are computed here. Frequencies: ITU-T Q.23 for the keys; the North
American plan for ringing (440 and 480 Hz, two seconds in six).
"""

import asyncio
import math
import wave
from array import array
from collections.abc import Callable, Coroutine, Sequence
from functools import lru_cache
from io import BytesIO
from typing import Protocol

from simulator.durations import WORDS_PER_MINUTE
from simulator.operator.journal import Entry
from simulator.phone.sound.programs import Program
from simulator.vocabulary import (
    Answered,
    Connected,
    Declined,
    Ended,
    Heard,
    HungUp,
    Pressed,
    Prompt,
    Rang,
    Ring,
    Speaking,
)

RATE = 8000
"""Samples a second, as on the telephone network."""
RINGING = (440, 480)
RING_SECONDS, RING_PERIOD = 2.0, 6.0
KEY_SECONDS = 0.15
_LOUDNESS = 0.2
_LOW, _HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_PAD = ("123A", "456B", "789C", "*0#D")
KEYS: dict[str, tuple[int, int]] = {
    key: (_LOW[row], _HIGH[column]) for row, keys in enumerate(_PAD) for column, key in enumerate(keys)
}
"""The two frequencies of each key, in hertz."""


class Running(Protocol):
    """A program that speaks or plays."""

    async def wait(self) -> str | None:
        """Wait until it is over; return why it failed, if it did so by itself."""

    def stop(self) -> None:
        """End it at once; harmless when it is over."""


Run = Callable[[Sequence[str], bytes], Coroutine[None, None, Running]]
"""Starts a program and gives it its standard input."""


class Speaker:
    """Performs the sound. `voice` and `player` are what there is on this machine; what is missing stays silent.

    `failed` is told in one sentence why there will be no more voice, or no more tones.
    """

    def __init__(self, voice: Program | None, player: Program | None, run: Run, failed: Callable[[str], None]) -> None:
        self.rate = 1.0
        """How fast time runs; the voice keeps up as far as it can."""
        self._voice, self._player, self._run, self._failed = voice, player, run, failed
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: set[Running] = set()
        self._said: Running | None = None
        self._bell: Running | None = None
        self._waiting: Prompt | None = None
        self._is_speaking = self._is_ringing = False

    def take(self, entry: Entry) -> None:
        """Sound what happened on the shown call, or on the phone that it rings."""
        match entry.item:
            case Speaking(prompt=prompt):
                self._prompt(prompt)
            case Heard(is_cut=True) | HungUp():
                self.hush()
            case Pressed(key=key):
                self._tone(key)
            case Rang() | Ring():
                self._ring()
            case Connected() | Answered() | Declined() | Ended():
                self._stop_ringing()
            case _:
                return

    def hush(self) -> None:
        """Stop the voice and the ringing now."""
        self._waiting = None
        self._stop_ringing()
        if self._said is not None:
            self._said.stop()

    async def close(self) -> None:
        """Be silent for good, and end every program."""
        self._voice = self._player = None
        self.hush()
        for running in self._running:
            running.stop()
        await asyncio.gather(*self._tasks)

    # ------------------------------------------------------------ the voice

    def _prompt(self, prompt: Prompt) -> None:
        for key in prompt.digits or "":
            self._tone(key)
        if prompt.text:  # a sound file is not the phone's to fetch
            self._waiting = prompt
            if not self._is_speaking:
                self._is_speaking = True
                self._start(self._speak())

    async def _speak(self) -> None:
        while self._waiting is not None and self._voice is not None:
            prompt, self._waiting = self._waiting, None
            await self._say(self._voice, prompt.text or "", prompt.language)
        self._is_speaking = False

    async def _say(self, voice: Program, words: str, language: str | None) -> None:
        pace = round(WORDS_PER_MINUTE * max(self.rate, 1.0))
        reason: str | None = None
        for spoken in dict.fromkeys((language and language.partition("-")[0], None)):
            self._said = await self._start_program(voice.argv(words_per_minute=pace, language=spoken), words.encode())
            reason = await self._end_of(self._said)
            self._said = None
            if reason is None:
                return
            # once more in the voice's own language: it may not have learnt this one
        self._voice = None
        self._failed(f"{voice.name} cannot speak here ({reason}): the call goes on without a voice")

    # ------------------------------------------------------------ tones

    def _tone(self, key: str) -> None:
        if self._player is not None and key in KEYS:
            self._start(self._play(self._player, key_tone(key)))

    def _ring(self) -> None:
        if not self._is_ringing:
            self._is_ringing = True
            self._start(self._ring_on())

    def _stop_ringing(self) -> None:
        self._is_ringing = False
        if self._bell is not None:
            self._bell.stop()

    async def _ring_on(self) -> None:
        while self._is_ringing and self._player is not None:
            await self._play(self._player, ringing(), is_bell=True)

    async def _play(self, player: Program, sound: bytes, *, is_bell: bool = False) -> None:
        running = await self._start_program(player.argv(), sound)
        if is_bell:
            self._bell = running
        reason = await self._end_of(running)
        if reason is not None and self._player is not None:
            self._player = None
            self._failed(f"{player.name} cannot play here ({reason}): the call goes on without tones")

    # ------------------------------------------------------------ programs

    async def _start_program(self, argv: Sequence[str], given: bytes) -> Running:
        running = await self._run(argv, given)
        self._running.add(running)
        return running

    async def _end_of(self, running: Running) -> str | None:
        try:
            return await running.wait()
        finally:
            self._running.discard(running)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@lru_cache(maxsize=32)
def key_tone(key: str) -> bytes:
    """Return the DTMF tone of one key as a WAV file; raises KeyError for what is not a key."""
    return as_wav(samples(KEYS[key], KEY_SECONDS))


@lru_cache(maxsize=1)
def ringing() -> bytes:
    """Return one period of ringing as a WAV file: the tone, then silence."""
    silence = array("h", bytes(2 * int((RING_PERIOD - RING_SECONDS) * RATE)))
    return as_wav(samples(RINGING, RING_SECONDS) + silence)


def samples(frequencies: tuple[int, ...], seconds: float) -> "array[int]":
    """Compute signed 16-bit samples of these frequencies together; they fade in and out over 5 ms against clicks."""
    count, edge = int(seconds * RATE), RATE // 200
    peak = 32767 * _LOUDNESS / len(frequencies)
    return array(
        "h",
        (
            round(min(1.0, at / edge, (count - at) / edge) * peak * _sum_of_sines(frequencies, at / RATE))
            for at in range(count)
        ),
    )


def as_wav(sound: "array[int]") -> bytes:
    """Write mono WAV."""
    file = BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes(sound.tobytes())
    return file.getvalue()


def _sum_of_sines(frequencies: tuple[int, ...], moment: float) -> float:
    return sum(math.sin(2 * math.pi * frequency * moment) for frequency in frequencies)
