"""What one leg lets another know, inside the exchange; nothing of it comes from outside or leaves."""

from dataclasses import dataclass

from simulator.vocabulary import Status


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """A dialled leg was picked up; it may still have a whisper document to run."""

    sid: str


@dataclass(frozen=True, slots=True)
class LegReady:
    """A dialled leg was answered, its whisper document is over, and it can be joined to the one that dialled."""

    sid: str


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A dialled leg is over. `seconds` counts from its answer; `connected` says whether it was ever answered."""

    sid: str
    status: Status
    seconds: float
    connected: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """Another leg ends this one: as completed when it was answered, otherwise as the given status."""

    unanswered_as: Status = "canceled"


Signal = LegAnswered | LegReady | LegEnded | Dropped
