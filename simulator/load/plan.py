"""What a load is: which line is called, by whom and in which turn, with which scripts, and where it may go."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from simulator.callers.script.fields import near
from simulator.callers.script.script import Script, all_steps
from simulator.callers.script.variables import codes_in
from simulator.errors import WrongUseError
from simulator.numbers import Stir
from simulator.operator.operator import DEFAULT_AUTH_TOKEN
from simulator.vocabulary import Method


class TargetError(WrongUseError):
    """Load would reach a machine that nobody has named."""


def check_targets(urls: Iterable[str | None], allowed: frozenset[str]) -> None:
    """Raises TargetError when one of those that are given leads elsewhere."""
    for url in urls:
        if url is not None:
            check_target(url, allowed)


def check_target(url: str, allowed: frozenset[str]) -> None:
    """Raises TargetError unless the host is this machine's loopback or one of those that are allowed."""
    host = urlsplit(url).hostname or ""
    if is_loopback(host) or host.casefold() in allowed:
        return
    raise TargetError(
        f"load on {host} may be load on somebody else's machine: if it is yours, say --target-allowed {host}"
    )


def is_loopback(host: str) -> bool:
    """By name or address; a name that only resolves to loopback does not count."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


@dataclass(frozen=True, slots=True)
class Person:
    """A number that calls; with `script` it plays only the script of that name."""

    number: str
    script: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Raises WrongUseError when it cannot be carried out, TargetError when it would reach an unnamed machine.

    `callers`: each number calls only once at a time; without any, scripts say who calls. `calls`: so many in all, None
    without end. `pause`: seconds a caller rests between two calls. `allowed`: hosts besides loopback.
    """

    url: str
    scripts: tuple[Script, ...]
    callers: tuple[Person, ...] = ()
    method: Method = "POST"
    called: str | None = None
    fallback_url: str | None = None
    status_callback: str | None = None
    auth_token: str = DEFAULT_AUTH_TOKEN
    okta: str | None = None
    calls: int | None = None
    pause: float = 1.0
    is_strict: bool = False
    seed: int = 0
    stir: Stir | None = None
    allowed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        check_targets((self.url, self.fallback_url, self.status_callback, self.okta), self.allowed)
        if not self.scripts:
            raise WrongUseError("a load needs a call script")
        names = sorted({script.name for script in self.scripts})
        for person in self.callers:
            if person.script is not None and person.script not in names:
                raise WrongUseError(
                    f"{person.number} is to play {person.script!r}, and no script is called so"
                    f"{near(person.script, names) or '; there are ' + ', '.join(names)}"
                )

    def check_users(self, users: int) -> None:
        """Raises WrongUseError when there are not enough numbers for so many calls at once."""
        if self.callers:
            if len(self.callers) < users:
                found = len(self.callers)
                raise WrongUseError(f"{users} callers need as many numbers, got {found}: give more, or fewer users")
        elif users > 1 and any(map(has_codes, self.scripts)):
            raise WrongUseError(
                "callers with one number get each other's codes and prompts: give as many numbers with --callers"
            )


def has_codes(script: Script) -> bool:
    """It needs what arrives on the mobile of the person who calls."""
    return any(placed.name == "push" or codes_in(placed.shown) for placed in all_steps(script.steps))


def read_people(lines: Iterable[str]) -> tuple[Person, ...]:
    """One number a line, then the script it plays, if not all of them; `#` begins a comment. Raises WrongUseError."""
    people: list[Person] = []
    for position, line in enumerate(lines, 1):
        number, _, script = line.partition("#")[0].strip().partition(" ")
        if number:
            _check_number(number, f"line {position}: ")
            people.append(Person(number, script.strip() or None))
    _check_each_once(people)
    return tuple(people)


def people_in_range(text: str) -> tuple[Person, ...]:
    """`+12065550100..+12065550199`, both included. Raises WrongUseError."""
    first, _, last = text.partition("..")
    for number in (first, last):
        _check_number(number, f"{text}: ")
    if len(first) != len(last) or last < first or int(last) - int(first) >= 1_000_000:
        raise WrongUseError(f"{text}: the second number must follow the first, with as many digits")
    return tuple(Person(f"+{number:0{len(first) - 1}d}") for number in range(int(first), int(last) + 1))


def _check_number(number: str, place: str) -> None:
    if not (number.startswith("+") and number[1:].isdecimal() and len(number) > 4):
        raise WrongUseError(f"{place}a number is written like +17735551234, got {number!r}")


def _check_each_once(people: Sequence[Person]) -> None:
    seen: set[str] = set()
    for person in people:
        if person.number in seen:
            raise WrongUseError(f"{person.number} stands there twice: a number makes one call at a time")
        seen.add(person.number)


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
