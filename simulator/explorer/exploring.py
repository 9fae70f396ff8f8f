"""Takes every move from every state, breadth first, by calling again and replaying the moves that led there.

A state is a fingerprint and how often the path to it had met that fingerprint before, up to `revisits`: what only the
application counts (wrong codes, missed keys) is reached by doing the same again, and the third time is another state
than the first. What a fingerprint does not show and repetition does not reach stays unseen.

The first time a menu is met (a Gather with these attributes, and these sentences that announce its keys) every key is
pressed; later a single key stands for all those that led to the same place, from a place met for the third time only
those that led back into the menu are pressed, and behind a fault those that are announced and a single other. All that
unless `every_key`. The caller hangs up once in every document. Faults come last, each once for every document that a
move asks for, or behind the application for every outcome of asking the service that fails.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from simulator.errors import WrongUseError
from simulator.explorer.announced import announced, announcing
from simulator.explorer.faults import WEBHOOK_FAULTS
from simulator.explorer.fingerprints import Place, fingerprint
from simulator.explorer.moves import Habits
from simulator.explorer.tree import Edge, Move, State, Tree
from simulator.explorer.walking import Told, Walk
from simulator.network import OpenNetwork
from simulator.operator.clock import ManualClock

_WORN = 2
"""From a menu's place met so often before, only what leads back into the menu is done again."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where an exploration stops: moves in a path, states in all, real seconds (None: no limit), and per path how
    often a fingerprint counts as a new state after its first visit, and how many faults."""

    depth: int = 20
    states: int = 1000
    time: float | None = None
    revisits: int = 3
    faults: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What is explored and how. `is_fresh`: every network opened has an application of its own, so that one seed
    serves for all calls; otherwise each call has a seed of its own, as no CallSid may come twice."""

    callers: tuple[str, ...] = ()
    called: str = ""
    seed: int = 0
    same: str = "words"
    habits: Habits = field(default_factory=Habits)
    bounds: Bounds = field(default_factory=Bounds)
    every_key: bool = False
    is_fresh: bool = True
    fault_names: tuple[str, ...] | None = None
    """Only these faults; None: all there are."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a move led, and everything on the way."""

    move: Move
    place: Place
    moves: tuple[Move, ...]
    told: Told


class UnsteadyError(Exception):
    """The moves that led to a state led elsewhere when they were made again."""


class Exploration:
    """Grows a tree; `tree()` may be asked for at any time, also after `run` was cancelled."""

    def __init__(
        self,
        open_network: OpenNetwork,
        plan: Plan,
        *,
        stopwatch: Callable[[], float],
        begun: Tree | None = None,
    ) -> None:
        self._open = open_network
        self._plan = plan
        self._stopwatch = stopwatch
        self._states: list[State] = []
        self._edges: list[Edge] = []
        self._known: dict[tuple[str, str, int], State] = {}
        self._leaving: dict[str, dict[str, Edge]] = {}
        self._faulted: set[tuple[str, ...]] = set()
        self._menus: dict[tuple[object, ...], State] = {}
        self._hung_up: dict[tuple[str, str, str], State] = {}
        self._ahead: dict[str, Arrival] = {}
        self._troubles: dict[str, str] = {}
        self._url = ""
        self._called = plan.called
        self._began = 0.0
        self._at = 0
        self._stopped = "interrupted"
        self.notice: Callable[[], None] | None = None
        """Called after every move."""
        self.calls = 0
        """How many calls were made."""
        if begun is not None:
            self._take_up(begun)

    # ------------------------------------------------------------ for whoever watches

    @property
    def counts(self) -> tuple[int, int, int]:
        """States done, states known, moves made."""
        return self._at, len(self._states), len(self._edges)

    @property
    def faults(self) -> tuple[str, ...]:
        """The names of the faults that are tried."""
        every = (*WEBHOOK_FAULTS, *self._troubles)
        wanted = self._plan.fault_names
        return every if wanted is None else tuple(name for name in every if name in wanted)

    def tree(self) -> Tree:
        """What has been found so far."""
        bounds = self._plan.bounds
        return Tree(
            called=self._called,
            url=self._url,
            seed=self._plan.seed,
            same=self._plan.same,
            states=tuple(self._states[:1] + [self._judged(state) for state in self._states[1:]]),
            edges=tuple(self._edges),
            limits={
                "depth": bounds.depth,
                "states": bounds.states,
                "revisits": bounds.revisits,
                "faults": bounds.faults,
            },
            stopped=self._stopped,
        )

    # ------------------------------------------------------------ the search

    async def run(self) -> None:
        """Explore until everything within the bounds is known."""
        self._began = self._stopwatch()
        await self._begin()
        while self._at < len(self._states):
            if self._plan.bounds.depth > self._states[self._at].depth:
                stopped = await self._expand(self._states[self._at])
                if stopped:
                    self._stopped = stopped
                    return
            self._at += 1
        self._stopped = ""

    async def _begin(self) -> None:
        """Look who can call whom, and what can go wrong; raises WrongUseError for a fault nobody knows."""
        async with self._open(ManualClock(), seed=self._plan.seed) as network:
            self._troubles = {trouble.name: trouble.party for trouble in network.troubles}
            callers = tuple(caller or network.caller for caller in self._plan.callers) or (network.caller,)
            self._called = self._called or network.called
        every = (*WEBHOOK_FAULTS, *self._troubles)
        for name in self._plan.fault_names or ():
            if name not in every:
                raise WrongUseError(f"there is no fault {name!r}; there are {', '.join(every)}")
        if not self._states:
            moves = tuple(Move("dial", caller, f"call from {caller}") for caller in dict.fromkeys(callers))
            self._states.append(State("s0", "start", "", "start", 0, 0, moves=moves))

    async def _expand(self, state: State) -> str:
        """Make every move that is due; why it had to stop, or nothing."""
        try:
            for move in self._due(state):
                if stopped := self._bound():
                    return stopped
                await self._make(state, move)
            for move in self._faulty(state):
                if stopped := self._bound():
                    return stopped
                await self._make(state, move)
        except UnsteadyError:
            self._states[self._at] = replace(state, left_out="unsteady")
        return ""

    def _bound(self) -> str:
        bounds = self._plan.bounds
        if len(self._states) >= bounds.states:
            return "states"
        if bounds.time is not None and self._stopwatch() - self._began >= bounds.time:
            return "time"
        return ""

    def _due(self, state: State) -> Iterator[Move]:
        """The state's moves that have not been made, but for keys for which another one stands."""
        for move in self._chosen(state):
            if move.key not in self._leaving.get(state.id, {}):
                yield move

    def _chosen(self, state: State) -> Iterator[Move]:
        """Those of its moves that are to be made; the others are as good as one that is."""
        if self._plan.every_key:
            yield from state.moves
            return
        menu = self._menu(state)
        first = self._menus.setdefault(menu, state)
        made = {} if first is state else self._leaving.get(first.id, {})
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
            place = self._by_id(before.target)
        elif state.input is not None and state.input.num_digits == 1 and self._is_behind_fault(state):
            told = announced(state.heard, self._plan.habits.patterns)
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

    def _is_behind_fault(self, state: State) -> bool:
        return any(edge.move.fault for edge in self._back_from(state))

    def _menu(self, state: State) -> tuple[object, ...]:
        """What makes two places the same menu for whoever listens; without announced keys only the same fingerprint."""
        told = announcing(state.heard, self._plan.habits.patterns)
        return (state.caller, state.input, *told) if told else (state.caller, state.fingerprint)

    def _faulty(self, state: State) -> Iterator[Move]:
        """Plain moves once more, each with every fault that has not struck at such an occasion yet."""
        past = sum(bool(edge.move.fault) for edge in self._back_from(state))
        if past >= self._plan.bounds.faults:
            return
        for edge in list(self._leaving.get(state.id, {}).values()):
            if edge.move.fault or edge.move.kind == "hangup":
                continue
            for fault in self.faults:
                occasion = self._occasion(edge, fault, past)
                if occasion is not None and occasion not in self._faulted:
                    self._faulted.add(occasion)
                    move = replace(edge.move, fault=fault)
                    if move.key not in self._leaving[state.id]:
                        yield move

    def _occasion(self, edge: Edge, fault: str, past: int) -> tuple[str, ...] | None:
        """What a fault is tried once for: a document that is asked for, and behind the application what came of it.

        None where the fault cannot strike: nothing is asked for, or not of the service that fails.
        """
        asked = next((each.address for each in edge.requests if each.purpose == "document"), None)
        if asked is None:
            return None
        if fault in WEBHOOK_FAULTS:
            return fault, str(past), asked
        party = self._troubles.get(fault, "")
        if party and party not in edge.others:
            return None
        return fault, str(past), asked, self._by_id(edge.target).fingerprint

    # ------------------------------------------------------------ one edge

    async def _make(self, state: State, move: Move) -> None:
        ahead = self._ahead.pop(state.id, None)
        if ahead is not None and ahead.move == move:
            arrival: Arrival = ahead
        else:
            arrival, ahead = await self._call([*self._moves_to(state), move], state)
        target, is_new = self._state_for(state, arrival)
        self._connect(state, target, move, arrival.told)
        if is_new and ahead is not None and ahead is not arrival:
            self._ahead[target.id] = ahead
        if self.notice is not None:
            self.notice()

    async def _call(self, moves: Sequence[Move], source: State) -> tuple[Arrival, "Arrival | None"]:
        """Call, make all the moves, and tell of the last one; where that is new, of the first move from there, too.

        That move is due anyway, and here it costs no call of its own.
        """
        clock = ManualClock()
        seed = self._plan.seed if self._plan.is_fresh else self._plan.seed + self.calls
        self.calls += 1
        async with self._open(clock, seed=seed) as network:
            walk = Walk(network, clock, self._called, self._plan.habits)
            place = Place("start")
            for move in moves[:-1]:
                place = await walk.take(move)
            if len(moves) > 1 and fingerprint(place, self._plan.same) != source.fingerprint:
                raise UnsteadyError
            arrival = await self._arrival(walk, moves[-1])
            self._url = self._url or walk.url
            leads_on = arrival.moves and arrival.moves[0].kind != "hangup"
            is_deep = source.depth + 1 >= self._plan.bounds.depth
            if not leads_on or is_deep or self._key(source, arrival) in self._known:
                return arrival, None
            return arrival, await self._arrival(walk, arrival.moves[0])

    async def _arrival(self, walk: Walk, move: Move) -> Arrival:
        place = await walk.take(move)
        return Arrival(move, place, walk.moves(), walk.told(move))

    def _key(self, source: State, arrival: Arrival) -> tuple[str, str, int]:
        """What makes a state: who calls, the fingerprint, and how often the path to it had met that before."""
        caller = arrival.move.value if arrival.move.kind == "dial" else source.caller
        print_ = fingerprint(arrival.place, self._plan.same)
        if _is_over(arrival.place):
            return caller, print_, 0
        met = sum(state.fingerprint == print_ for state in self._states_to(source))
        return caller, print_, min(met, self._plan.bounds.revisits)

    def _state_for(self, source: State, arrival: Arrival) -> tuple[State, bool]:
        """The state the move led to, and whether it is a new one."""
        key = self._key(source, arrival)
        known = self._known.get(key)
        if known is not None:
            return known, False
        caller, print_, visit = key
        place = arrival.place
        state = State(
            id=f"s{len(self._states)}",
            kind=place.kind,
            caller=caller,
            fingerprint=print_,
            visit=visit,
            depth=source.depth + 1,
            via=f"e{len(self._edges)}",
            heard=arrival.told.heard,
            asked=place.last,
            input=place.input,
            ending=place.ending,
            moves=arrival.moves,
        )
        self._remember(state)
        return state, True

    def _connect(self, source: State, target: State, move: Move, told: Told) -> None:
        edge = Edge(
            f"e{len(self._edges)}",
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
        self._edges.append(edge)
        self._leaving.setdefault(source.id, {})[move.key] = edge

    # ------------------------------------------------------------ bookkeeping

    def _remember(self, state: State) -> None:
        self._states.append(state)
        self._known[(state.caller, state.fingerprint, state.visit)] = state

    def _take_up(self, begun: Tree) -> None:
        """Go on where a tree was left; what it holds is not explored again."""
        for state in begun.states:
            self._remember(replace(state, left_out=state.left_out if state.left_out == "unsteady" else ""))
        for edge in begun.edges:
            self._edges.append(edge)
            self._leaving.setdefault(edge.source, {})[edge.move.key] = edge
        self._called, self._url = begun.called, begun.url

    def _judged(self, state: State) -> State:
        """The state, and why not all of its moves were made."""
        if state.left_out or state.is_over:
            return state
        if state.depth >= self._plan.bounds.depth:
            return replace(state, left_out="depth")
        is_done = int(state.id[1:]) < self._at
        return state if is_done else replace(state, left_out=self._stopped)

    def _by_id(self, state: str) -> State:
        return self._states[int(state[1:])]

    def _back_from(self, state: State) -> Iterator[Edge]:
        while state.via:
            edge = self._edges[int(state.via[1:])]
            yield edge
            state = self._by_id(edge.source)

    def _states_to(self, state: State) -> Iterator[State]:
        yield state
        for edge in self._back_from(state):
            yield self._by_id(edge.source)

    def _moves_to(self, state: State) -> list[Move]:
        return [edge.move for edge in reversed(list(self._back_from(state)))]


def _is_over(place: Place) -> bool:
    return place.kind in ("ended", "endless", "stuck")


async def explore(open_network: OpenNetwork, plan: Plan, *, stopwatch: Callable[[], float]) -> Tree:
    """The whole tree at once, for tests and programs."""
    exploration = Exploration(open_network, plan, stopwatch=stopwatch)
    await exploration.run()
    return exploration.tree()
