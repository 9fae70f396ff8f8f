"""Conferences: who is in which, and what was agreed when they came in. State only: tells nobody, asks for nothing.

Source: Twilio docs, TwiML Conference. A name means the same conference for everybody until that conference is over;
the next one of that name is a new one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from simulator.values import frozen
from simulator.vocabulary import Method

WhyEnded = Literal["last-participant-left", "participant-with-end-conference-on-exit-left"]


@frozen
class Participant:
    """One leg in a conference, on the terms of the Conference noun that brought it there."""

    call: str
    joined_at: float
    label: str = ""
    is_muted: bool = False
    starts: bool = True
    ends: bool = False
    is_coaching: bool = False


@frozen
class Callback:
    """Where to report a conference, and of which events; the first participant's word counts."""

    url: str
    method: Method
    events: frozenset[str]


@dataclass(slots=True)
class Conference:
    """A conference from the first participant's coming to the last one's leaving."""

    sid: str
    name: str
    callback: Callback | None = None
    is_started: bool = False
    ended_by: Participant | None = None
    """Whose leaving ends the conference for everybody who is still in it."""
    told: int = 0
    """How many status callbacks have been numbered."""
    _present: dict[str, Participant] = field(default_factory=dict)

    @property
    def participants(self) -> tuple[Participant, ...]:
        """Those who are in, in the order they came."""
        return tuple(self._present.values())

    @property
    def is_empty(self) -> bool:
        return not self._present

    def has_label(self, label: str) -> bool:
        return any(participant.label == label for participant in self._present.values())

    def enter(self, participant: Participant) -> bool:
        """Come in; returns whether that starts the conference: two are there, and one of them may start it."""
        self._present[participant.call] = participant
        starts = len(self._present) >= 2 and any(each.starts for each in self._present.values())
        has_just_started = starts and not self.is_started
        self.is_started = self.is_started or starts
        return has_just_started

    def leave(self, call: str) -> None:
        """Go out; the caller's business is whether that ends the conference."""
        del self._present[call]


class Conferences:
    """The conferences that are going on, by name; `new_sid` draws a sid with a prefix."""

    def __init__(self, new_sid: Callable[[str], str]) -> None:
        self._new_sid = new_sid
        self._by_name: dict[str, Conference] = {}

    @property
    def going_on(self) -> tuple[Conference, ...]:
        return tuple(self._by_name.values())

    def find(self, name: str) -> Conference | None:
        """The conference of this name or with this sid; case counts."""
        if not name.startswith("CF") or name in self._by_name:
            return self._by_name.get(name)
        return next((conference for conference in self._by_name.values() if conference.sid == name), None)

    def open(self, name: str) -> Conference:
        """The conference of this name, created when there is none."""
        found = self.find(name)
        if found is None:
            found = self._by_name[name] = Conference(self._new_sid("CF"), name)
        return found

    def close(self, conference: Conference) -> None:
        """The name is free again; those who are still in it find out by and by."""
        if self._by_name.get(conference.name) is conference:
            del self._by_name[conference.name]
