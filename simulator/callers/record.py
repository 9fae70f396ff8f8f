"""What became of one call, gathered from the journal: what was heard, requested, warned about, and how it ended."""

from simulator.operator.journal import Entry, Journal
from simulator.vocabulary import (
    Ask,
    Ended,
    Heard,
    Listening,
    Replied,
    Speaking,
    StoppedListening,
    Told,
    Trip,
    Unreachable,
    Warned,
)


class CallRecord:
    """Follows one call; everything is in the order it happened."""

    def __init__(self, journal: Journal, sid: str) -> None:
        self.sid = sid
        self.heard: list[Entry] = []
        """Entries of Heard: prompts that are over, with the part that reached the ear."""
        self.trips: list[tuple[float, Trip]] = []
        """HTTP requests that reached the application (or tried to), with the time of their answer."""
        self.answers: list[tuple[Ask, Replied | Unreachable | None]] = []
        self.warnings: list[Warned] = []
        self.ended: Ended | None = None
        self.listening: Listening | None = None
        self.speaking: Speaking | None = None
        self.timeouts = 0
        """How many times the call has given up listening because the caller stayed silent."""
        for entry in journal.of(sid):
            self._take(entry)
        journal.listen(self._take)

    def _take(self, entry: Entry) -> None:
        if entry.sid != self.sid:
            return
        match entry.item:
            case Heard():
                self.heard.append(entry)
                self.speaking = None
            case Speaking() as speaking:
                self.speaking = speaking
            case Listening() as listening:
                self.listening = listening
            case StoppedListening() as stopped:
                self.listening = None
                self.timeouts += stopped.outcome == "timeout"
            case Ask() as ask if ask.purpose != "media":
                self.answers.append((ask, None))
            case Replied() | Unreachable() as answer:
                self._take_answer(entry.at, answer)
            case Told() as told:
                self.trips.extend((entry.at, trip) for trip in told.trips)
            case Warned() as warned:
                self.warnings.append(warned)
            case Ended() as ended:
                self.ended = ended
                self.listening = None
            case _:
                return

    def _take_answer(self, at: float, answer: Replied | Unreachable) -> None:
        self.trips.extend((at, trip) for trip in answer.trips)
        for position, (ask, _) in enumerate(self.answers):
            if ask.request == answer.request:
                self.answers[position] = (ask, answer)
