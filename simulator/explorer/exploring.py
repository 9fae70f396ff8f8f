"""Takes every move from every state, breadth first, by calling again and replaying the moves that led there.

A state is a fingerprint and how often the path to it had met that fingerprint before, up to `revisits`: what only the
application counts (wrong codes, missed keys) is reached by doing the same again, and the third time is another state
than the first. What a fingerprint does not show and repetition does not reach stays unseen. Which moves are made stands
in `choosing`, what has been found in `growth`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from simulator.errors import WrongUseError
from simulator.explorer.choosing import Choice
from simulator.explorer.faults import WEBHOOK_FAULTS
from simulator.explorer.fingerprints import Place, fingerprint
from simulator.explorer.growth import Growth, Key
from simulator.explorer.moves import Habits
from simulator.explorer.tree import Move, State, Tree
from simulator.explorer.walking import Told, Walk
from simulator.network import OpenNetwork
from simulator.operator.clock import ManualClock


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
        self._growth = Growth()
        self._choice = Choice(self._growth, plan.habits, every_key=plan.every_key, most_faults=plan.bounds.faults)
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
        return self._at, len(self._growth.states), len(self._growth.edges)

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
            states=tuple(self._growth.states[:1] + [self._judged(state) for state in self._growth.states[1:]]),
            edges=tuple(self._growth.edges),
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
        while self._at < len(self._growth.states):
            if self._plan.bounds.depth > self._growth.states[self._at].depth:
                stopped = await self._expand(self._growth.states[self._at])
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
        if not self._growth.states:
            moves = tuple(Move("dial", caller, f"call from {caller}") for caller in dict.fromkeys(callers))
            self._growth.states.append(State("s0", "start", "", "start", 0, 0, moves=moves))

    async def _expand(self, state: State) -> str:
        """Make every move that is due; why it had to stop, or nothing."""
        try:
            for move in self._choice.due(state):
                if stopped := self._bound():
                    return stopped
                await self._make(state, move)
            for move in self._choice.faulty(state, self.faults, self._troubles):
                if stopped := self._bound():
                    return stopped
                await self._make(state, move)
        except UnsteadyError:
            self._growth.states[self._at] = replace(state, left_out="unsteady")
        return ""

    def _bound(self) -> str:
        bounds = self._plan.bounds
        if len(self._growth.states) >= bounds.states:
            return "states"
        if bounds.time is not None and self._stopwatch() - self._began >= bounds.time:
            return "time"
        return ""

    # ------------------------------------------------------------ one edge

    async def _make(self, state: State, move: Move) -> None:
        ahead = self._ahead.pop(state.id, None)
        if ahead is not None and ahead.move == move:
            arrival: Arrival = ahead
        else:
            arrival, ahead = await self._call([*self._growth.moves_to(state), move], state)
        target, is_new = self._state_for(state, arrival)
        self._growth.connect(state, target, move, arrival.told)
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
            if not leads_on or is_deep or self._growth.known(self._key(source, arrival)) is not None:
                return arrival, None
            return arrival, await self._arrival(walk, arrival.moves[0])

    async def _arrival(self, walk: Walk, move: Move) -> Arrival:
        place = await walk.take(move)
        return Arrival(move, place, walk.moves(), walk.told(move))

    def _key(self, source: State, arrival: Arrival) -> Key:
        plan = self._plan
        return self._growth.key(source, arrival.move, arrival.place, same=plan.same, revisits=plan.bounds.revisits)

    def _state_for(self, source: State, arrival: Arrival) -> tuple[State, bool]:
        """The state the move led to, and whether it is a new one."""
        key = self._key(source, arrival)
        known = self._growth.known(key)
        if known is not None:
            return known, False
        caller, print_, visit = key
        place = arrival.place
        state = State(
            id=f"s{len(self._growth.states)}",
            kind=place.kind,
            caller=caller,
            fingerprint=print_,
            visit=visit,
            depth=source.depth + 1,
            via=f"e{len(self._growth.edges)}",
            heard=arrival.told.heard,
            asked=place.last,
            input=place.input,
            ending=place.ending,
            moves=arrival.moves,
        )
        self._growth.remember(state)
        return state, True

    # ------------------------------------------------------------ bookkeeping

    def _take_up(self, begun: Tree) -> None:
        """Go on where a tree was left; what it holds is not explored again."""
        states = (replace(each, left_out=each.left_out if each.left_out == "unsteady" else "") for each in begun.states)
        self._growth.take_up(replace(begun, states=tuple(states)))
        self._called, self._url = begun.called, begun.url

    def _judged(self, state: State) -> State:
        """The state, and why not all of its moves were made."""
        if state.left_out or state.is_over:
            return state
        if state.depth >= self._plan.bounds.depth:
            return replace(state, left_out="depth")
        is_done = int(state.id[1:]) < self._at
        return state if is_done else replace(state, left_out=self._stopped)


async def explore(open_network: OpenNetwork, plan: Plan, *, stopwatch: Callable[[], float]) -> Tree:
    """The whole tree at once, for tests and programs."""
    exploration = Exploration(open_network, plan, stopwatch=stopwatch)
    await exploration.run()
    return exploration.tree()
