"""What a verb's script may say to the call that runs it: waits, flows, and the narrow view of the leg it acts on.

A script is a generator. It yields a `Wait`, receives the event it waited for or `TimedOut`, emits effects through its
`Leg`, and returns where the call goes next.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from simulator.vocabulary import Effect, Event, Method

Kinds = tuple[type[Event], ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Let time pass: at most `seconds` (None: without end), or until an event of one of the kinds comes."""

    seconds: float | None
    kinds: Kinds = ()
    for_caller: bool = False
    """Nothing is playing: only the caller, or their silence, moves the call on."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The seconds of a `Wait` went by without an event it waited for."""


TIMED_OUT = TimedOut()


@dataclass(frozen=True, slots=True)
class Goto:
    """Fetch the next document; `url` None or empty means the current document's own URL."""

    url: str | None
    method: Method = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None


@dataclass(frozen=True, slots=True)
class HangUp:
    """The application ends the call."""


@dataclass(frozen=True, slots=True)
class TurnAway:
    """The application refuses the call: without answering it when it still rings."""

    is_busy: bool


@dataclass(frozen=True, slots=True)
class Fail:
    """The document cannot go on: Twilio's code, and what was found. The call turns to the fallback URL."""

    code: int
    detail: str
    line: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """The simulator itself ends the call, because it does not know how the real one would go on; says why."""

    reason: str
    line: int


HANG_UP = HangUp()
Flow = Goto | HangUp | TurnAway | Fail | Stop | None
Incoming = Event | TimedOut
Script = Generator[Wait, Incoming, Flow]


class Leg(Protocol):
    """The view of a call that scripts act on."""

    @property
    def sid(self) -> str: ...

    @property
    def now(self) -> float: ...

    @property
    def is_lenient(self) -> bool: ...

    def emit(self, effect: Effect) -> None: ...

    def warn(self, code: int, detail: str, line: int | None) -> None:
        """Note a row of Twilio's error dictionary, with what was found and where."""

    def ask_for_sound(self, url: str) -> int:
        """Ask for a sound file, relative to the current document; the answer comes as Fetched or Unreachable."""
