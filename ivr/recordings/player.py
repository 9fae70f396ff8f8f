"""Plays recordings to running calls: which answer comes next, given the request and the person's phone. No I/O.

All scenarios play at once. A call begins at the beginning of all of them; every request, and every answer that was
given, leaves those that went the same way so far. Where they part, what the person did decides: the answer with
the most conditions that are met is played. What is asked about nobody (a decoy) is answered alike at any time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ivr.recordings.library import Interaction, Scenario, is_about_nobody, is_same, nearest, shown

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
    """A code that reached a phone."""

    to: str
    code: str
    by: str
    at: float


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt on a phone. Okta tells the right number only; the other two choices are ours."""

    created: float
    expires_at: float
    number: int | None

    @property
    def choices(self) -> tuple[int, ...]:
        """What the person may tap; none when no number is asked for."""
        right = self.number
        return () if right is None else tuple(sorted((right, (right + 17) % 100, (right + 58) % 100)))


_Place = tuple[Scenario, int]
"""A scenario, and how many of its interactions have been played."""


@dataclass(slots=True)
class _Conversation:
    places: Sequence[_Place]
    phone: str = ""
    moved: float = 0.0  # when the last answer was played that was not a poll
    tap: str | None = None
    prompt: Prompt | None = None


@dataclass(frozen=True, slots=True)
class _Option:
    """An answer that may be played, and the place that it leads to."""

    place: _Place
    answer: Interaction
    is_repeated: bool  # a poll once more

    @property
    def then(self) -> _Place:
        scenario, played = self.place
        return scenario, played if self.is_repeated else played + 1

    @property
    def rank(self) -> int:
        """An answer of its own comes before a poll once more, and the one with most conditions before all."""
        notes = self.answer.notes
        return -1 if self.is_repeated else (notes.tap is not None) + bool(notes.waited) + notes.is_by_name


@dataclass(slots=True)
class CassettePlayer:
    """The recordings of one service. `now` gives seconds; `asked` names scenarios that play on no condition.

    Only Okta's requests are a conversation: any other answer depends on its request alone.
    """

    service: str
    scenarios: Sequence[Scenario]
    now: Callable[[], float]
    asked: set[str] = field(default_factory=set)
    delivered: list[Delivered] = field(default_factory=list)
    _conversations: deque[_Conversation] = field(default_factory=lambda: deque(maxlen=_MOST_CONVERSATIONS))

    @property
    def codes(self) -> frozenset[str]:
        """All codes that are ever sent."""
        every = (each.notes.code for scenario in self.scenarios for each in scenario.interactions)
        return frozenset(each for each in every if each is not None)

    def play(self, request: Any) -> Interaction:
        """The answer. A call that can go on does, the newest first; else a new one begins. Raises NotRecordedError."""
        codes = self.codes
        if is_about_nobody(request):
            known = (each for _, each in self._all() if is_about_nobody(each.request))
            if (answer := next((each for each in known if is_same(request, each.request, codes)), None)) is not None:
                return answer
        for conversation in reversed(self._conversations):
            if (answer := self._go_on(conversation, request, codes)) is not None:
                return answer
        fresh = _Conversation(self._beginnings())
        if (answer := self._go_on(fresh, request, codes)) is not None:
            self._conversations.append(fresh)
            return answer
        recorded = {each.request: scenario.name for scenario, each in self._all()}
        raise NotRecordedError(self.service, request, nearest(request, recorded, codes))

    def prompts(self, phone: str) -> tuple[Prompt, ...]:
        """The prompts that wait on that person's phone, newest last."""
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

    def _all(self) -> Iterable[tuple[Scenario, Interaction]]:
        return ((scenario, each) for scenario in self.scenarios for each in scenario.interactions)

    def _beginnings(self) -> list[_Place]:
        """Of all scenarios; a service that holds no conversation can be asked for anything first."""
        if self.service == "okta":
            return [(scenario, 0) for scenario in self.scenarios]
        return [(scenario, at) for scenario in self.scenarios for at in range(len(scenario.interactions))]

    def _go_on(self, conversation: _Conversation, request: Any, codes: frozenset[str]) -> Interaction | None:
        same = [
            option
            for place in conversation.places
            for option in _options(place)
            if is_same(request, option.answer.request, codes)
        ]
        possible = [each for each in same if each.is_repeated or self._is_met(conversation, each)]
        if not possible:
            return None
        chosen = max(possible, key=lambda each: (each.place[0].name in self.asked, each.rank))
        answer = chosen.answer
        places = [each.then for each in possible if _agree(answer, each.answer)]
        if answer.is_poll:  # the person has not done yet what the others wait for: they are where they were
            gone = {scenario.name for scenario, _ in places}
            places += {each.place[0].name: each.place for each in same if each.place[0].name not in gone}.values()
        conversation.places = places if self.service == "okta" else []
        if not chosen.is_repeated:
            self._show(conversation, chosen.place[0].phone, answer)
        return answer

    def _is_met(self, conversation: _Conversation, option: _Option) -> bool:
        if option.place[0].name in self.asked:
            return True
        notes = option.answer.notes
        has_waited = self.now() - conversation.moved >= notes.waited
        return not notes.is_by_name and has_waited and notes.tap in (None, conversation.tap)

    def _show(self, conversation: _Conversation, phone: str, answer: Interaction) -> None:
        now, notes = self.now(), answer.notes
        conversation.phone = phone
        if notes.code is not None:
            self.delivered.append(Delivered(phone, notes.code, notes.by, now))
        if answer.is_poll:
            return
        conversation.moved, conversation.prompt = now, None
        if notes.prompt:
            conversation.prompt, conversation.tap = Prompt(now, now + notes.prompt, notes.number), None


def _options(place: _Place) -> Iterable[_Option]:
    """What may be played there."""
    scenario, played = place
    if played and scenario.interactions[played - 1].is_poll:
        yield _Option(place, scenario.interactions[played - 1], is_repeated=True)
    if played < len(scenario.interactions):
        yield _Option(place, scenario.interactions[played], is_repeated=False)


def _agree(one: Interaction, other: Interaction) -> bool:
    """The two answers say the same."""
    return (one.status, one.body) == (other.status, other.body)
