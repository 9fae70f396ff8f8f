"""The recording of one `<Dial record=...>`: begins once, ends once, or is given up. Source: Twilio docs, TwiML Dial.

`record-from-answer` begins when the two are joined, after any whisper; a Dial that nobody answers leaves no recording,
also with `record-from-ringing` (neither is documented, confidence L).
"""

from typing import Literal

from simulator.verbs import recording
from simulator.verbs.script import Leg


class Deck:
    """Records the leg as far as `record` asks for it; both channels apart with `-dual`."""

    def __init__(self, leg: Leg, record: str, told: recording.Told, track: str) -> None:
        self._leg = leg
        self._record = "record-from-answer" if record == "true" else record
        self._told = told
        self._track = track
        self._tape: recording.Tape | None = None

    def start(self, moment: Literal["ringing", "answer"]) -> None:
        """That moment has come."""
        if self._tape is None and self._record.startswith(f"record-from-{moment}"):
            channels = 2 if self._record.endswith("-dual") else 1
            self._tape = recording.start(self._leg, "DialVerb", self._told, channels=channels, track=self._track)

    def stop(self) -> str:
        """The two have parted: returns the recording's URL, or nothing."""
        tape, self._tape = self._tape, None
        if tape is None:
            return ""
        return recording.finish(self._leg, tape, self._leg.now - tape.began).url

    def give_up(self) -> None:
        """Nobody was talked to."""
        tape, self._tape = self._tape, None
        if tape is not None:
            recording.give_up(self._leg, tape)
