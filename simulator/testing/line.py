"""One test's telephone network: an exchange with one number, whose webhooks are the application under test."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Self

from simulator.callers.handset import Handset
from simulator.callers.passing import Notice
from simulator.exchange.exchange import Exchange
from simulator.exchange.numbers import Number
from simulator.exchange.urls import origin
from simulator.geography import locate
from simulator.mobile import Mobile, MovesAlong
from simulator.operator.clock import ManualClock
from simulator.operator.journal import Entry
from simulator.operator.masking import Mask
from simulator.operator.operator import Operator
from simulator.testing.applications import Reached
from simulator.troubles import Troubles


class Line:
    """In virtual time. As an async context manager it starts the application (lifespan) or the HTTP session.

    Sounds are asked for at the application's own host only: no test reaches another one.
    """

    def __init__(
        self,
        reached: Reached,
        *,
        called: str,
        auth_token: str,
        seed: int,
        mobile: Mobile,
        clock: ManualClock | None = None,
    ) -> None:
        self.called = called
        self.url = reached.url
        self.mobile = mobile
        self.clock = clock or ManualClock()
        self.exchange = Exchange(seed=seed, locate=locate)
        self.exchange.own(Number(called, reached.url))
        self.operator = Operator(
            self.exchange,
            reached.wire,
            self.clock,
            auth_token=auth_token,
            may_fetch=_only_from(reached.url),
            sockets=reached.sockets,
        )
        self.troubles = Troubles(self.operator)
        self.secrets: set[str] = set()
        """What is never shown, besides what callers type: the codes that were read from their screens."""
        self.handsets: list[Handset] = []
        self._opens = reached.opens
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for each in self._opens:
                await stack.enter_async_context(each)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()

    def handset(self, number: str, *, notice: Notice | None = None) -> Handset:
        """Another phone of this network; `notice` is called whenever its call has come to rest."""
        pace = self.mobile.let_pass if isinstance(self.mobile, MovesAlong) else None
        handset = Handset(self.operator, self.clock, number, pace=pace, notice=notice)
        self.handsets.append(handset)
        return handset

    @property
    def entries(self) -> list[Entry]:
        """Everything that has happened."""
        return self.operator.journal.entries

    @property
    def names(self) -> dict[str, str]:
        """Who is on the other legs, by sid."""
        records = [handset.record for handset in self.handsets if handset.has_dialled]
        return {leg.sid: leg.called for record in records for leg in record.dialled}

    def mask(self) -> Mask:
        """For one telling of what happened."""
        return Mask(self.secrets)


def _only_from(url: str) -> Callable[[str], bool]:
    return lambda sound: origin(sound) == origin(url)
