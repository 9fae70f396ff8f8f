"""Takes every move from every state, breadth first, by calling again and replaying the moves that led there.

Faults come when all that can be reached without them is known, in the time that is left. A state is a fingerprint and
how often the path to it had met that fingerprint before, up to `revisits`: what only the application counts (wrong
codes, missed keys) is reached by doing the same again, and the third time is another state than the first. What a
fingerprint does not show and repetition does not reach stays unseen. Which moves are made stands in `choosing`, what
has been found in `growth`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from simulator.errors import WrongUseError
from simulator.explorer.choosing import Choice
from simulator.explorer.fingerprints import Wording
from simulator.explorer.growth import Growth, Key
from simulator.explorer.plan import Plan
from simulator.explorer.replaying import Arrival, NobodyAnsweredError, Replays, UnsteadyError
from simulator.explorer.tree import Edge, Move, State, Tree
from simulator.network import OpenNetwork
from simulator.operator.clock import ManualClock
from simulator.troubles import WEBHOOK_FAULTS
from simulator.wires.trouble import WRONG_SIGNATURE

Take = Callable[[State], Awaitable[str]]
"""Makes moves from a state; returns why it had to stop, or nothing."""

_WEBHOOK_FAULTS = tuple(name for name in WEBHOOK_FAULTS if name != WRONG_SIGNATURE)
"""A wrong signature is refused in the same way after every move."""


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
        self._wording = Wording()
        self._replays = Replays(open_network, plan, self._wording)
        self._stopwatch = stopwatch
        self._growth = Growth()
        self._choice = Choice(self._growth, plan.habits, every_key=plan.every_key, most_faults=plan.bounds.faults)
        self._ahead: dict[str, Arrival] = {}
        self._troubles: dict[str, str] = {}
        self._called = plan.called
        self._began = 0.0
        self._done: set[str] = set()
        self._tried: set[str] = set()
        self._stopped = "interrupted"
        self.notice: Callable[[], None] | None = None
        """Called after every move."""
        self._url = ""
        if begun is not None:
            self._take_up(begun)

    # ------------------------------------------------------------ for whoever watches

    @property
    def progress(self) -> tuple[int, int]:
        """How much is done of what is known to be ahead: a state is two steps, without faults and with them."""
        steps = 2 if self._plan.bounds.faults else 1
        return len(self._done) + len(self._tried), steps * len(self._growth.states)

    @property
    def calls(self) -> int:
        """How many were made."""
        return self._replays.made

    @property
    def counts(self) -> tuple[int, int]:
        """States and moves found."""
        return len(self._growth.states), len(self._growth.edges)

    @property
    def faults(self) -> tuple[str, ...]:
        """The names of the faults that are tried."""
        every = (*_WEBHOOK_FAULTS, *self._troubles)
        wanted = self._plan.fault_names
        return every if wanted is None else tuple(name for name in every if name in wanted)

    def tree(self) -> Tree:
        """What has been found so far."""
        bounds = self._plan.bounds
        return Tree(
            called=self._called,
            url=self._url or self._replays.url,
            seed=self._plan.seed,
            same=self._plan.same,
            states=tuple(map(self._judged, self._growth.states)),
            edges=tuple(map(self._worded, self._growth.edges)),
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
        """Explore until everything within the bounds is known; raises NobodyAnsweredError when nothing can be."""
        self._began = self._stopwatch()
        await self._begin()
        try:
            stopped = await self._explore(self._take_plain_moves, self._done, behind_faults=False)
            if not stopped and self._plan.bounds.faults:
                stopped = await self._explore(self._take_every_move, self._tried, behind_faults=True)
            if not stopped:
                await self._listen_again()
        except NobodyAnsweredError:
            if not self._growth.edges:
                raise
            stopped = "unanswered"
        self._stopped = stopped

    async def _explore(self, take: Take, done: set[str], *, behind_faults: bool) -> str:
        """Go from state to state, as long as new ones are found; why it had to stop, or nothing."""
        for state in self._growth.states:  # which grows meanwhile
            if self._growth.faults_before(state) and not behind_faults:
                continue
            if state.depth < self._plan.bounds.depth and not state.left_out:
                try:
                    if stopped := await take(state):
                        return stopped
                except UnsteadyError:
                    self._growth.leave_out(state, "unsteady")
            done.add(state.id)
        return ""

    async def _begin(self) -> None:
        """Look who can call whom, and what can go wrong; raises WrongUseError for a fault nobody knows."""
        async with self._open(ManualClock(), seed=self._plan.seed) as network:
            self._troubles = {trouble.name: trouble.party for trouble in network.troubles}
            callers = tuple(caller or network.caller for caller in self._plan.callers) or (network.caller,)
            self._called = self._called or network.called
        every = (*_WEBHOOK_FAULTS, *self._troubles)
        for name in self._plan.fault_names or ():
            if name not in every:
                raise WrongUseError(f"unknown fault {name!r}; there are {', '.join(every)}")
        if not self._growth.states:
            moves = tuple(Move("dial", caller, f"call from {caller}") for caller in dict.fromkeys(callers))
            self._growth.states.append(State("s0", "start", "", "start", 0, 0, moves=moves))

    async def _take_plain_moves(self, state: State) -> str:
        """Make every move that is due while nothing is broken; why it had to stop, or nothing."""
        for move in self._choice.due(state):
            if stopped := self._bound():
                return stopped
            await self._make(state, move)
        return ""

    async def _take_every_move(self, state: State) -> str:
        """Make the moves again with faults, and behind a fault the plain ones first."""
        if stopped := await self._take_plain_moves(state):
            return stopped
        self._done.add(state.id)
        for move in self._choice.faulty(state, self.faults, self._troubles):
            if stopped := self._bound():
                return stopped
            await self._make(state, move)
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
        made = self._ahead.pop(state.id, None)
        ahead: Arrival | None = None
        if made is not None and made.move == move:
            arrival = made
        else:
            steps = self._growth.steps_to(state)
            arrival, ahead = await self._replays.go_on(
                self._called, steps, move, lambda reached: self._leads_on(state, reached)
            )
        target, is_new = self._state_for(state, arrival)
        self._growth.connect(state, target, move, arrival.told)
        if is_new and ahead is not None:
            self._ahead[target.id] = ahead
        if self.notice is not None:
            self.notice()

    def _leads_on(self, source: State, arrival: Arrival) -> bool:
        """It is a new state, and its first move is one that is made."""
        is_open = bool(arrival.moves) and arrival.moves[0].kind != "hangup"
        is_deep = source.depth + 1 >= self._plan.bounds.depth
        return is_open and not is_deep and self._growth.known(self._key(source, arrival)) is None

    async def _listen_again(self) -> None:
        """Call once more wherever numbers were heard in one call only: they may be others in every call."""
        done: set[str] = set()
        for edge in reversed(self._growth.edges):
            unknown = {each for each in (*edge.heard, *edge.documents) if not self._wording.is_known(each)} - done
            if unknown and self._bound() != "time":
                done |= unknown
                await self._replays.listen_again(self._called, self._growth.steps_through(edge))

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
            asked=arrival.told.asked,
            input=place.input,
            ending=place.ending,
            moves=arrival.moves,
            languages=arrival.told.languages,
        )
        self._growth.remember(state)
        return state, True

    # ------------------------------------------------------------ bookkeeping

    def _take_up(self, begun: Tree) -> None:
        """Go on where a tree was left; what it holds is not explored again."""
        states = (replace(each, left_out=each.left_out if each.left_out == "unsteady" else "") for each in begun.states)
        self._growth.take_up(replace(begun, states=tuple(states), edges=tuple(map(_unworded, begun.edges))))
        self._called, self._url = begun.called, begun.url

    def _worded(self, edge: Edge) -> Edge:
        """The edge, and what of its words and paths is the same in every call."""
        steady = tuple(map(self._wording.steady, edge.heard))
        requests = tuple(
            each if self._wording.steady(each.path) == each.path else replace(each, is_steady=False)
            for each in edge.requests
        )
        return replace(edge, requests=requests, steady=() if steady == edge.heard else steady)

    def _judged(self, state: State) -> State:
        """The state, and why not all of its moves were made."""
        if state.left_out or state.is_over:
            return state
        if state.depth >= self._plan.bounds.depth:
            return replace(state, left_out="depth")
        if state.id not in self._done:
            return replace(state, left_out=self._stopped)
        is_tried = not self._plan.bounds.faults or state.id in self._tried
        return state if is_tried else replace(state, left_out="faults")


def _unworded(edge: Edge) -> Edge:
    """As it was before anything was known about its words: what is learned about them is not kept in a tree."""
    return replace(edge, requests=tuple(replace(each, is_steady=True) for each in edge.requests), steady=())


async def explore(open_network: OpenNetwork, plan: Plan, *, stopwatch: Callable[[], float]) -> Tree:
    """The whole tree at once, for tests and programs."""
    exploration = Exploration(open_network, plan, stopwatch=stopwatch)
    await exploration.run()
    return exploration.tree()
