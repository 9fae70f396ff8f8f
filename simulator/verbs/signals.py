"""What one leg lets another know, inside the exchange; nothing of it comes from outside or leaves."""

from dataclasses import dataclass

from simulator.vocabulary import Method, Status


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


@dataclass(frozen=True, slots=True)
class ConferenceStarted:
    """The conference with this sid, which the leg is in, has started."""

    sid: str


@dataclass(frozen=True, slots=True)
class ConferenceEnded:
    """The conference with this sid, which the leg is in, is over: somebody left whose leaving ends it."""

    sid: str


@dataclass(frozen=True, slots=True)
class CallerQueued:
    """Somebody has come into the queue that the leg has dialled."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Another leg has taken this one out of its queue; `url` is what to run before the two are joined, absolute."""

    by: str
    url: str | None
    method: Method


@dataclass(frozen=True, slots=True)
class CallerReady:
    """A leg taken out of a queue has nothing more to run: it can be joined to the one that took it."""

    sid: str


@dataclass(frozen=True, slots=True)
class CallerGone:
    """A leg taken out of a queue is gone, before or after it was joined."""

    sid: str


@dataclass(frozen=True, slots=True)
class Released:
    """The leg that took this one out of a queue is done with it; `was_joined` says whether the two ever spoke."""

    was_joined: bool


@dataclass(frozen=True, slots=True)
class StreamOver:
    """A media stream of this leg is over: the application closed it, or it never opened."""

    sid: str


Signal = (
    LegAnswered
    | LegReady
    | LegEnded
    | Dropped
    | ConferenceStarted
    | ConferenceEnded
    | CallerQueued
    | Taken
    | CallerReady
    | CallerGone
    | Released
    | StreamOver
)
