"""What became of one call, gathered from the journal: what was heard, requested, warned about, and how it ended."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from simulator.operator.journal import Entry, Journal
from simulator.operator.webhook import encode
from simulator.vocabulary import (
    Ask,
    Ended,
    Fetched,
    Heard,
    Ignored,
    Listening,
    Pressed,
    Recorded,
    Replied,
    Speaking,
    Spoke,
    StoppedListening,
    Talked,
    Told,
    Trip,
    Unreachable,
    Warned,
)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to the application; `body` is its reply's, as far as it was kept (documents, not sounds)."""

    at: float
    trip: Trip
    body: bytes | None = None

    @property
    def url(self) -> str:
        """The URL before the parameters of a GET were added to it."""
        trip = self.trip
        if trip.method == "POST" or not trip.params:
            return trip.url
        return trip.url.removesuffix(encode(trip.params)).rstrip("?&")

    @property
    def path(self) -> str:
        """The path with the query as it stood in the URL."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class CallRecord:
    """Follows one call; everything is in the order it happened. `since`: where in the journal the call began."""

    def __init__(self, journal: Journal, sid: str, *, since: int = 0) -> None:
        self.sid = sid
        self.began = 0.0
        """When the call reached the number, Unix seconds."""
        self.heard: list[Entry] = []
        """Entries of Heard: prompts that are over, with the part that reached the ear."""
        self.requests: list[Request] = []
        """HTTP requests that reached the application (or tried to): documents, redirects, sounds, callbacks."""
        self.answers: list[tuple[Ask, Replied | Unreachable | None]] = []
        self.warnings: list[Warned] = []
        self.ended: Ended | None = None
        self.ended_at = 0.0
        self.listening: Listening | None = None
        self.speaking: Speaking | None = None
        self.timeouts = 0
        """How many times the call has given up listening because the caller stayed silent."""
        self.ignored = 0
        """How many keys and utterances met nobody who listened."""
        self.recordings: list[Recorded] = []
        self._inputs = 0
        entries = [entry for entry in journal.entries[since:] if entry.sid == sid]
        if entries:
            self.began = entries[0].at
        for entry in entries:
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
                self.listening, self._inputs = listening, 0
            case Pressed() | Spoke() | Talked():
                self._inputs += 1
            case Recorded() as recorded:
                self.recordings.append(recorded)
            case Ignored():
                self._inputs -= 1
                self.ignored += 1
            case StoppedListening():
                self.listening = None
                self.timeouts += self._inputs == 0  # with actionOnEmptyResult silence is submitted, too
            case Ask() as ask if ask.purpose != "media":
                self.answers.append((ask, None))
            case Replied() | Unreachable() as answer:
                self._take_answer(entry.at, answer)
            case Fetched() | Told() as made:
                self.requests.extend(Request(entry.at, trip) for trip in made.trips)
            case Warned() as warned:
                self.warnings.append(warned)
            case Ended() as ended:
                self.ended, self.ended_at = ended, entry.at
                self.listening = None
            case _:
                return

    def _take_answer(self, at: float, answer: Replied | Unreachable) -> None:
        last = len(answer.trips) - 1
        body = answer.body if isinstance(answer, Replied) else None
        for position, trip in enumerate(answer.trips):
            self.requests.append(Request(at, trip, body if position == last else None))
        for position in reversed(range(len(self.answers))):
            ask, _ = self.answers[position]
            if ask.request == answer.request:
                self.answers[position] = (ask, answer)
                return
