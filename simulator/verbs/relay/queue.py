"""What an agent has sent to be heard in one session, in the order it is played. Emits nothing; times are exchange time.

Speech is cut into chunks at `:`, `,` and `.` (CR49), a greeting is one chunk. The rate and the pauses are those of a
few recorded calls (CR45, CR62, CR64): defaults, no promises.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from simulator.verbs.relay.noun import Inputs

CHARACTERS_A_SECOND = 19
FIRST_SOUND = 0.35
"""Seconds from the first token to its sound, where nothing is being spoken."""
AFTER_PREEMPTION = 2.0
"""Seconds of silence after a reply was cut off by a later message."""
MOST_WAITING = 600
"""Seconds of speech and sound that wait to be heard; what comes on top of them is discarded (our choice, L)."""
MOST_CHARACTERS = MOST_WAITING * CHARACTERS_A_SECOND
A_BIT = 1e-6
_ENDS = re.compile(r"(?<=[:,.])")


@dataclass(slots=True)
class Item:
    """A chunk of speech, a sound or tones. `seconds` is None while nobody knows how long the sound is.

    `turn` counts the replies; `ready` is when it can be heard at the earliest.
    """

    kind: Literal["speech", "sound", "digits"]
    content: str
    turn: int
    interruptible: Inputs
    preemptible: bool
    ready: float
    seconds: float | None
    language: str = ""
    loop: int = 1
    request: int | None = None
    """The number of the request for the sound."""


class Begun(NamedTuple):
    """An item has begun to be heard."""

    item: Item


class Over(NamedTuple):
    """An item has been heard, or `heard` of it; `seconds` of it were."""

    item: Item
    heard: str
    seconds: float
    is_cut: bool = False


@dataclass(slots=True)
class PlayQueue:
    """`now_playing` began at `began`; the others wait for their turn."""

    now_playing: Item | None = None
    began: float = 0.0
    _waiting: deque[Item] = field(default_factory=deque)
    _not_before: float = 0.0

    def add(self, item: Item, *, is_first: bool = False) -> None:
        """Have it played after everything else, or before everything that waits."""
        if is_first:
            self._waiting.appendleft(item)
        else:
            self._waiting.append(item)

    @property
    def is_empty(self) -> bool:
        return self.now_playing is None and not self._waiting

    @property
    def awaits_sound(self) -> bool:
        """A sound has been asked for and has not come."""
        return any(item.seconds is None for item in self._waiting)

    def waiting_seconds(self, now: float) -> float:
        """How much is still to be heard, as far as it is known."""
        left = 0.0 if self.now_playing is None else self.began + (self.now_playing.seconds or 0.0) - now
        return left + sum(item.seconds or 0.0 for item in self._waiting)

    def text_of(self, turn: int) -> str:
        """All speech of that reply that plays or waits, up to the first thing that is something else."""
        items = ([self.now_playing] if self.now_playing is not None else []) + list(self._waiting)
        said = []
        for item in items:
            if item.kind != "speech" or item.turn != turn:
                break
            said.append(item.content)
        return "".join(said)

    def sound_came(self, request: int, seconds: float | None) -> None:
        """The sound is there and so long; None: it cannot be played."""
        for item in [each for each in self._waiting if each.request == request and each.seconds is None]:
            if seconds is None:
                self._waiting.remove(item)
            else:
                item.seconds = seconds * item.loop

    @property
    def due(self) -> float | None:
        """When `reach` has something to say next; None when that is up to others."""
        if self.now_playing is not None:
            return self.began + (self.now_playing.seconds or 0.0)
        if not self._waiting or self._waiting[0].seconds is None:
            return None
        return max(self._waiting[0].ready, self._not_before)

    def reach(self, now: float) -> Begun | Over | None:
        """The next thing that has happened by now; ask until there is none."""
        due = self.due
        if due is None or due > now + A_BIT:
            return None
        if self.now_playing is not None:
            item, self.now_playing = self.now_playing, None
            self._not_before = due
            return Over(item, item.content, item.seconds or 0.0)
        item = self.now_playing = self._waiting.popleft()
        self.began = due
        return Begun(item)

    def cut(self, now: float) -> Over | None:
        """Everything is dropped; what was heard of the item that was playing."""
        self._waiting.clear()
        item, self.now_playing = self.now_playing, None
        if item is None:
            return None
        seconds = min(now - self.began, item.seconds or 0.0)
        return Over(item, heard_of(item.content, seconds) if item.kind == "speech" else "", seconds, is_cut=True)

    def preempt(self, now: float) -> Over | None:
        """A later message has come: what may be cut off is, from the front as far as it may be."""
        if self.now_playing is not None and not self.now_playing.preemptible:
            return None
        kept = deque(item for item in self._waiting if not item.preemptible)
        if self.now_playing is None:
            self._waiting = kept
            return None
        over = self.cut(now)
        self._waiting = kept
        self._not_before = now + AFTER_PREEMPTION
        return over


def chunks_of(text: str) -> list[str]:
    """The text in pieces, each but the last with its punctuation; joined they are the text."""
    return _ENDS.split(text)


def seconds_of(text: str) -> float:
    """How long a voice takes for it."""
    return round(len(text) / CHARACTERS_A_SECOND, 3)


def heard_of(text: str, seconds: float) -> str:
    """The words that have been said completely by then."""
    count = int(seconds * CHARACTERS_A_SECOND + A_BIT)
    if count >= len(text):
        return text
    if text[count].isspace():
        return text[:count]
    cut = max(text.rfind(" ", 0, count), 0)
    return text[:cut]
