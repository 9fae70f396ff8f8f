"""What became of one call, gathered from the journal: what was heard, requested, warned about, and how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from simulator.operator.journal import Entry, Journal
from simulator.operator.webhook import encode
from simulator.vocabulary import (
    Ask,
    Bridged,
    Connected,
    Dequeued,
    Dialling,
    Ended,
    Fetched,
    Heard,
    Ignored,
    Joined,
    Left,
    Listening,
    Parted,
    Pressed,
    Queued,
    Recorded,
    RelaySent,
    RelayStarted,
    RelayStopped,
    Replied,
    Speaking,
    Spoke,
    StoppedListening,
    StreamEnded,
    StreamOpened,
    StreamStarted,
    StreamStopped,
    Talked,
    Told,
    Trip,
    Unreachable,
    Updated,
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
        return path_of(self.url)


def path_of(url: str) -> str:
    """The path of a URL with its query."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@dataclass(slots=True)
class DialledLeg:
    """Somebody whom the call has dialled, and how far that has got."""

    dialling: Dialling
    is_answered: bool = False
    ended: Ended | None = None

    @property
    def sid(self) -> str:
        return self.dialling.other

    @property
    def called(self) -> str:
        return self.dialling.called


class CallRecord:
    """Follows one call; everything is in the order it happened. `since`: where in the journal the call began.

    Requests and warnings of the legs that the call has dialled are among its own: it is one story for the application.
    """

    def __init__(self, journal: Journal, sid: str, *, since: int = 0) -> None:
        self.sid = sid
        self.began = 0.0
        """When the call reached the number, or was answered, Unix seconds; 0 before."""
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
        """How many times a Gather has given up because the caller stayed silent."""
        self.ignored = 0
        """How many keys and utterances met nobody who listened."""
        self.recordings: list[Recorded] = []
        self.dialled: list[DialledLeg] = []
        """Everybody whom the call has dialled so far."""
        self.other: str | None = None
        """The sid of the leg it is joined to now."""
        self.conference: Joined | None = None
        """The conference it is in now."""
        self.queue: Queued | None = None
        """The queue it is in now."""
        self.stream: StreamStarted | None = None
        """The media stream it is connected to now, open or about to be."""
        self.relay: RelayStarted | None = None
        """The session with an agent it is in now, open or about to be."""
        self.is_relay_open = False
        self.prompts_sent = 0
        """How many times an agent was told everything that the caller had said."""
        self._inputs = 0
        self._journal = journal
        self._unlisten: list[Callable[[], None]] = []
        for entry in journal.entries[since:]:
            if entry.sid == sid:
                self._take(entry)
        self._follow(sid, self._take)

    def close(self) -> None:
        """Follow the call no longer."""
        for unlisten in self._unlisten:
            unlisten()
        self._unlisten.clear()

    def _follow(self, sid: str, take: Callable[[Entry], None]) -> None:
        self._unlisten.append(self._journal.listen(take, sid))

    def _take(self, entry: Entry) -> None:
        self.began = self.began or entry.at
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
                is_gather = self.listening is not None and self.listening.verb == "Gather"
                self.timeouts += is_gather and self._inputs == 0  # with actionOnEmptyResult silence is submitted, too
                self.listening = None
            case Updated():
                self.listening = None
            case Dialling() as dialling:
                leg = DialledLeg(dialling)
                self.dialled.append(leg)
                self._follow(leg.sid, lambda entry: self._take_of(leg, entry))
            case Bridged() as bridged:
                self.other = bridged.sid if bridged.other == self.sid else bridged.other
            case Parted():
                self.other = None
            case Joined() | Left() | Queued() | Dequeued() as moved:
                self._move(moved)
            case StreamStarted() as stream if stream.is_two_way:
                self.stream = stream
            case RelayStarted() as relay:
                self.relay, self.is_relay_open = relay, False
            case StreamOpened(stream=stream_sid):
                self.is_relay_open |= self.relay is not None and self.relay.stream == stream_sid
            case RelaySent(type="prompt", is_owed=True):
                self.prompts_sent += 1
            case RelayStopped() | StreamEnded() if self.relay is not None and self.relay.stream == entry.item.stream:
                self.relay, self.is_relay_open = None, False
            case StreamStopped(stream=stream_sid) | StreamEnded(stream=stream_sid):
                is_this = self.stream is not None and self.stream.stream == stream_sid
                self.stream = None if is_this else self.stream
            case Ask() as ask if ask.purpose != "media":
                self.answers.append((ask, None))
            case Ended() as ended:
                self.ended, self.ended_at = ended, entry.at
                self.listening = None
            case _:
                self._take_traffic(entry)

    def _move(self, moved: Joined | Left | Queued | Dequeued) -> None:
        self.conference = moved if isinstance(moved, Joined) else None
        self.queue = moved if isinstance(moved, Queued) else None

    def _take_of(self, leg: DialledLeg, entry: Entry) -> None:
        match entry.item:
            case Connected():
                leg.is_answered = True
            case Ended() as ended:
                leg.ended = ended
            case _:
                self._take_traffic(entry)

    def _take_traffic(self, entry: Entry) -> None:
        match entry.item:
            case Replied() | Unreachable() as answer:
                self._take_answer(entry.at, answer)
            case Fetched() | Told() as made:
                self.requests.extend(Request(entry.at, trip) for trip in made.trips)
            case Warned() as warned:
                self.warnings.append(warned)
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
