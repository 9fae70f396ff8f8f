"""The conversation of one call in the order it is read: what is said, typed, delivered. Draws nothing.

The newest utterance may still be running; how much of it has been said is worked out when it is drawn.
"""

from dataclasses import dataclass, replace
from typing import Literal

from simulator.exchange.reply import exception_in
from simulator.operator.beside import (
    OutsideCall,
    PromptAnswered,
    PromptArrived,
    Raised,
    TextArrived,
    TroubleBegan,
    TroubleEnded,
)
from simulator.operator.journal import Entry
from simulator.operator.masking import LEAST, as_dots
from simulator.vocabulary import (
    Answered,
    Ask,
    Beeped,
    Bridged,
    Connected,
    Declined,
    Dequeued,
    Dialling,
    Ended,
    Fetched,
    Heard,
    HungUp,
    Ignored,
    Joined,
    Left,
    Listening,
    Opened,
    Parted,
    Pressed,
    Prolonged,
    Prompt,
    Queued,
    Rang,
    Recorded,
    RelayOverdue,
    RelaySaid,
    RelaySent,
    RelayStarted,
    RelayStopped,
    Replied,
    Ring,
    Sent,
    Speaking,
    Spoke,
    StoppedListening,
    StreamEnded,
    StreamFed,
    StreamOpened,
    StreamSaid,
    StreamStarted,
    StreamStopped,
    Talked,
    Tell,
    Told,
    Transcribed,
    Unreachable,
    Updated,
    Warned,
)

_ARRIVED = {"text": "text message on the mobile", "call": "a voice spoke a code", "app": "the app's code was read"}

NoteKind = Literal[
    "ringing", "answered", "ended", "silence", "ignored", "text", "prompt", "warning", "error", "recording",
    "restart", "difference", "trouble",
]  # fmt: skip
MOST = 150
"""Items kept of one call; the oldest go first, so that hours on a line that repeats itself cost nothing."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A prompt that plays or has played; `heard` is None while it does."""

    at: float
    prompt: Prompt
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """Keys pressed in one go. `is_long` says that the line may be asking for a code: four keys or more."""

    at: float
    keys: str
    is_long: bool
    is_ignored: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Words the caller spoke."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is neither said nor typed: the line rings, a text arrives, Twilio's debugger complains."""

    at: float
    kind: NoteKind
    text: str


Item = Utterance | Typed | Said | Note


class Conversation:
    """Follows one call; `items` are replaced, never changed, so that a screen sees by identity what is new."""

    def __init__(self, most: int | None = MOST) -> None:
        self.items: list[Item] = []
        self._most = most
        self.dropped = 0
        """How many of the oldest items are gone."""
        self._is_long_entry = True
        self._is_entry_open = False

    def take(self, entry: Entry) -> None:
        """Something happened on the call."""
        match entry.item:
            case Rang():
                self._note(entry.at, "ringing", "ringing")
            case Connected():
                self._note(entry.at, "answered", "answered")
            case Speaking() as speaking:
                self._add(Utterance(entry.at, speaking.prompt))
            case Heard() as heard:
                self._finish(heard)
            case Listening() as listening:
                self._is_long_entry = listening.num_digits is None or listening.num_digits >= 4
                self._is_entry_open = False
            case StoppedListening() as stopped:
                self._is_entry_open, self._is_long_entry = (
                    False,
                    True,
                )
                if stopped.outcome == "timeout":
                    self._note(entry.at, "silence", "no answer in time")
            case Pressed() as pressed:
                self._press(entry.at, pressed.key)
            case Spoke() as spoke:
                self._add(Said(entry.at, spoke.words))
            case Talked(seconds):
                self._note(entry.at, "recording", f"you talk for {seconds:g} s")
            case Recorded(seconds=seconds):
                self._note(entry.at, "recording", f"recorded {seconds:g} s")
            case Transcribed(text=text):
                self._note(entry.at, "recording", f"transcribed: {text}" if text else "could not be transcribed")
            case Sent(to=to, body=body):
                self._note(entry.at, "text", f"the line texts {to}: {body}")
            case Ignored() as ignored:
                self._ignore(entry.at, ignored.input)
            case Warned(level="policy", message=message):
                self._note(entry.at, "difference", message)
            case Warned() as warned:
                kind: NoteKind = "warning" if warned.level == "warning" else "error"
                self._note(entry.at, kind, f"{warned.code} {warned.message}")
            case HungUp():
                self._note(entry.at, "ended", "you hung up")
            case Ended() as ended if ended.ending != "hangup":
                self._note(entry.at, "ended", ENDINGS[ended.ending].format(status=ended.status))
            case Joined() as joined:
                self._note(entry.at, "answered", f"in the conference {joined.name}")
            case Opened() as opened:
                self._note(entry.at, "answered", f"the conference {opened.name} has started")
            case Left() as left:
                self._note(entry.at, "ended", f"out of the conference {left.name}")
            case Queued() as queued:
                self._note(entry.at, "answered", f"in the queue {queued.name}, position {queued.position}")
            case Dequeued() as dequeued:
                self._note(entry.at, "ended", f"out of the queue {dequeued.name}")
            case StreamStarted(url=url):
                self._is_long_entry = True
                self._note(entry.at, "answered", f"the sound goes to {url}")
            case StreamEnded() | StreamStopped():
                self._note(entry.at, "ended", "the sound goes to no stream any more")
            case TextArrived(code=code, by=by):
                self._note(entry.at, "text", f"{_ARRIVED[by]}{': t types the code' if code and by != 'app' else ''}")
            case PromptArrived(choices=choices):
                keys = "a chooses the number" if choices else "a approves"
                self._note(entry.at, "prompt", f"Okta Verify asks: {keys}, d denies")
            case PromptAnswered(approve=approve):
                self._note(entry.at, "prompt", "approved on the mobile" if approve else "denied on the mobile")
            case TroubleBegan(meaning=meaning):
                self._note(entry.at, "trouble", f"trouble: {meaning}")
            case TroubleEnded(meaning=meaning):
                self._note(entry.at, "trouble", f"no longer: {meaning}")
            case Raised(text=text):
                self._note(entry.at, "error", f"behind its answer the application raised {exception_in(text)}")
            case StreamOpened() | StreamSaid() | StreamFed() | RelaySaid() | RelayOverdue() | RelaySent() | Prolonged():
                return
            case RelayStarted(url=url):
                self._is_long_entry = True
                self._note(entry.at, "answered", f"an agent takes over at {url}")
            case RelayStopped():
                self._note(entry.at, "ended", "the agent's session is over")
            case Ring() | Dialling() | Answered() | Declined() | Bridged() | Parted() | Updated() | Beeped():
                return  # legs that other people's phones ring on are not drawn yet
            case Ended() | Ask() | Tell() | Replied() | Unreachable() | Fetched() | Told() | OutsideCall():
                return

    def note(self, at: float, kind: NoteKind, text: str) -> None:
        """Something happened to another call that concerns this one."""
        self._note(at, kind, text)

    @property
    def running(self) -> Utterance | None:
        """The utterance that plays now."""
        for item in reversed(self.items):
            if isinstance(item, Utterance):
                return item if item.heard is None else None
        return None

    def _note(self, at: float, kind: NoteKind, text: str) -> None:
        self._add(Note(at, kind, text))

    def _add(self, item: Item) -> None:
        self._is_entry_open = isinstance(item, Typed)
        self.items.append(item)
        if self._most is not None and len(self.items) > self._most:
            del self.items[0]
            self.dropped += 1

    def _finish(self, heard: Heard) -> None:
        for position in range(len(self.items) - 1, -1, -1):
            item = self.items[position]
            if isinstance(item, Utterance) and item.heard is None:
                self.items[position] = replace(item, heard=heard)
                return

    def _press(self, at: float, key: str) -> None:
        last = self.items[-1] if self.items else None
        if self._is_entry_open and isinstance(last, Typed):
            self.items[-1] = replace(last, keys=last.keys + key)
            return
        self._add(Typed(at, key, self._is_long_entry))

    def _ignore(self, at: float, what: str) -> None:
        last = self.items[-1] if self.items else None
        if isinstance(last, Typed):
            self.items[-1] = replace(last, is_ignored=True)
            self._is_entry_open = True
            return
        self._note(at, "ignored", f"{what}: nobody is listening")


def shown(keys: str, *, is_long: bool) -> str:
    """From the fourth key on a long entry is dots throughout, as in the journal; # and * stay readable."""
    digits = sum(key.isdigit() for key in keys)
    if not is_long or digits < LEAST:
        return keys
    return "".join(as_dots(key) if key.isdigit() else key for key in keys)


ENDINGS = {
    "completed": "the line hung up",
    "hangup": "you hung up",
    "rejected": "the line refused the call ({status})",
    "application-error": "the call ended after an application error",
    "loop": "the call ended in a loop",
    "time-limit": "the call reached its time limit",
    "socket-limit": "the application sent too much on a WebSocket",
    "not-simulated": "the simulator cannot go on",
    "unanswered": "nobody answered ({status})",
    "updated": "the account's owner ended the call",
    "dropped": "the other leg ended the call",
}
