"""The catalogue of what can be broken on purpose around an operator, and what is at the moment. Changes are journaled.

Webhooks are broken on the wire, services behind the application through their control plane.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from simulator.control_plane import OKTA, ControlPlane
from simulator.errors import WrongUseError
from simulator.network import Trouble
from simulator.operator.beside import TroubleBegan, TroubleEnded
from simulator.operator.operator import Operator
from simulator.values import frozen
from simulator.wires.trouble import BROKEN, FAILING, REFUSED, SLOW, WRONG_SIGNATURE, TroubledWire
from simulator.wires.wire import Wire

APPLICATION, ACCOUNTS, MOBILE = "application", "accounts", "mobile"
LOST_PUSH = "lost-push"


@frozen
class Fault:
    """One row of the catalogue. `label` and `short` are for lists, `meaning` is what journals and reports say.

    `party` is who fails, as the journal names it. `order` is what its control plane is asked for; None for what is
    broken on the wire or on the mobile.
    """

    name: str
    label: str
    short: str
    meaning: str
    party: str = APPLICATION
    order: Mapping[str, object] | None = None

    @property
    def needs(self) -> str:
        """What it takes, where it cannot be had; nothing for what can be had everywhere."""
        return _NEEDS.get(self.party, "")


_NEEDS = {OKTA: "needs the demo, or --okta", MOBILE: "needs the demo, or --okta", ACCOUNTS: "needs the demo"}
_DOWN = {"fail_next": {"status": 503, "times": 1_000_000}}
_SLOW = {"slow_by": {"seconds": 60}}
_LIMITED = {"rate_limit": {"per_minute": 0}}
_ROWS = (
    Fault("okta-down", "Okta down", "it answers 503", "Okta answers 503", OKTA, _DOWN),
    Fault("okta-slow", "Okta slow", "it takes a minute to answer", "Okta takes a minute to answer", OKTA, _SLOW),
    Fault("okta-429", "Okta rate limited", "its limit is used up", "Okta's rate limit is used up", OKTA, _LIMITED),
    Fault(
        "accounts-down",
        "Accounts down",
        "the accounts API answers 503",
        "the accounts API answers 503",
        ACCOUNTS,
        _DOWN,
    ),
    Fault(
        SLOW, "Webhook slow", "it answers when Twilio has given up", "the application answers after Twilio has given up"
    ),
    Fault(FAILING, "Webhook 500", "it answers with status 500", "the application answers with status 500"),
    Fault(REFUSED, "Webhook refused", "connection refused", "no connection to the application"),
    Fault(BROKEN, "Broken TwiML", "the document breaks off", "the application answers with TwiML that is cut off"),
    Fault(
        WRONG_SIGNATURE,
        "Wrong signature",
        "webhooks are signed by somebody else",
        "webhooks are signed with another token",
    ),
    Fault(
        LOST_PUSH, "Lost push", "prompts never reach the mobile", "Okta Verify prompts never reach the mobile", MOBILE
    ),
)
FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _ROWS}
"""Everything that can be broken, by name, in the order in which lists show it."""
WEBHOOK_FAULTS = tuple(name for name, fault in FAULTS.items() if fault.party == APPLICATION)
SERVICE_FAULTS = tuple(name for name, fault in FAULTS.items() if fault.order is not None)


def label_of(name: str) -> str:
    """Say the name of a fault as people do, also of one that only its network knows."""
    return FAULTS[name].label if name in FAULTS else name.replace("-", " ").capitalize()


def trouble_of(name: str, begin: Callable[[], Awaitable[None]], end: Callable[[], Awaitable[None]]) -> Trouble:
    """Make this fault of the catalogue something that can be begun and ended."""
    return Trouble(name, FAULTS[name].meaning, begin, end, FAULTS[name].party)


def troubles_of(plane: ControlPlane) -> tuple[Trouble, ...]:
    """Offer the faults of the services that this control plane reaches; the end of one ends all of its service."""
    reached = (fault for fault in FAULTS.values() if fault.order is not None and fault.party in plane.parties)
    return tuple(_ordered(plane, fault.name, fault.party, fault.order or {}) for fault in reached)


def _ordered(plane: ControlPlane, name: str, party: str, order: Mapping[str, object]) -> Trouble:
    async def begin() -> None:
        await plane.order_fault(party, order)

    async def end() -> None:
        await plane.clear_faults(party)

    return trouble_of(name, begin, end)


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
        if name in WEBHOOK_FAULTS and self._wire is not None:
            self._wire.begin(name, times)
        meaning = f"{trouble.meaning}{_so_often(times)}"
        self._operator.note("", TroubleBegan(name, meaning, trouble.party, times))

    async def end(self, name: str) -> None:
        """Mend it. A party may mend everything at once: what else is to stay broken there is ordered again."""
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
        """End all that is on: everything works again."""
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
        if name in SERVICE_FAULTS:
            raise WrongUseError(f"{name} cannot be made here: it {FAULTS[name].needs}")
        raise WrongUseError(f"there is no trouble called {name}; there are {', '.join(self._by_name)}")

    def _on_the_wire(self) -> Iterable[Trouble]:
        return map(self._webhook_trouble, WEBHOOK_FAULTS)

    def _webhook_trouble(self, name: str) -> Trouble:
        async def begin() -> None:
            if self._wire is None:  # a network without trouble is left as it is
                self._operator.intercept(self._through)
            assert self._wire is not None
            self._wire.begin(name, self._wire.left.get(name))

        async def end() -> None:
            if self._wire is not None:
                self._wire.end(name)

        return trouble_of(name, begin, end)

    def _through(self, wire: Wire) -> Wire:
        self._wire = TroubledWire(wire, self._used_up)
        return self._wire


def _check_times(name: str, times: int) -> None:
    if name not in WEBHOOK_FAULTS:
        raise WrongUseError(f"{name} lasts until it is mended: times goes with {', '.join(WEBHOOK_FAULTS)}")
    if times < 1:
        raise WrongUseError(f"times is how many webhooks meet {name}, at least 1, got {times}")


def _so_often(times: int | None) -> str:
    if times is None:
        return ""
    return ", for the next webhook" if times == 1 else f", for the next {times} webhooks"
