"""What happens in a round of calls, drawn from its seed before anything happens: who calls when and how, what breaks.

Everything is drawn from a stream of its own, by name, so that a call is the same call when others are left out.
"""

from dataclasses import dataclass
from random import Random
from typing import Literal

PEOPLE = 30
GAP = 5.0
"""Seconds between two calls, on the average; a call takes a minute, so that about a dozen run at once."""

Push = Literal["approve", "deny", "ignore"]


@dataclass(frozen=True, slots=True)
class Habits:
    """How one kind of caller acts; probabilities from 0 to 1, seconds."""

    name: str
    weight: int
    slips: float = 0.02  # another key than the right one
    stars: float = 0.02
    wrong_codes: tuple[int, int] = (0, 0)
    knows: bool = True  # has the handset; the others show a number that is not theirs
    is_known: bool = True  # the number shown is in the directory
    barges_in: float = 0.3
    is_silent: bool = False
    hangs_up: float = 0.05
    approves: float = 0.9


KINDS = (
    Habits("honest", 40),
    Habits("clumsy", 14, slips=0.3, stars=0.15, wrong_codes=(1, 5), approves=0.6),
    Habits("forger", 14, wrong_codes=(9, 9), knows=False, approves=0.02, stars=0.2),
    Habits("impatient", 12, slips=0.25, barges_in=1.0, hangs_up=0.2),
    Habits("leaver", 10, hangs_up=1.0),
    Habits("silent", 4, is_silent=True),
    Habits("stranger", 6, is_known=False, wrong_codes=(9, 9), knows=False),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One call. `at`: seconds after its spell began. `wrong`: how many codes are wrong before the right one.

    `hangs_up` is how many seconds after dialling, None when the caller stays to the end.
    """

    number: int
    at: float
    phone: str
    habits: Habits
    wrong: int
    hangs_up: float | None
    push: Push
    push_after: float


@dataclass(frozen=True, slots=True)
class Fault:
    """Something is broken from `begin` to `end`, in seconds after the spell began."""

    name: str
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Restart:
    """The application is replaced by a new process `at` that time, which takes `down` seconds.

    `kills`: what it was working on is never finished; otherwise the old one answers what it has begun.
    """

    at: float
    down: float
    kills: bool


@dataclass(frozen=True, slots=True)
class Spell:
    calls: tuple[Planned, ...]
    faults: tuple[Fault, ...]
    restarts: tuple[Restart, ...]


FAULTS = {
    "okta": ("okta-down", "okta-slow", "okta-crawling", "okta-429", "okta-shaky"),
    "accounts": ("accounts-down", "accounts-slow"),
    "network": ("network-bad",),
}


def dice(*names: object) -> Random:
    """A stream of its own for every name, the same on every machine."""
    return Random(":".join(map(str, names)))


def phone_of(person: int) -> str:
    return f"+1773555{1000 + person}"


def spell_of(seed: str, index: int, numbers: range) -> Spell:
    """The spell with that index, of the calls with these numbers."""
    draw = dice(seed, "arrivals", index)
    at, planned = 0.0, []
    for number in numbers:
        at += draw.expovariate(1 / GAP)
        planned.append(_planned(seed, number, at))
    end = at + 60.0
    faults = tuple(fault for party, names in FAULTS.items() for fault in _weather(seed, index, party, names, end))
    return Spell(tuple(planned), faults, _restarts(seed, index, end))


def _planned(seed: str, number: int, at: float) -> Planned:
    draw = dice(seed, "caller", number)
    habits = draw.choices(KINDS, [kind.weight for kind in KINDS])[0]
    person = min(int(draw.expovariate(4 / PEOPLE)), PEOPLE - 1)  # some call often, so that limits are met
    phone = phone_of(person) if habits.is_known else f"+1312555{draw.randrange(1000, 1100)}"
    low, high = habits.wrong_codes
    wants = draw.random()
    push: Push = "approve" if wants < habits.approves else "deny" if wants < (1 + habits.approves) / 2 else "ignore"
    return Planned(
        number=number,
        at=at,
        phone=phone,
        habits=habits,
        wrong=draw.randint(low, high) if draw.random() < 0.8 else 0 if habits.knows else 9,
        hangs_up=draw.uniform(0.0, 90.0) if draw.random() < habits.hangs_up else None,
        push=push,
        push_after=draw.uniform(1.0, 100.0) if draw.random() < 0.2 else draw.uniform(1.0, 25.0),
    )


def _weather(seed: str, index: int, party: str, names: tuple[str, ...], end: float) -> tuple[Fault, ...]:
    """On and off: good weather most of the time."""
    draw = dice(seed, "weather", party, index)
    faults, at = [], draw.expovariate(1 / 150)
    while at < end:
        lasts = draw.uniform(5.0, 90.0)
        faults.append(Fault(draw.choice(names), at, at + lasts))
        at += lasts + draw.expovariate(1 / 200)
    return tuple(faults)


def _restarts(seed: str, index: int, end: float) -> tuple[Restart, ...]:
    draw = dice(seed, "restarts", index)
    restarts, at = [], draw.expovariate(1 / 400)
    while at < end:
        restarts.append(Restart(at, draw.uniform(0.0, 4.0), draw.random() < 0.6))
        at += 10.0 + draw.expovariate(1 / 400)
    return tuple(restarts)
