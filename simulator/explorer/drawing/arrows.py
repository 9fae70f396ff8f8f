"""What of a tree is drawn, and in which words: moves with one target are one arrow, hanging up and faults stay away.

A menu has twelve keys, of which most lead to the same place; an arrow for each would be a hairball.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.explorer.tree import Edge, State, StateKind, Tree

Mood = Literal["plain", "good", "bad"]
_KEYS = "1234567890*#"
_NAMES: dict[StateKind, str] = {
    "start": "on hook", "gather": "menu", "record": "recording", "push": "waits for the other screen",
    "ringing": "somebody is rung", "talking": "talks to somebody", "room": "waits in a room", "stream": "media stream",
    "endless": "goes on without end", "stuck": "nothing ever happens", "ended": "the call ends",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn besides keys, words and silence; edges with findings are drawn in any case."""

    hangups: bool = False
    faults: bool = False
    edges: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Arrow:
    """All the drawn moves from one state to another."""

    source: str
    target: str
    edges: tuple[Edge, ...]

    @property
    def label(self) -> str:
        return label(self.edges)

    @property
    def is_fault(self) -> bool:
        return all(edge.move.fault for edge in self.edges)


def arrows(tree: Tree, shown: Shown) -> tuple[Arrow, ...]:
    """In the order in which the moves were found."""
    grouped: dict[tuple[str, str, bool], list[Edge]] = {}
    for edge in tree.edges:
        if _is_drawn(edge, shown):
            grouped.setdefault((edge.source, edge.target, bool(edge.move.fault)), []).append(edge)
    return tuple(Arrow(source, target, tuple(edges)) for (source, target, _), edges in grouped.items())


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
    """What one would say of these moves: `press 1`, `press 3–9, * or #`, `press nothing`."""
    keys = [edge.move for edge in edges if edge.move.kind == "keys" and edge.move.value in tuple(_KEYS)]
    others = [edge.move.shown for edge in edges if edge.move not in keys]
    faults = dict.fromkeys(f" ({move.fault})" for move in keys if move.fault)
    told = [f"press {_runs({move.value for move in keys})}{''.join(faults)}"] if keys else []
    return " / ".join(dict.fromkeys((*told, *others)))


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
    """The state in a few words: what was said last, or how the call ended."""
    words = " ".join(" ".join(state.heard).split())
    if state.kind == "ended":
        words = f"{_NAMES['ended']}: {state.ending}"
    elif state.kind != "gather" or not words:
        words = f"{_NAMES[state.kind]}{': ' if words else ''}{words}"
    return words if width is None or len(words) <= width else f"{words[: width - 1].rstrip()}…"


def mood(state: State) -> Mood:
    """Whether a caller would be glad to get there."""
    if state.kind in ("endless", "stuck") or state.ending in ("application-error", "loop", "time-limit"):
        return "bad"
    return "good" if state.ending == "completed" else "plain"


def spanning(tree: Tree) -> Iterator[tuple[State, Edge | None, int]]:
    """Every state once, each below the one it was first reached from, with the edge between; depth first."""
    waiting: list[tuple[State, Edge | None, int]] = [(state, None, 0) for state in tree.states if not state.via]
    waiting.reverse()
    while waiting:
        state, edge, depth = waiting.pop()
        yield state, edge, depth
        below = [each for each in tree.edges_from(state) if tree.state_by_id[each.target].via == each.id]
        waiting += [(tree.state_by_id[each.target], each, depth + 1) for each in reversed(below)]
