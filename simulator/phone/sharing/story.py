"""The calls of a journal, each with everything that is told of it: talk, requests, sequence. Writes nothing.

A story holds what its entries hold: whoever shares it masks the entries first (`simulator.operator.journal.masked`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.errors import WrongUseError
from simulator.operator.journal import Entry
from simulator.timeline import sequence
from simulator.timeline.conversation import Conversation, Item
from simulator.timeline.grouping import by_call
from simulator.timeline.traffic import Request, Traffic
from simulator.vocabulary import UNREMARKABLE, CallerId, Ended, Rang, Ring, Warned


@dataclass(frozen=True, slots=True)
class Story:
    """One call and the phones it has rung; `began` is Unix seconds."""

    sid: str
    caller: str
    called: str
    caller_id: CallerId
    began: float
    entries: tuple[Entry, ...]
    talk: tuple[Item, ...]
    requests: tuple[Request, ...]
    sequence: sequence.Sequence
    ended: Ended | None

    @property
    def findings(self) -> tuple[Warned, ...]:
        """What Twilio's debugger would show."""
        return tuple(entry.item for entry in self.entries if isinstance(entry.item, Warned))


def stories(entries: Iterable[Entry]) -> list[Story]:
    """The calls in the order they began. Raises WrongUseError when there is none."""
    told = by_call(entries)
    if not told:
        raise WrongUseError("there is no call in this journal")
    return [_story(sid, of_call) for sid, of_call in told.items()]


def chosen(all_of_them: Sequence[Story], number: int | None) -> list[Story]:
    """The call with that number, counted from 1; all without one. Raises WrongUseError."""
    if number is None:
        return list(all_of_them)
    if not 1 <= number <= len(all_of_them):
        calls = "one call" if len(all_of_them) == 1 else f"{len(all_of_them)} calls"
        raise WrongUseError(f"there is no call {number}: the journal holds {calls}")
    return [all_of_them[number - 1]]


def _story(sid: str, entries: list[Entry]) -> Story:
    talk, traffic, arrows = Conversation(most=None), Traffic(most=None), sequence.Sequence(most=None)
    first = entries[0]
    assert isinstance(first.item, Rang | Ring)
    ended: Ended | None = None
    for entry in entries:
        if entry.sid == sid:
            talk.take(entry)
            ended = entry.item if isinstance(entry.item, Ended) else ended
        elif isinstance(entry.item, Ring):
            talk.note(entry.at, "answered", f"the line rings {entry.item.called}")
        traffic.take(entry, first.at)
        arrows.take(entry)
    return Story(
        sid,
        first.item.caller,
        first.item.called,
        first.item.caller_id if isinstance(first.item, Rang) else UNREMARKABLE,
        first.at,
        tuple(entries),
        tuple(talk.items),
        tuple(traffic.requests.values()),
        arrows,
        ended,
    )
