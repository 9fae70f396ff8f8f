"""One thing that is wrong, and what the rules look at to find it. Knows no rule."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from simulator.explorer.announced import ENGLISH, announced
from simulator.explorer.fingerprints import is_of_one_call
from simulator.explorer.tree import Edge, State, Tree
from simulator.troubles import WEBHOOK_FAULTS

Severity = Literal["error", "warning", "note"]
"""A note is shown and fails nothing: it may well be meant so, which only the application's author can say."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause of trouble. `id` is the same in every run, for baselines; findings of one id are one finding.

    `edge` is the last move of the path that shows it; `ways` are all the moves on which it was found. `along` is the
    path, edge by edge, where it is another one than the shortest.
    """

    id: str
    rule: str
    severity: Severity
    sentence: str
    remedy: str
    edge: str = ""
    ways: tuple[str, ...] = ()
    along: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts as wrong, as far as that is a matter of taste.

    `guards` and `protected` are patterns of paths (`/ivr/account_*`); `slow` in seconds; `attempts`: so many wrong
    codes may be taken in one call.
    """

    guards: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    slow: float = 5.0
    attempts: int = 4
    patterns: tuple[re.Pattern[str], ...] = ENGLISH


@dataclass(frozen=True, slots=True)
class Survey:
    """A tree and the policy it is judged by."""

    tree: Tree
    policy: Policy = field(default_factory=Policy)

    def source(self, edge: Edge) -> State:
        return self.tree.state_by_id[edge.source]

    def target(self, edge: Edge) -> State:
        return self.tree.state_by_id[edge.target]

    def announced(self, state: State) -> tuple[str, ...]:
        """The keys that the prompts of a state announce."""
        return announced(state.heard, self.policy.patterns)

    def plain(self, state: State) -> Iterator[Edge]:
        """The moves from a state while nothing was broken."""
        return (edge for edge in self.tree.edges_from(state) if not edge.move.fault)

    def document(self, edge: Edge) -> str:
        """The address of the last document that was asked for on the way; the place it led to may have others."""
        asked = (each.address for each in reversed(edge.requests) if each.purpose not in ("media", "callback"))
        return next(asked, self.source(edge).asked)

    def place(self, state: State) -> str:
        """A state for an id: the path of its document, without the query where that is another one in every call."""
        edge = self.tree.edge_by_id.get(state.via)
        asked = () if edge is None else (each for each in edge.requests if each.path == state.asked)
        is_steady = all(each.is_steady for each in asked) and not is_of_one_call(state.asked)
        return state.asked if is_steady else state.asked.partition("?")[0]

    def where(self, state: State) -> str:
        """A state for a person."""
        return state.asked or "the start of the call"


Rule = Callable[[Survey], Iterator[Finding]]


def matches(path: str, patterns: Sequence[str]) -> bool:
    """The path, without its query, fits one of the patterns."""
    return any(fnmatchcase(path.partition("?")[0], pattern) for pattern in patterns)


def meets_webhook_fault(edge: Edge) -> bool:
    """The explorer itself broke a webhook on the way."""
    return edge.move.fault in WEBHOOK_FAULTS


def is_silence(edge: Edge) -> bool:
    """The caller entered nothing at a Gather, or said nothing at a Record."""
    return edge.move.kind == "silence" or (edge.move.kind == "talk" and edge.move.value == "0")


def silence(edge: Edge) -> str:
    """What the caller does then: "presses nothing", "says nothing"."""
    return "presses nothing" if edge.move.label == "press nothing" else "says nothing"
