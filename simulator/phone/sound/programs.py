"""Which programs of this machine can speak and play, and how each is told to. Runs nothing.

What is said goes to the program's standard input: a command line could be read by everybody on the machine.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

Which = Callable[[str], str | None]
"""Where a program is, as `shutil.which` says."""
SLOWEST, FASTEST = 80, 450
"""Words a minute that espeak-ng takes; the others take at least as much."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program: what it is called, and the command that reads from standard input."""

    name: str
    command: tuple[str, ...]
    pace: str | None = None
    """The option that takes words a minute."""
    language: str | None = None
    """The option that takes a language such as en-US."""

    def argv(self, *, words_per_minute: int | None = None, language: str | None = None) -> tuple[str, ...]:
        """Make the command line."""
        options: tuple[str, ...] = ()
        if self.pace is not None and words_per_minute is not None:
            options += (self.pace, str(max(SLOWEST, min(FASTEST, words_per_minute))))
        if self.language is not None and language is not None:
            options += (self.language, language.lower())
        return self.command + options


VOICES = (
    Program("espeak-ng", ("espeak-ng", "--stdin"), pace="-s", language="-v"),
    Program("say", ("say", "-f", "-"), pace="-r"),
)
PLAYERS = (
    Program("pw-play", ("pw-play", "-")),
    Program("paplay", ("paplay", "--file-format=wav")),
    Program("aplay", ("aplay", "-q")),
    Program("play", ("play", "-q", "-t", "wav", "-")),
)
_PYTTSX3 = Program("pyttsx3", (sys.executable, "-m", "simulator.phone.sound.pyttsx3_voice"), pace="--pace")


def find_voice(which: Which, *, has_pyttsx3: bool) -> Program | None:
    """Find what reads words aloud here, if anything does."""
    for voice in VOICES:
        if which(voice.command[0]):
            return voice
    return _PYTTSX3 if has_pyttsx3 else None


def find_player(which: Which) -> Program | None:
    """Find what plays a WAV file here, if anything does."""
    return next((player for player in PLAYERS if which(player.command[0])), None)
