"""What of a tree is drawn, and in which words: places, not visits; moves with one target are one arrow.

A menu has twelve keys, of which most lead to the same place, and is offered again after each slip; an arrow for every
move would be a hairball. Hanging up and faults stay away unless they are asked for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from simulator.explorer.fingerprints import places
from simulator.explorer.tree import Edge, Move, State, StateKind, Tree

Mood = Literal["plain", "good", "bad"]
_KEYS = "1234567890*#"
_BAD_ENDS = ("application-error", "loop", "time-limit", "socket-limit")
_NAMES: dict[StateKind, str] = {
    "start": "on hook", "gather": "menu", "record": "recording", "push": "waits for the other screen",
    "ringing": "somebody is rung", "talking": "talks to somebody", "room": "waits in a room", "stream": "media stream",
    "endless": "goes on without end", "stuck": "nothing ever happens", "ended": "the call ends",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn besides keys, words and silence; edges with findings are drawn in any case.

    `visits`: a place that is met again after other moves is drawn again.
    """

    hangups: bool = False
    faults: bool = False
    visits: bool = False
    edges: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Arrow:
    """All the drawn moves from one place to another; `is_late`: none of them is made on the first visit."""

    source: str
    target: str
    edges: tuple[Edge, ...]
    is_late: bool = False

    @property
    def label(self) -> str:
        return f"later: {label(self.edges)}" if self.is_late else label(self.edges)

    @property
    def is_fault(self) -> bool:
        return all(edge.move.fault for edge in self.edges)


def arrows(tree: Tree, shown: Shown) -> tuple[Arrow, ...]:
    """In the order in which the moves were found; none from a place that no drawn move leads to."""
    place = {state.id: state.id for state in tree.states} if shown.visits else places(tree)
    grouped: dict[tuple[str, str, bool], list[Edge]] = {}
    for edge in tree.edges:
        if _is_drawn(edge, shown):
            grouped.setdefault((place[edge.source], place[edge.target], bool(edge.move.fault)), []).append(edge)
    found = [
        Arrow(source, target, tuple(edges), all(edge.source != source for edge in edges))
        for (source, target, _), edges in grouped.items()
    ]
    reached = _reached(tree, found)
    return tuple(arrow for arrow in found if arrow.source in reached)


def _reached(tree: Tree, found: Sequence[Arrow]) -> set[str]:
    """Every place that the arrows lead to from a start."""
    leaving: dict[str, list[str]] = {}
    for arrow in found:
        leaving.setdefault(arrow.source, []).append(arrow.target)
    reached: set[str] = set()
    waiting = [state.id for state in tree.states if not state.via]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += leaving.get(state, [])
    return reached


def drawn_states(tree: Tree, drawn: Iterable[Arrow]) -> tuple[State, ...]:
    """The start, and whatever an arrow touches."""
    touched = {state for arrow in drawn for state in (arrow.source, arrow.target)}
    return tuple(state for state in tree.states if state.kind == "start" or state.id in touched)


def _is_drawn(edge: Edge, shown: Shown) -> bool:
    if edge.id in shown.edges:
        return True
    if edge.move.fault:
        return shown.faults
    return shown.hangups or edge.move.kind != "hangup"


def label(edges: Sequence[Edge]) -> str:
    """What one would say of these moves: `press 1`, `press 3–9, * or #`, `press nothing`, `press 1 (okta-down)`."""
    by_fault: dict[str, dict[str, Move]] = {}
    for edge in edges:
        by_fault.setdefault(edge.move.fault, {})[replace(edge.move, fault="").key] = edge.move
    told: dict[str, list[str]] = {}
    for fault, moves in by_fault.items():
        told.setdefault(_said(list(moves.values())), []).append(fault)
    return " / ".join(words + (f" ({', '.join(faults)})" if any(faults) else "") for words, faults in told.items())


def _said(moves: Sequence[Move]) -> str:
    """Without their faults."""
    keys = {move.value for move in moves if move.kind == "keys" and move.value in tuple(_KEYS)}
    others = [move.label or move.key for move in moves if move.kind != "keys" or move.value not in keys]
    return " / ".join(dict.fromkeys([*([f"press {_runs(keys)}"] if keys else []), *others]))


def _runs(keys: set[str]) -> str:
    """Three digits or more in a row become one word."""
    if keys == set(_KEYS):
        return "any key"
    words: list[str] = []
    row: list[str] = []
    for key in [*(each for each in "0123456789" if each in keys), ""]:
        if row and (not key or int(key) != int(row[-1]) + 1):
            words += [f"{row[0]}–{row[-1]}"] if len(row) > 2 else row
            row = []
        row += [key] if key else []
    words += [key for key in "*#" if key in keys]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def title(state: State, width: int | None = None) -> str:
    """The state in a few words: what was said last, and how the call ended."""
    words = " ".join(" ".join(state.heard).split())
    if state.kind == "ended":
        end = f"{_NAMES['ended']}: {state.ending}"
        return f"{_shortened(words, None if width is None else width - len(end) - 3)} · {end}" if words else end
    if state.kind != "gather" or not words:
        words = f"{_NAMES[state.kind]}{': ' if words else ''}{words}"
    return _shortened(words, width)


def _shortened(words: str, width: int | None) -> str:
    return words if width is None or len(words) <= width else f"{words[: max(width - 1, 0)].rstrip()}…"


def mood(state: State) -> Mood:
    """Whether a caller would be glad to get there."""
    if state.kind in ("endless", "stuck") or state.ending in _BAD_ENDS:
        return "bad"
    return "good" if state.ending == "completed" else "plain"
