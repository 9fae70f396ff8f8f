"""How time passes for a caller: from one deadline to the next, on a clock moved by hand. Decides nothing about a call.

`pace` is asked before every move how it wants to spend those seconds: not at all (virtual time), asleep (real time),
or by telling another clock. `notice` is called whenever the network has come to rest, before time goes on.
"""

from collections.abc import Awaitable, Callable

from simulator.operator.clock import ManualClock
from simulator.operator.operator import Operator

Pace = Callable[[float], Awaitable[None]]
Notice = Callable[[], Awaitable[None]]


def _never() -> bool:
    return False


class Passing:
    """Time for one operator."""

    def __init__(
        self, operator: Operator, clock: ManualClock, *, pace: Pace | None = None, notice: Notice | None = None
    ) -> None:
        self._operator = operator
        self._clock = clock
        self._pace = pace
        self._notice = notice

    async def settle(self) -> None:
        """Let everything outstanding happen; time stands still."""
        await self._operator.settle()
        if self._notice is not None:
            await self._notice()

    async def step(self) -> bool:
        """Go to the next deadline and let it happen; False when nothing waits for time to pass."""
        await self.settle()
        due = self._operator.timer
        if due is None:
            return False
        if self._pace is not None:
            await self._pace(due - self._clock.now())
        await self._operator.step(self._clock)
        if self._notice is not None:
            await self._notice()
        return True

    async def advance(self, seconds: float, *, unless: Callable[[], bool] = _never) -> None:
        """Let exactly that much time pass, with everything that falls into it; less as soon as `unless` holds."""
        end = self._clock.now() + seconds
        await self.settle()
        while not unless() and (due := self._operator.timer) is not None and due <= end:
            await self.step()
        if unless():
            return
        rest = end - self._clock.now()
        if self._pace is not None:
            await self._pace(rest)
        await self._operator.advance(self._clock, rest)
        if self._notice is not None:
            await self._notice()
