"""Which moves are made from a state, and which are left out because another one shows the same. Makes none.

The first time a menu is met (a Gather with these attributes, and these sentences that announce its keys) every key is
pressed; later a single key stands for all those that led to the same place, from a place met for the third time only
those that led back into the menu are pressed, and behind a fault those that are announced and a single other. All that
unless `every_key`. The caller hangs up once in every document. A fault is tried once for every document that a move
asks for, or behind the application for every outcome of asking the service that fails.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from simulator.explorer.announced import announced
from simulator.explorer.fingerprints import PlaceKey, same_offer
from simulator.explorer.growth import Growth
from simulator.explorer.moves import Habits
from simulator.explorer.tree import Edge, Move, State
from simulator.troubles import WEBHOOK_FAULTS

_WORN = 2
"""From a menu's place met so often before, only what leads back into the menu is done again."""


class Choice:
    """Remembers what was chosen. `most_faults`: in a path."""

    def __init__(self, growth: Growth, habits: Habits, *, every_key: bool, most_faults: int) -> None:
        self._growth = growth
        self._habits = habits
        self._every_key = every_key
        self._most_faults = most_faults
        self._menus: dict[PlaceKey, State] = {}
        self._hung_up: dict[tuple[str, str, str], State] = {}
        self._faulted: set[tuple[str, ...]] = set()

    def due(self, state: State) -> Iterator[Move]:
        """The state's moves that have not been made, but for keys for which another one stands."""
        for move in self._chosen(state):
            if move.key not in self._growth.leaving(state):
                yield move

    def _chosen(self, state: State) -> Iterator[Move]:
        """Those of its moves that are to be made; the others are as good as one that is."""
        if self._every_key:
            yield from state.moves
            return
        first = self._menus.setdefault(self._menu(state), state)
        made = {} if first is state else self._growth.leaving(first)
        met: set[str] = set()
        for move in state.moves:
            if move.kind == "hangup":
                if self._hung_up.setdefault((state.caller, state.kind, state.asked), state) is state:
                    yield move
            elif move.kind != "keys" or self._is_due(state, move, made.get(move.key), met):
                yield move

    def _is_due(self, state: State, move: Move, before: Edge | None, met: set[str]) -> bool:
        """These keys are not as good as others that were pressed here; `before` is what they did in the same menu."""
        if before is not None:
            place = self._growth.by_id(before.target)
        elif state.input is not None and state.input.num_digits == 1 and self._growth.faults_before(state):
            told = announced(state.heard, self._habits.patterns)
            if move.value in told:
                return True
            place = state  # all the others together
        else:
            return True
        if place.fingerprint in met:
            return False
        met.add(place.fingerprint)
        is_worn = state.visit >= _WORN and state.input is not None and state.input.num_digits == 1
        return not is_worn or self._menu(place) == self._menu(state)

    def _menu(self, state: State) -> PlaceKey:
        return same_offer(state, self._habits.patterns)

    # ------------------------------------------------------------ faults

    def faulty(self, state: State, faults: Sequence[str], parties: Mapping[str, str]) -> Iterator[Move]:
        """Plain moves once more, each with every fault that has not struck at such an occasion yet.

        `parties` are the services that fail in faults behind the application.
        """
        past = self._growth.faults_before(state)
        if past >= self._most_faults:
            return
        for edge in list(self._growth.leaving(state).values()):
            if edge.move.fault or edge.move.kind == "hangup":
                continue
            for fault in faults:
                occasion = self._occasion(edge, fault, past, parties.get(fault, ""))
                if occasion is not None and occasion not in self._faulted:
                    self._faulted.add(occasion)
                    move = replace(edge.move, fault=fault)
                    if move.key not in self._growth.leaving(state):
                        yield move

    def _occasion(self, edge: Edge, fault: str, past: int, party: str) -> tuple[str, ...] | None:
        """What a fault is tried once for: a document that is asked for, and behind the application what came of it.

        None where the fault cannot strike: nothing is asked for, or not of the service that fails.
        """
        asked = next((each.address for each in edge.requests if each.purpose == "document"), None)
        if asked is None:
            return None
        if fault in WEBHOOK_FAULTS:
            return fault, str(past), asked
        if party and party not in edge.others:
            return None
        return fault, str(past), asked, self._growth.by_id(edge.target).fingerprint
