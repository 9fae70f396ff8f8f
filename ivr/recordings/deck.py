"""Plays recordings to running calls: which answer comes next, given the request and the person's handset. No I/O.

All scenarios play at once. A call begins at the beginning of all of them; every request, and every answer that was
given, leaves those that went the same way so far. Where they part, what the person did decides: the answer with
the most needs that are met is played.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ivr.recordings.matching import agrees, is_same, nearest, shown
from ivr.recordings.scenario import Interaction, Needs, Scenario, Tap

_MOST_CONVERSATIONS = 100


class NotRecordedError(Exception):
    """Nothing that was recorded answers this request here; one sentence that says what and what to do."""

    def __init__(self, service: str, request: Any, near: str) -> None:
        what = f"{request.method} {shown(request.path)}"
        like = f" (nearest: {near})" if near else ""
        super().__init__(
            f"No {service} recording answers {what} at this point{like}: add a scenario and run `ivr record`."
        )


@dataclass(frozen=True, slots=True)
class Delivered:
    """A code that reached a handset."""

    to: str
    code: str
    by: str
    at: float


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt on a handset."""

    created: float
    expires_at: float
    number: int | None
    choices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    scenario: Scenario
    next: int

    def options(self) -> Iterable[tuple[Interaction, int, bool]]:
        """What may be played here, where that leads, and whether it is a poll once more."""
        all_of_it = self.scenario.interactions
        if self.next and all_of_it[self.next - 1].is_poll:
            yield all_of_it[self.next - 1], self.next, True
        if self.next < len(all_of_it):
            yield all_of_it[self.next], self.next + 1, False


@dataclass(slots=True)
class _Conversation:
    places: tuple[_Place, ...]
    phone: str = ""
    moved: float = 0.0
    tap: Tap | None = None
    prompt: Prompt | None = None


@dataclass(slots=True)
class Deck:
    """The recordings of one service. `now` gives seconds; `asked` names scenarios that play whatever they need."""

    service: str
    scenarios: Sequence[Scenario]
    now: Callable[[], float]
    asked: set[str] = field(default_factory=set)
    delivered: list[Delivered] = field(default_factory=list)
    _conversations: deque[_Conversation] = field(default_factory=lambda: deque(maxlen=_MOST_CONVERSATIONS))

    @property
    def codes(self) -> frozenset[str]:
        """All codes that are ever sent."""
        return frozenset().union(*(each.codes for each in self.scenarios))

    def play(self, request: Any) -> Interaction:
        """The answer. A call that can go on does, the newest first; else a new one begins. Raises NotRecordedError."""
        codes = self.codes
        for conversation in reversed(self._conversations):
            if (answer := self._go_on(conversation, request, codes)) is not None:
                return answer
        fresh = _Conversation(tuple(_Place(each, 0) for each in self.scenarios))
        if (answer := self._go_on(fresh, request, codes)) is not None:
            self._conversations.append(fresh)
            return answer
        recorded = {each.request: scenario.name for scenario in self.scenarios for each in scenario.interactions}
        raise NotRecordedError(self.service, request, nearest(request, recorded, codes))

    def prompts(self, phone: str) -> tuple[Prompt, ...]:
        """The prompts that wait on that person's handset, newest last."""
        return tuple(each.prompt for each in self._prompted(phone) if each.prompt is not None)

    def tap(self, phone: str, *, approve: bool, number: int | None = None) -> None:
        """Answer the newest prompt; a wrong number is a denial. Raises LookupError."""
        waiting = self._prompted(phone)
        if not waiting or waiting[-1].prompt is None:
            raise LookupError(f"no prompt is waiting for {phone}")
        newest = waiting[-1].prompt
        if approve and newest.choices and number is None:
            raise LookupError("this prompt wants one of its numbers, none was given")
        waiting[-1].tap = "approve" if approve and (not newest.choices or number == newest.number) else "deny"
        waiting[-1].prompt = None

    def _prompted(self, phone: str) -> list[_Conversation]:
        now = self.now()
        return [
            each
            for each in self._conversations
            if each.phone == phone and each.prompt is not None and now <= each.prompt.expires_at
        ]

    def _go_on(self, conversation: _Conversation, request: Any, codes: frozenset[str]) -> Interaction | None:
        asked = [
            (place, interaction, then, again)
            for place in conversation.places
            for interaction, then, again in place.options()
            if is_same(request, interaction.request, codes)
        ]
        options = [each for each in asked if each[3] or self._is_met(conversation, each[0].scenario, each[1].needs)]
        if not options:
            return None
        place, answer, _, again = max(options, key=lambda each: (each[0].scenario.name in self.asked, _rank(each)))
        went = [_Place(each.scenario, then) for each, interaction, then, _ in options if agrees(answer, interaction)]
        if answer.is_poll:  # the person has not done yet what the others wait for: they are where they were
            gone = {each.scenario.name for each in went}
            went += {place.scenario.name: place for place, *_ in asked if place.scenario.name not in gone}.values()
        conversation.places = tuple(went)
        if not again:
            self._show(conversation, place.scenario, answer)
        return answer

    def _is_met(self, conversation: _Conversation, scenario: Scenario, needs: Needs) -> bool:
        if scenario.name in self.asked:
            return True
        has_waited = self.now() - conversation.moved >= needs.waited
        return not needs.asked and has_waited and needs.tap in (None, conversation.tap)

    def _show(self, conversation: _Conversation, scenario: Scenario, answer: Interaction) -> None:
        now = self.now()
        if not answer.is_poll:
            conversation.moved = now
        conversation.phone = scenario.phone
        if answer.shows.code is not None:
            self.delivered.append(Delivered(scenario.phone, answer.shows.code, answer.shows.by, now))
        shows = answer.shows
        conversation.prompt = conversation.prompt if answer.is_poll else None
        if shows.prompt:
            conversation.prompt = Prompt(now, now + shows.prompt, shows.number, shows.choices)
            conversation.tap = None


def _rank(option: tuple[_Place, Interaction, int, bool]) -> int:
    """An answer of its own before a poll once more, and the most particular one before all."""
    _, interaction, _, again = option
    return -1 if again else interaction.needs.count
