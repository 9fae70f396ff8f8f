"""A telephone network ready to be used: an operator with its wire, a number to call, and the people who may call it.

Scripts and the terminal phone are given a way to open one and know nothing of what is behind it.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from simulator.mobile import Mobile
from simulator.operator.clock import Clock, WallClock
from simulator.operator.operator import Operator

CALLED = "+12075551234"
"""The number of an application that nobody has given one."""
CALLER = "+17735551234"
"""Who calls unless somebody else is named."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may call: shown in the terminal phone's list."""

    name: str
    number: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something behind the application that can be made to fail: `begin` breaks it, `end` mends it again.

    `end` may mend everything of that party: whoever wants the rest to stay broken begins it anew.

    `party` is the service that fails, as the journal names it; empty when the journal does not tell of it.
    """

    name: str
    meaning: str
    begin: Callable[[], Awaitable[None]]
    end: Callable[[], Awaitable[None]]
    party: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """Everything a caller needs. `called` is the number of the line, `caller` the one that calls by default.

    `troubles` are those that whoever opened the network knows how to make.
    """

    operator: Operator
    mobile: Mobile
    called: str
    caller: str
    people: tuple[Person, ...] = ()
    title: str = ""
    troubles: tuple[Trouble, ...] = ()
    preferences: "Preferences | None" = None
    """Where it can be changed which factor a person is asked for first; None: nowhere."""
    is_token_known: bool = True
    """Requests are signed with the application's own auth token, as far as anybody has said."""
    playback: "Playback | None" = None
    """What is played back instead of calls being made; then nobody can call."""


class Preferences(Protocol):
    """Which factor people are asked for first, in the directory where the line looks it up. By phone numbers."""

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be preferred."""

    async def of(self, numbers: tuple[str, ...]) -> dict[str, str | None]:
        """The preferences of those people who are in the directory; None where none is set."""

    async def prefer(self, number: str, factor: str | None) -> None:
        """Set it, or clear it, as an administrator would."""


class Playback(Protocol):
    """Fills a network's journal in the operator's stead: a recording. Follows a clock as an operator does."""

    @property
    def due(self) -> float | None:
        """When the next thing happens, Unix seconds; None when all has happened."""

    def stir(self) -> None:
        """Look at the clock again."""

    async def run(self, clock: WallClock) -> None:
        """Play until cancelled."""


class OpenNetwork(Protocol):
    """Opens a fresh network on the given clock; whatever it started is stopped when the context ends."""

    def __call__(self, clock: Clock, *, seed: int = 0) -> AbstractAsyncContextManager[Network]: ...
