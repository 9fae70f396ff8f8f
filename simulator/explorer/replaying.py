"""The calls of an exploration: each makes known moves again, and then one that is not known. Chooses none of them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from simulator.errors import SimulatorError
from simulator.explorer.fingerprints import Place, Wording, fingerprint
from simulator.explorer.growth import Step
from simulator.explorer.plan import Plan
from simulator.explorer.tree import Move
from simulator.explorer.walking import PathDriver, Told
from simulator.network import OpenNetwork
from simulator.operator.clock import ManualClock


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a move led, and everything on the way."""

    move: Move
    place: Place
    moves: tuple[Move, ...]
    told: Told


class NobodyAnsweredError(SimulatorError):
    """The application could not be reached, although the explorer had broken nothing."""

    def __init__(self, trouble: str, code: int) -> None:
        super().__init__(f"nobody answered: {trouble}")
        self.trouble, self.code = trouble, code


class UnsteadyError(Exception):
    """The moves that led to a state led elsewhere when they were made again."""


class Replays:
    """Opens a network for every call, counts them, and learns from them which words are always the same."""

    def __init__(self, open_network: OpenNetwork, plan: Plan, wording: Wording) -> None:
        self._open = open_network
        self._plan = plan
        self._wording = wording
        self.made = 0
        self.url = ""
        """Where the first document came from."""

    async def go_on(
        self, called: str, steps: Sequence[Step], move: Move, leads_on: Callable[[Arrival], bool]
    ) -> tuple[Arrival, Arrival | None]:
        """Make the steps again and then the move; where that `leads_on`, the first move from there, too.

        That one is due anyway, and here it costs no call of its own. Raises UnsteadyError, NobodyAnsweredError.
        """
        seed = self._next_seed()
        clock = ManualClock()
        async with self._open(clock, seed=seed) as network:
            walk = PathDriver(network, clock, called, self._plan.habits)
            await self._repeat(walk, steps, seed)
            arrival = await self._arrive(walk, move, seed)
            self.url = self.url or walk.url
            return arrival, await self._arrive(walk, arrival.moves[0], seed) if leads_on(arrival) else None

    async def listen_again(self, called: str, steps: Sequence[Step]) -> None:
        """Make the steps in a call with other ids, as far as they lead to the same; to learn what is said then."""
        seed = self._next_seed() + (1 if self._plan.is_fresh else 0)
        clock = ManualClock()
        async with self._open(clock, seed=seed) as network:
            with suppress(UnsteadyError):
                await self._repeat(PathDriver(network, clock, called, self._plan.habits), steps, seed)

    def _next_seed(self) -> int:
        self.made += 1
        return self._plan.seed if self._plan.is_fresh else self._plan.seed + self.made - 1

    async def _repeat(self, walk: PathDriver, steps: Sequence[Step], seed: int) -> None:
        for edge, print_ in steps:
            place = await self._take(walk, edge.move)
            self._wording.compare(edge.heard, walk.heard(), seed)
            self._wording.compare(edge.documents, walk.asked(), seed)
            if fingerprint(place, self._plan.same) != print_:
                raise UnsteadyError

    async def _arrive(self, walk: PathDriver, move: Move, seed: int) -> Arrival:
        place = await self._take(walk, move)
        told = walk.told(move)
        self._wording.hear((*told.heard, *walk.asked()), seed)
        return Arrival(move, place, walk.moves(), told)

    async def _take(self, walk: PathDriver, move: Move) -> Place:
        """Make the move; raises NobodyAnsweredError when a call that met no fault met no application either."""
        place = await walk.take(move)
        unanswered = walk.unanswered if move.kind == "dial" and not move.fault else None
        if unanswered is not None:
            raise NobodyAnsweredError(unanswered.reason, unanswered.code)
        return place
