"""What can be broken on purpose around an operator, and what is at the moment. Every change is in the journal.

Webhooks meet trouble on the wire; what is behind the application can only be broken by whoever opened the network
(`Network.troubles`). Knows no words for people and no screen.
"""

from collections.abc import Iterable, Mapping

from simulator.errors import WrongUseError
from simulator.network import Trouble
from simulator.operator.beside import TroubleBegan, TroubleEnded
from simulator.operator.operator import Operator
from simulator.wires.trouble import WEBHOOK_TROUBLES, TroubledWire
from simulator.wires.wire import Wire

NEEDS_OKTA = "needs the demo, or --okta"
ELSEWHERE: Mapping[str, str] = {
    "okta-down": NEEDS_OKTA,
    "okta-slow": NEEDS_OKTA,
    "okta-429": NEEDS_OKTA,
    "accounts-down": "needs the demo",
}
"""What other networks can break, and what it takes."""


class Troubles:
    """Breaks and mends, by name. Raises SimulatorError or OSError when a party cannot be told.

    `others` are those of the services behind the application and of whoever uses the network.
    """

    def __init__(self, operator: Operator, others: Iterable[Trouble] = ()) -> None:
        self._operator = operator
        self._wire: TroubledWire | None = None
        self._by_name = {trouble.name: trouble for trouble in (*others, *self._on_the_wire())}
        self._on: list[str] = []

    @property
    def known(self) -> Mapping[str, Trouble]:
        """All that can be made here, by name."""
        return self._by_name

    @property
    def on(self) -> tuple[Trouble, ...]:
        """Those that are on, in the order they began."""
        return tuple(self._by_name[name] for name in self._on)

    async def begin(self, name: str, times: int | None = None) -> None:
        """Break it, from the next request on, also of calls that are up; with `times` for so many webhooks.

        What is on already goes on for that many. Raises WrongUseError for what is unknown or cannot be counted.
        """
        trouble = self._find(name)
        if times is not None:
            _check_times(name, times)
        is_on = name in self._on
        if is_on and times == self._left(name):
            return
        if not is_on:
            await trouble.begin()
            self._on.append(name)
        if name in WEBHOOK_TROUBLES and self._wire is not None:
            self._wire.begin(name, times)
        meaning = f"{trouble.meaning}{_so_often(times)}"
        self._operator.note("", TroubleBegan(name, meaning, trouble.party, times))

    async def end(self, name: str) -> None:
        """Mend it. A party may mend everything at once: what else is to stay broken there is begun anew."""
        trouble = self._find(name)
        if name not in self._on:
            return
        await trouble.end()
        self._on.remove(name)
        for other in self.on:
            if other.party == trouble.party:
                await other.begin()
        self._operator.note("", TroubleEnded(name, trouble.meaning, trouble.party))

    async def end_all(self) -> None:
        """Everything works again."""
        for name in reversed(tuple(self._on)):
            await self.end(name)

    def _left(self, name: str) -> int | None:
        """For how many webhooks it is on; None: until it is mended."""
        return None if self._wire is None else self._wire.left.get(name)

    def _used_up(self, name: str) -> None:
        self._on.remove(name)
        trouble = self._by_name[name]
        self._operator.note("", TroubleEnded(name, trouble.meaning, trouble.party, is_used_up=True))

    def _find(self, name: str) -> Trouble:
        if name in self._by_name:
            return self._by_name[name]
        if name in ELSEWHERE:
            raise WrongUseError(f"{name} cannot be made here: it {ELSEWHERE[name]}")
        raise WrongUseError(f"there is no trouble called {name}; there are {', '.join(self._by_name)}")

    def _on_the_wire(self) -> Iterable[Trouble]:
        return (self._webhook_trouble(name, meaning) for name, meaning in WEBHOOK_TROUBLES.items())

    def _webhook_trouble(self, name: str, meaning: str) -> Trouble:
        async def begin() -> None:
            if self._wire is None:  # a network without trouble is left as it is
                self._operator.intercept(self._through)
            assert self._wire is not None
            self._wire.begin(name, self._wire.left.get(name))

        async def end() -> None:
            if self._wire is not None:
                self._wire.end(name)

        return Trouble(name, meaning, begin, end, "application")

    def _through(self, wire: Wire) -> Wire:
        self._wire = TroubledWire(wire, self._used_up)
        return self._wire


def _check_times(name: str, times: int) -> None:
    if name not in WEBHOOK_TROUBLES:
        raise WrongUseError(f"{name} lasts until it is mended: times goes with {', '.join(WEBHOOK_TROUBLES)}")
    if times < 1:
        raise WrongUseError(f"times is how many webhooks meet {name}, at least 1, got {times}")


def _so_often(times: int | None) -> str:
    if times is None:
        return ""
    return ", for the next webhook" if times == 1 else f", for the next {times} webhooks"
