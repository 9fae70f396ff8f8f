"""Whose turn it is: hands out numbers, scripts and seeds, so that no number makes two calls at once. Calls nobody."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.callers.script.script import Script
from simulator.load.plan import Person, Plan


@dataclass(frozen=True, slots=True)
class Share:
    """What one process does of a plan: these of its numbers, and so many calls (None: without end)."""

    index: int
    callers: tuple[Person, ...]
    calls: int | None


def shares(plan: Plan, processes: int) -> Sequence[Share]:
    """The plan dealt out, as evenly as it goes."""
    return [
        Share(
            index,
            plan.callers[index::processes],
            None if plan.calls is None else len(range(index, plan.calls, processes)),
        )
        for index in range(processes)
    ]


@dataclass(frozen=True, slots=True)
class Turn:
    """One call to make; without a person the script says who calls."""

    script: Script
    person: Person | None
    seed: int


class Roster:
    """The turns of one process."""

    def __init__(self, plan: Plan, share: Share) -> None:
        self._scripts = {script.name: script for script in plan.scripts}
        self._order = deque(plan.scripts)
        self._free = deque(share.callers)
        self._has_people = bool(plan.callers)
        self._left = share.calls
        self._seed = plan.seed + share.index * 1_000_000_000  # CallSids must differ between processes

    @property
    def is_done(self) -> bool:
        """All calls have been handed out."""
        return self._left == 0

    def take(self) -> Turn | None:
        """The next call; None when all have been handed out, or while every number is calling."""
        if self.is_done or (self._has_people and not self._free):
            return None
        person = self._free.popleft() if self._has_people else None
        if person is None or person.script is None:
            script = self._order[0]
            self._order.rotate(-1)
        else:
            script = self._scripts[person.script]
        if self._left is not None:
            self._left -= 1
        self._seed += 1
        return Turn(script, person, self._seed)

    def close(self) -> None:
        """Hand out no more."""
        self._left = 0

    def give_back(self, turn: Turn) -> None:
        """The call is over: its number may call again, after all others have."""
        if turn.person is not None:
            self._free.append(turn.person)
