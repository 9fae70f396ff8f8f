"""Tells two places in a call apart, by what a caller could observe, never by what the application keeps inside.

Several measures, from coarse to fine; what none of them can see (a counter of attempts, say) is met by visiting the
same fingerprint several times along one path, see `exploring`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from simulator.explorer.announced import ENGLISH, announcing
from simulator.explorer.tree import Input, State, StateKind, Tree
from simulator.operator.masking import DOT

NUMBER = re.compile(r"\d+(?:[\s.,:/-]*\d+)*")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call has come to rest, as far as it can be observed.

    `heard` since the last move, `asked` the addresses of the documents since then, `last` the last one of all.
    """

    kind: StateKind
    heard: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    last: str = ""
    input: Input | None = None
    ending: str = ""


def _running(place: Place) -> tuple[object, ...]:
    """What the call waits for, with the attributes a caller can notice."""
    listens = place.input
    attributes = () if listens is None else (listens.verb, listens.keys, listens.speech, listens.num_digits,
                                             listens.finish_on_key, listens.timeout)  # fmt: skip
    return (place.kind, place.ending, *attributes)


def _verbs(place: Place) -> tuple[object, ...]:
    """What runs and the document it is in: the same menu, whatever was said before it."""
    return (place.last, *_running(place))


def _words(place: Place) -> tuple[object, ...]:
    """What runs and the words since the last move, numbers in them left out: a balance makes no other state.

    The document is left out, as callers do not see it, unless nothing was said.
    """
    return (
        *(_running(place) if place.heard else _verbs(place)),
        *map(without_numbers, place.heard),
    )


def without_numbers(words: str) -> str:
    """The words with a sign in place of every number, and single blanks."""
    return NUMBER.sub("#", " ".join(words.split()))


def _exact(place: Place) -> tuple[object, ...]:
    """The words with their numbers, and the document."""
    return (*_verbs(place), *place.heard)


def _requests(place: Place) -> tuple[object, ...]:
    """What runs, and which documents the application was asked for since the last move; for lines of sound files."""
    return (*_verbs(place), *place.asked)


SAMES: Mapping[str, Callable[[Place], tuple[object, ...]]] = {
    "verbs": _verbs,
    "requests": _requests,
    "words": _words,
    "exact": _exact,
}


def fingerprint(place: Place, same: str) -> str:
    """Twelve hexadecimal digits; equal for places that this measure does not tell apart."""
    return sha256(repr(SAMES[same](place)).encode()).hexdigest()[:12]


OF_ONE_CALL = re.compile(r"\b[A-Z]{2}[0-9a-f]{32}\b")
"""Sids, which are others in every call."""


def is_of_one_call(words: str) -> bool:
    """They hold something that is masked, or a sid."""
    return DOT in words or OF_ONE_CALL.search(words) is not None


class Wording:
    """Learns which words are the same in every call: those before the first number that changes from call to call.

    A ticket, a time, a place in a queue change; the keys of a menu do not. Only another call, with other ids, can tell:
    `seed` is where the ids of a call came from.
    """

    def __init__(self) -> None:
        self._seeds: dict[str, set[int]] = {}
        self._changing: dict[str, int] = {}

    def hear(self, words: Iterable[str], seed: int) -> None:
        """Words of one call."""
        for each in words:
            self._seeds.setdefault(each, set()).add(seed)

    def compare(self, before: Iterable[str], now: Iterable[str], seed: int) -> None:
        """The words that came of the same moves in an earlier call and in this one."""
        now = tuple(now)
        self.hear(now, seed)
        for old, new in zip(before, now, strict=False):
            form = without_numbers(old)
            if old != new and form == without_numbers(new):
                pairs = zip(_numbers(old), _numbers(new), strict=True)
                first = next(at for at, (one, other) in enumerate(pairs) if one[0] != other[0])
                self._changing[form] = min(first, self._changing.get(form, first))

    def is_known(self, words: str) -> bool:
        """There is nothing to learn about them from another call."""
        return not _numbers(words) or len(self._seeds.get(words, ())) > 1 or without_numbers(words) in self._changing

    def steady(self, words: str) -> str:
        """What can be expected of them in another call."""
        changing = self._changing.get(without_numbers(words))
        return words if changing is None else words[: _numbers(words)[changing].start()]


def _numbers(words: str) -> list[re.Match[str]]:
    return list(NUMBER.finditer(words))


PlaceKey = tuple[object, ...]
"""Equal for states that are the same place for a caller, whatever was said before and however often they were there."""


def menu(state: State, patterns: Sequence[re.Pattern[str]] = ENGLISH) -> PlaceKey | None:
    """The Gather with its attributes, and the sentences that announce its keys; None where no key is announced."""
    told = announcing(state.heard, patterns) if state.kind == "gather" else ()
    return (state.caller, state.input, *told) if told else None


def same_offer(state: State, patterns: Sequence[re.Pattern[str]] = ENGLISH) -> PlaceKey:
    """What two states have in common at which the same keys do the same; the fingerprint where none are announced."""
    return menu(state, patterns) or (state.caller, state.fingerprint)


def places(tree: Tree) -> Mapping[str, str]:
    """For every state the first one that is the same place for a caller."""
    first: dict[PlaceKey, str] = {}
    return {state.id: first.setdefault(menu(state) or _place(state), state.id) for state in tree.states}


def _place(state: State) -> PlaceKey:
    if state.kind == "ended":
        return state.caller, state.ending, state.heard[-1:]
    return state.caller, state.kind, state.input, state.asked, () if state.kind == "push" else state.heard[-1:]
