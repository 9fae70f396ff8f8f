"""What one leg lets another know, inside the exchange; nothing of it comes from outside or leaves."""

from collections.abc import Mapping
from dataclasses import field

from simulator.values import frozen
from simulator.vocabulary import Method, Status


@frozen
class LegAnswered:
    """A dialled leg was picked up; it may still have a whisper document to run."""

    sid: str
    sip_headers: Mapping[str, str] = field(default_factory=dict)


@frozen
class LegReady:
    """A dialled leg was answered, its whisper document is over, and it can be joined to the one that dialled."""

    sid: str


@frozen
class LegEnded:
    """A dialled leg is over. `seconds` counts from its answer; `connected` says whether it was ever answered.

    `sip_code` is the far end's final answer to the ringing.
    """

    sid: str
    status: Status
    seconds: float
    connected: bool
    sip_code: int


@frozen
class Dropped:
    """Another leg ends this one: as completed when it was answered, otherwise as the given status."""

    unanswered_as: Status = "canceled"


@frozen
class ConferenceStarted:
    """The conference with this sid, which the leg is in, has started."""

    sid: str


@frozen
class ConferenceEnded:
    """The conference with this sid, which the leg is in, is over: somebody left whose leaving ends it."""

    sid: str


@frozen
class CallerQueued:
    """Somebody has come into the queue that the leg has dialled."""


@frozen
class Taken:
    """Another leg has taken this one out of its queue; `url` is what to run before the two are joined, absolute."""

    by: str
    url: str | None
    method: Method


@frozen
class CallerReady:
    """A leg taken out of a queue has nothing more to run: it can be joined to the one that took it."""

    sid: str


@frozen
class CallerGone:
    """A leg taken out of a queue is gone, before or after it was joined."""

    sid: str


@frozen
class Released:
    """The leg that took this one out of a queue is done with it; `was_joined` says whether the two ever spoke."""

    was_joined: bool


@frozen
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
