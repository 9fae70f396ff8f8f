"""One recorded scenario: what was asked, what was answered, and what the person's handset did; no files here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Tap: TypeAlias = Literal["approve", "deny"]


@dataclass(frozen=True, slots=True)
class Needs:
    """What must have happened before this answer is the right one to play."""

    tap: Tap | None = None  # the person answered the prompt so
    waited: float = 0.0  # seconds since the answer before it
    asked: bool = False  # trouble: only when the scenario is asked for by name

    @property
    def count(self) -> int:
        """How particular the answer is: the most particular one wins."""
        return (self.tap is not None) + bool(self.waited) + self.asked


@dataclass(frozen=True, slots=True)
class Shows:
    """What the answer makes appear on the person's handset: a code, or a prompt that lasts so many seconds."""

    code: str | None = None
    by: str = "sms"  # how the code comes
    prompt: float = 0.0
    number: int | None = None  # the right one of the prompt's choices
    choices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Interaction:
    """A request (vcrpy's own type) and its answer."""

    request: Any
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: float = 0.0  # seconds since the first request
    needs: Needs = Needs()
    shows: Shows = Shows()
    is_poll: bool = False  # may be repeated for as long as the person takes
    fault: Mapping[str, Any] = field(default_factory=dict)  # the trouble that the fakes were told to make before it


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file. `phone` is the caller's number; `source` is "fakes" or "live"."""

    name: str
    service: str
    source: str
    caller: str
    phone: str
    interactions: tuple[Interaction, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The codes that reach the handset in it."""
        return frozenset(each.shows.code for each in self.interactions if each.shows.code is not None)
