"""Every call the phone has made: who with, where it stands, what was said. Fed by the journal, asks nobody."""

from dataclasses import dataclass, field

from simulator.operator.beside import TroubleBegan, TroubleEnded
from simulator.operator.journal import Entry
from simulator.phone.plain import for_reading
from simulator.timeline.conversation import Conversation
from simulator.timeline.grouping import follow
from simulator.timeline.sequence import Sequence
from simulator.vocabulary import (
    UNREMARKABLE,
    Bridged,
    CallerId,
    Connected,
    Ended,
    Listening,
    Parted,
    Rang,
    Ring,
    StoppedListening,
    Warned,
)

MOST = 50
"""Calls kept; the oldest that are over go first."""


@dataclass(slots=True)
class PhoneCall:
    """One leg as the phone sees it. Times are Unix seconds. `is_rung`: somebody else's phone, which the line rings."""

    sid: str
    caller: str
    called: str
    began: float
    is_rung: bool = False
    connected_at: float | None = None
    ended: Ended | None = None
    listening: Listening | None = None
    warnings: int = 0
    talk: Conversation = field(default_factory=Conversation)
    sequence: Sequence = field(default_factory=Sequence)
    differences: set[str] = field(default_factory=set)
    """What has been said about how a real line differs."""
    caller_id: CallerId = UNREMARKABLE
    """What the network said about the caller, beside the number."""
    parent: str | None = None
    """The call that rings this phone, if it is somebody else's."""

    @property
    def is_up(self) -> bool:
        return self.ended is None

    @property
    def is_ringing(self) -> bool:
        """Somebody else's phone rings and nobody has answered it yet."""
        return self.is_rung and self.is_up and self.connected_at is None

    @property
    def holder(self) -> str:
        """The number of the person at this end."""
        return self.called if self.is_rung else self.caller

    def seconds(self, now: float) -> float:
        """Return how long it has lasted since the answer; 0 before."""
        if self.ended is not None:
            return self.ended.seconds
        return 0.0 if self.connected_at is None else max(0.0, now - self.connected_at)

    def take(self, entry: Entry) -> None:
        """Take in what happened on this call."""
        match entry.item:
            case Connected():
                self.connected_at = entry.at
            case Listening() as listening:
                self.listening = listening
            case StoppedListening():
                self.listening = None
            case Warned():
                self.warnings += 1
            case Ended() as ended:
                self.ended, self.listening = ended, None
            case _:
                pass
        self.talk.take(entry)
        self.sequence.take(entry)


class Calls:
    """Calls by sid, oldest first."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.forgotten: set[str] = set()
        """Calls that are gone since somebody last emptied this."""
        self.by_sid: dict[str, PhoneCall] = {}
        self._troubles: dict[str, Entry] = {}

    @property
    def troubles(self) -> tuple[str, ...]:
        """The names of what is broken on purpose at the moment."""
        return tuple(self._troubles)

    def take(self, entry: Entry) -> PhoneCall | None:
        """Take in what happened; return the call it happened to, None for one that is forgotten."""
        match entry.item:
            case TroubleBegan() | TroubleEnded():
                follow(self._troubles, entry)
                for each in self.up:
                    each.take(entry)
                return None
            case Rang() as rang:
                self._add(PhoneCall(entry.sid, rang.caller, rang.called, entry.at, caller_id=rang.caller_id))
            case Ring() as ring:
                self._add(PhoneCall(entry.sid, ring.caller, ring.called, entry.at, is_rung=True, parent=ring.parent))
                self._note(ring.parent, entry.at, f"the line rings {for_reading(ring.called)}")
                for name, value in ring.given.items():
                    self._note(entry.sid, entry.at, f"comes with {name}: {value}")
            case Bridged() as bridged:
                self._note(entry.sid, entry.at, f"connected with {self._name(bridged.other)}")
                self._note(bridged.other, entry.at, f"connected with {self._name(entry.sid)}")
            case Parted() as parted:
                self._note(entry.sid, entry.at, f"no longer connected with {self._name(parted.other)}")
            case _:
                pass
        call = self.by_sid.get(entry.sid)
        if call is not None:
            call.take(entry)
            parent = self.by_sid.get(call.parent or "")
            if parent is not None:
                parent.sequence.take(entry)
            elif isinstance(entry.item, Rang | Ring):
                for trouble in self._troubles.values():
                    call.take(trouble._replace(at=entry.at))
        return call

    @property
    def up(self) -> list[PhoneCall]:
        """Those that have not ended."""
        return [call for call in self.by_sid.values() if call.is_up]

    @property
    def made(self) -> PhoneCall | None:
        """The newest that was made from this phone, up or over."""
        return next((call for call in reversed(self.by_sid.values()) if not call.is_rung), None)

    @property
    def rung(self) -> PhoneCall | None:
        """The newest leg on somebody else's phone that has not ended."""
        return next((call for call in reversed(self.up) if call.is_rung), None)

    def _add(self, call: PhoneCall) -> None:
        self.by_sid[call.sid] = call
        self._forget()

    def _note(self, sid: str | None, at: float, text: str) -> None:
        call = self.by_sid.get(sid or "")
        if call is not None:
            call.talk.note(at, "answered", text)

    def _name(self, sid: str) -> str:
        call = self.by_sid.get(sid)
        return "somebody" if call is None else for_reading(call.holder)

    def _forget(self) -> None:
        if len(self.by_sid) > self.most:
            over = next((sid for sid, call in self.by_sid.items() if not call.is_up), None)
            if over is not None:
                del self.by_sid[over]
                self.forgotten.add(over)
