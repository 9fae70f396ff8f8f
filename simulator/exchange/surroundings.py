"""What a call needs of the exchange it lives in; the exchange is the only implementation."""

from collections.abc import Mapping
from typing import Protocol

from simulator.exchange.numbers import Policy
from simulator.rooms.conferences import Conferences
from simulator.rooms.queues import Queues
from simulator.verbs.script import Awaited, Outgoing
from simulator.verbs.signals import Signal
from simulator.vocabulary import Effect


class Surroundings(Protocol):
    """What a call needs of the exchange it lives in."""

    policy: Policy
    conferences: Conferences
    queues: Queues

    @property
    def now(self) -> float: ...

    def emit(self, effect: Effect) -> None: ...

    def next_request(self) -> int: ...

    def wake(self, sid: str, at: float) -> None:
        """Call that leg's `timed_out` at that time unless it has stopped waiting for it by then."""

    def post(self, sid: str, signal: Signal) -> None:
        """Let another leg know, as soon as this one has come to rest."""

    def dial(self, parent: str, outgoing: Outgoing) -> str:
        """Ring somebody on a child leg of the leg with that sid; returns the child's sid."""

    def draw_sid(self, prefix: str) -> str:
        """A new sid of that kind."""

    def recording_url(self, recording: str) -> str:
        """Where the recording with that sid can be fetched from."""

    def await_transcription(self, awaited: Awaited, params: Mapping[str, str]) -> None:
        """Keep what the callback needs when the words of a recording come; `params` are the leg's."""
