"""The switch: sound is off until somebody turns it on; only then is it looked up what this machine can do."""

from collections.abc import Callable
from importlib.util import find_spec
from shutil import which

from simulator.operator.journal import Entry
from simulator.phone.sound.programs import Which, find_player, find_voice
from simulator.phone.sound.running import run_program
from simulator.phone.sound.speaker import Run, Speaker
from simulator.vocabulary import Answered, Declined, Ended, Ring

_NOTHING = "there is no voice here: install espeak-ng, or pip install 'okta-twilio-ivr[voice]'"


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
        """From now on; says what it will be done with, or what is missing."""
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
        """How fast time runs."""
        if self._speaker is not None:
            self._speaker.rate = rate

    def take(self, entry: Entry, *, shown: str | None, second: str | None) -> None:
        """Of everything that happens: the shown call, and the ringing of the phone that it dials."""
        if self._speaker is None:
            return
        if entry.sid == shown or (entry.sid == second and isinstance(entry.item, Ring | Answered | Declined | Ended)):
            self._speaker.take(entry)
