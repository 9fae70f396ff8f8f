"""The tree as far as it has grown: its states and edges in the order they were found, and the ways back from them."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.explorer.fingerprints import Place, fingerprint
from simulator.explorer.tree import Edge, Move, State, Tree
from simulator.explorer.walking import Told

Key = tuple[str, str, int]
"""What makes a state: who calls, the fingerprint, and how often the path to it had met that before."""


Step = tuple[Edge, str]
"""An edge, and the fingerprint of where it led."""


class Growth:
    """Ids are positions: state `s3` is the fourth, edge `e0` the first."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self.edges: list[Edge] = []
        self._known: dict[Key, State] = {}
        self._leaving: dict[str, dict[str, Edge]] = {}

    def take_up(self, begun: Tree) -> None:
        """Go on where a tree was left."""
        for state in begun.states:
            self.remember(state)
        for edge in begun.edges:
            self._add(edge)

    # ------------------------------------------------------------ growing

    def remember(self, state: State) -> None:
        """A new state."""
        self.states.append(state)
        self._known[(state.caller, state.fingerprint, state.visit)] = state

    def connect(self, source: State, target: State, move: Move, told: Told) -> None:
        """A new edge."""
        self._add(
            Edge(
                f"e{len(self.edges)}",
                source.id,
                target.id,
                move,
                told.heard,
                told.requests,
                told.warnings,
                told.transcript,
                told.seconds,
                told.others,
            )
        )

    def _add(self, edge: Edge) -> None:
        self.edges.append(edge)
        self._leaving.setdefault(edge.source, {})[edge.move.key] = edge

    def leave_out(self, state: State, reason: str) -> None:
        """The state's moves are not made, or not all of them."""
        self.states[int(state.id[1:])] = replace(state, left_out=reason)

    # ------------------------------------------------------------ looking

    def known(self, key: Key) -> State | None:
        """The state that this makes, if it was found already."""
        return self._known.get(key)

    def by_id(self, state: str) -> State:
        return self.states[int(state[1:])]

    def leaving(self, state: State) -> dict[str, Edge]:
        """The edges that leave a state, by their move's key."""
        return self._leaving.get(state.id, {})

    def back_from(self, state: State) -> Iterator[Edge]:
        """The edges that led to a state first, the last one first."""
        while state.via:
            edge = self.edges[int(state.via[1:])]
            yield edge
            state = self.by_id(edge.source)

    def faults_before(self, state: State) -> int:
        """How many faults struck on the path to a state."""
        return sum(bool(edge.move.fault) for edge in self.back_from(state))

    def steps_to(self, state: State) -> list[Step]:
        """What led to a state first, from a telephone that was just taken up."""
        return [(edge, self.by_id(edge.target).fingerprint) for edge in reversed(list(self.back_from(state)))]

    def steps_through(self, edge: Edge) -> list[Step]:
        """What led to an edge first, and the edge."""
        return [*self.steps_to(self.by_id(edge.source)), (edge, self.by_id(edge.target).fingerprint)]

    def key(self, source: State, move: Move, place: Place, *, same: str, revisits: int) -> Key:
        """Of the state that the move led to."""
        caller = move.value if move.kind == "dial" else source.caller
        print_ = fingerprint(place, same)
        if place.kind in ("ended", "endless", "stuck"):
            return caller, print_, 0
        met = sum(state.fingerprint == print_ for state in self._states_to(source))
        return caller, print_, min(met, revisits)

    def _states_to(self, state: State) -> Iterator[State]:
        yield state
        for edge in self.back_from(state):
            yield self.by_id(edge.source)
