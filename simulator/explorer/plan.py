"""What an exploration is to do, and where it stops. Data only."""

from dataclasses import dataclass, field

from simulator.explorer.moves import Habits


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
