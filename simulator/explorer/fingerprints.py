"""How two places in a call are told apart: by what a caller could observe, never by what the application keeps inside.

Several measures, from coarse to fine; what none of them can see (a counter of attempts, say) is met by visiting the
same fingerprint several times along one path, see `exploring`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from simulator.explorer.tree import Input, StateKind

_NUMBER = re.compile(r"\d+(?:[\s.,:/-]*\d+)*")


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
        *(_NUMBER.sub("#", " ".join(words.split())) for words in place.heard),
    )


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
