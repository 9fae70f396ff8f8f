"""Everything one account remembers, with its clock, invented values and network; the rules live around it."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, fields
from random import Random
from uuid import UUID

from fakes.clock import AdjustableClock
from fakes.faults import Faults
from fakes.twilio.network import PhoneNetwork, Send, Webhook
from fakes.twilio.records import ApiKey, Application, Call, Message, Number, Settings, Text


class Source:
    """Two seeded streams, so that one more request does not change the next sid."""

    def __init__(self, seed: int) -> None:
        self._sids = Random(f"sids {seed}")
        self._requests = Random(f"requests {seed}")

    def sid(self, prefix: str) -> str:
        """Twilio's 34 characters: two letters that tell the kind, then 32 hexadecimal digits."""
        return f"{prefix}{self._sids.getrandbits(128):032x}"

    def request_id(self) -> str:
        return f"RQ{self._requests.getrandbits(128):032x}"

    def uuid(self) -> str:
        """A version 4 UUID, for idempotency tokens."""
        return str(UUID(int=self._requests.getrandbits(128), version=4))

    def state(self) -> object:
        return self._sids.getstate()

    def restore(self, state: object) -> None:
        """Sids start again from there; request ids go on, as the log of a real account would."""
        self._sids.setstate(state)  # type: ignore[arg-type]  # random keeps its state's type to itself


@dataclass(slots=True)
class Tables:
    """The account's data: insertion-ordered, of frozen records, so that a snapshot is a copy of each container."""

    calls: dict[str, Call] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)
    unreachable: dict[str, int] = field(default_factory=dict)  # handsets that get no texts: why, as an error code
    webhooks: list[Webhook] = field(default_factory=list)
    windows: dict[str, tuple[float, int]] = field(default_factory=dict)  # ordered rate limits: (start, count)

    def copy(self) -> "Tables":
        return Tables(**{each.name: copy(getattr(self, each.name)) for each in fields(self)})


@dataclass(slots=True)
class Account:
    clock: AdjustableClock
    source: Source
    sid: str
    auth_token: str = field(repr=False)
    api_keys: dict[str, ApiKey]
    test_sid: str
    test_token: str = field(repr=False)
    settings: Settings
    created: float
    network: PhoneNetwork | None = None
    send: Send | None = None
    tables: Tables = field(default_factory=Tables)
    faults: Faults = field(default_factory=Faults)

    def now(self) -> float:
        return self.clock()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An account at one moment, to go back to."""

    tables: Tables
    source: object


def snapshot(account: Account) -> Snapshot:
    return Snapshot(account.tables.copy(), account.source.state())


def restore(account: Account, earlier: Snapshot) -> None:
    """Go back to a snapshot. The clock goes on: time never runs backwards."""
    account.tables = earlier.tables.copy()
    account.source.restore(earlier.source)


def new_account(
    *,
    now: Callable[[], float],
    seed: int,
    sid: str | None,
    auth_token: str,
    api_keys: tuple[ApiKey, ...],
    test_token: str,
    settings: Settings,
) -> Account:
    clock, source = AdjustableClock(now), Source(seed)
    test_sid = source.sid("AC")
    keys = {key.sid: key for key in api_keys}
    return Account(clock, source, sid or source.sid("AC"), auth_token, keys, test_sid, test_token, settings, clock())
