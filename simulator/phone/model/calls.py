"""Every call the phone has made: who with, where it stands, what was said. Fed by the journal, asks nobody."""

from dataclasses import dataclass, field

from simulator.operator.journal import Entry
from simulator.phone.model.talk import Talk
from simulator.vocabulary import Connected, Ended, Listening, Rang, StoppedListening, Warned

MOST = 50
"""Calls kept; the oldest that are over go first."""


@dataclass(slots=True)
class PhoneCall:
    """One call as the phone sees it. Times are Unix seconds."""

    sid: str
    caller: str
    called: str
    began: float
    connected_at: float | None = None
    ended: Ended | None = None
    listening: Listening | None = None
    warnings: int = 0
    talk: Talk = field(default_factory=Talk)

    @property
    def is_up(self) -> bool:
        return self.ended is None

    def seconds(self, now: float) -> float:
        """How long it has lasted since the answer; 0 before."""
        if self.ended is not None:
            return self.ended.seconds
        return 0.0 if self.connected_at is None else max(0.0, now - self.connected_at)

    def take(self, entry: Entry) -> None:
        """Something happened on this call."""
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


class Calls:
    """Calls by sid, oldest first."""

    def __init__(self) -> None:
        self.by_sid: dict[str, PhoneCall] = {}

    def take(self, entry: Entry) -> PhoneCall | None:
        """Something happened; returns the call it happened to, None for one that is forgotten."""
        if isinstance(entry.item, Rang):
            rang = entry.item
            self.by_sid[entry.sid] = PhoneCall(entry.sid, rang.caller, rang.called, entry.at)
            self._forget()
        call = self.by_sid.get(entry.sid)
        if call is not None:
            call.take(entry)
        return call

    @property
    def up(self) -> list[PhoneCall]:
        """Those that have not ended."""
        return [call for call in self.by_sid.values() if call.is_up]

    def _forget(self) -> None:
        if len(self.by_sid) > MOST:
            over = next((sid for sid, call in self.by_sid.items() if not call.is_up), None)
            if over is not None:
                del self.by_sid[over]
