"""Sound: what is said is read aloud, keys and ringing are heard, nothing of it ever holds a call up."""

import asyncio
import shutil
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest

from simulator.phone.sound.programs import VOICES, find_player, find_voice
from simulator.phone.sound.sound import Sound, run_program
from simulator.phone.sound.speaker import KEYS, RATE, key_tone, ringing
from tests.phone.visitor import visiting


@dataclass(eq=False)
class Program:
    """A program that somebody started; it goes on until it is ended."""

    argv: Sequence[str]
    given: bytes
    over: asyncio.Event = field(default_factory=asyncio.Event)
    reason: str | None = None
    is_stopped: bool = False

    async def wait(self) -> str | None:
        await self.over.wait()
        return None if self.is_stopped else self.reason

    def stop(self) -> None:
        if not self.over.is_set():
            self.is_stopped = True
            self.over.set()

    def end(self, reason: str | None = None) -> None:
        self.reason = reason
        self.over.set()


@dataclass
class Machine:
    """A computer on which these programs are installed."""

    installed: tuple[str, ...] = ("espeak-ng", "aplay")
    programs: list[Program] = field(default_factory=list)

    def make_sound(self, say: Callable[[str], None]) -> Sound:
        return Sound(say, find=lambda name: name if name in self.installed else None, run=self.run)

    async def run(self, argv: Sequence[str], given: bytes) -> Program:
        self.programs.append(Program(tuple(argv), given))
        return self.programs[-1]

    @property
    def said(self) -> list[str]:
        return [each.given.decode() for each in self.programs if each.argv[0] == "espeak-ng"]

    @property
    def tones(self) -> list[bytes]:
        return [each.given for each in self.programs if each.argv[0] == "aplay"]

    @property
    def voice(self) -> Program:
        return [each for each in self.programs if each.argv[0] == "espeak-ng"][-1]


async def test_nothing_is_heard_unless_it_is_turned_on() -> None:
    machine = Machine()
    async with visiting(sound=machine.make_sound) as visitor:
        await visitor.press("c", "1")
        await visitor.wait(3)
        assert machine.programs == []


async def test_what_is_said_is_read_aloud_and_keys_are_heard() -> None:
    machine = Machine()
    async with visiting(sound=machine.make_sound) as visitor:
        await visitor.press("u", "c")
        assert machine.said == ["Welcome to the bank. For your balance, press 1."]
        assert machine.voice.argv == ("espeak-ng", "--stdin", "-s", "160", "-v", "en")
        await visitor.press("1")
        assert key_tone("1") in machine.tones
        assert machine.said[1:] == ["Enter the code that I have sent you, then pound."]


async def test_a_key_that_cuts_the_prompt_off_cuts_the_voice_off() -> None:
    machine = Machine()
    async with visiting(sound=machine.make_sound) as visitor:
        await visitor.press("u", "c")
        welcome = machine.voice
        await visitor.press("1")
        assert welcome.is_stopped


async def test_hanging_up_is_silent_at_once() -> None:
    machine = Machine()
    async with visiting(sound=machine.make_sound) as visitor:
        await visitor.press("u", "c", "h")
        assert machine.voice.is_stopped


async def test_a_slow_voice_holds_nothing_up_and_skips_what_is_old() -> None:
    machine = Machine()
    async with visiting(sound=machine.make_sound) as visitor:
        await visitor.press("u", "c")
        await visitor.wait(30)
        assert visitor.sees("the line hung up")
        assert len(machine.said) == 1
        machine.voice.end()
        await visitor.settle()
        assert machine.said[1:] == ["Goodbye."]


async def test_the_voice_hurries_when_time_runs_faster() -> None:
    machine = Machine()
    async with visiting(sound=machine.make_sound) as visitor:
        await visitor.press("u", "f", "c")
        assert machine.voice.argv[2:4] == ("-s", "450")  # 640 is more than espeak-ng can


async def test_the_phone_that_is_dialled_rings_until_it_is_answered() -> None:
    machine = Machine()
    async with visiting(sound=machine.make_sound) as visitor:
        await visitor.press("u", "c", "0")
        bell = machine.programs[-1]
        assert bell.given == ringing()
        bell.end()
        await visitor.settle()
        bell = machine.programs[-1]
        assert bell.given == ringing()
        assert not bell.is_stopped
        await visitor.press("y")
        assert bell.is_stopped


async def test_without_a_device_it_is_said_once_and_the_call_goes_on() -> None:
    machine = Machine()
    async with visiting(sound=machine.make_sound, size=(120, 40)) as visitor:
        await visitor.press("u", "c")
        for _ in range(2):  # the second time without a language
            machine.voice.end("audio open error: No such file or directory")
            await visitor.settle()
        assert visitor.sees("espeak-ng cannot speak here (audio open error")
        await visitor.press("1")
        await visitor.wait(1)
        assert visitor.sees("Enter the")
        assert len(machine.said) == 2


async def test_a_language_the_voice_has_not_learnt_is_read_in_its_own() -> None:
    from simulator.operator.journal import Entry
    from simulator.phone.sound.speaker import Speaker
    from simulator.vocabulary import Prompt, Speaking

    machine, complaints = Machine(), list[str]()
    speaker = Speaker(VOICES[0], None, machine.run, complaints.append)
    speaker.take(Entry(0.0, "CA1", Speaking("CA1", Prompt("Say", 1.0, text="Merhba", language="mt-MT"))))
    await asyncio.sleep(0)
    assert machine.voice.argv[-2:] == ("-v", "mt")
    machine.voice.end("The specified espeak-ng voice does not exist.")
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(machine.said) == 2
    assert "-v" not in machine.voice.argv
    await speaker.close()
    assert complaints == []


async def test_a_machine_that_can_do_nothing_says_what_to_install() -> None:
    complaints: list[str] = []
    sound = Sound(complaints.append, find=lambda name: None, has_pyttsx3=False)
    sound.turn_on()
    assert complaints == ["there is no voice here: install espeak-ng, or pip install 'okta-twilio-ivr[voice]'"]
    assert not sound.is_on


async def test_turning_it_off_ends_what_is_said() -> None:
    machine = Machine()
    async with visiting(sound=machine.make_sound) as visitor:
        await visitor.press("u", "c", "u")
        assert machine.voice.is_stopped
        await visitor.press("1")
        assert len(machine.said) == 1


# ---------------------------------------------------------------- programs


@pytest.mark.parametrize(
    ("installed", "voice"), [(("say",), "say"), (("say", "espeak-ng"), "espeak-ng"), ((), "pyttsx3")]
)
def test_the_voice_of_the_system_comes_first(installed: tuple[str, ...], voice: str) -> None:
    found = find_voice(lambda name: name if name in installed else None, has_pyttsx3=True)
    assert found is not None
    assert found.name == voice


def test_words_are_never_on_a_command_line() -> None:
    for voice in VOICES:
        assert not any("words" in word for word in voice.argv(words_per_minute=160))
    player = find_player(lambda name: name if name == "aplay" else None)
    assert player is not None
    assert player.argv() == ("aplay", "-q")


async def test_a_program_that_fails_says_why() -> None:
    running = await run_program(("sh", "-c", "echo first >&2; echo no device >&2; exit 3"), b"words")
    assert await running.wait() == "no device"


async def test_a_program_that_is_stopped_has_not_failed() -> None:
    running = await run_program(("sleep", "60"), b"")
    running.stop()
    assert await running.wait() is None
    running.stop()


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs espeak-ng")
async def test_the_real_voice_reads_what_it_is_given(tmp_path: Path) -> None:
    file = tmp_path / "said.wav"
    argv = (*VOICES[0].argv(words_per_minute=160, language="en"), "-w", str(file))
    running = await run_program(argv, b"Welcome to the bank.")
    assert await running.wait() is None
    with wave.open(str(file)) as said:
        assert 0.8 < said.getnframes() / said.getframerate() < 3


# ---------------------------------------------------------------- tones


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_key_tone_is_made_of_its_two_frequencies(key: str) -> None:
    loud = {
        frequency for frequency in (697, 770, 852, 941, 1209, 1336, 1477, 1633) if power(key_tone(key), frequency) > 1
    }
    assert loud == set(KEYS[key])


def test_ringing_is_two_seconds_in_six() -> None:
    with wave.open(BytesIO(ringing())) as sound:
        assert sound.getnframes() / RATE == 6
        frames = sound.readframes(6 * RATE)
    assert frames[2 * 2 * RATE :] == bytes(4 * 2 * RATE)
    assert power(ringing(), 440) > 1
    assert power(ringing(), 480) > 1


def power(sound: bytes, frequency: int) -> float:
    """How much of a frequency is in a sound, by Goertzel's filter; far above 1 when it was put there."""
    import math
    from array import array

    with wave.open(BytesIO(sound)) as wav:
        values = array("h", wav.readframes(wav.getnframes()))
    factor = 2 * math.cos(2 * math.pi * frequency / RATE)
    before = last = 0.0
    for value in values:
        before, last = last, value + factor * last - before
    return (last * last + before * before - factor * last * before) / len(values) ** 2 / 3000
