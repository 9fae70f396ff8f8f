"""How time passes for a caller: from one deadline to the next on a clock moved by hand, or as a running clock goes.

`pace` is asked before every move how it wants to spend those seconds: not at all (virtual time), asleep (real time),
or by telling another clock. `notice` is called whenever the network has come to rest, before time goes on; while
`is_watching` holds it is also called again and again as long as the application owes an answer.

Where an agent owes an answer on a WebSocket, `until` waits for it without a limit of its own and `advance` goes on at
the pace of real time. With `is_running` the clock runs at that pace whenever the call can go on: nothing is waited for.
"""

import math
from collections.abc import Awaitable, Callable

from simulator.operator.clock import Clock, ManualClock, WallClock
from simulator.operator.operator import Operator

Pace = Callable[[float], Awaitable[None]]
Notice = Callable[[], Awaitable[None]]
LOOK = 0.05
"""Real seconds between two looks at what happens while the application owes an answer."""


_A_BIT = 1e-6


async def _nothing() -> None:
    return


def never() -> bool:
    """Holds at no time."""
    return False


class TimeDriver:
    """Time for one operator."""

    def __init__(
        self,
        operator: Operator,
        clock: ManualClock,
        *,
        pace: Pace | None = None,
        notice: Notice | None = None,
        is_watching: Callable[[], bool] = never,
        is_running: bool = False,
    ) -> None:
        self._is_running = is_running
        self._operator = operator
        self._clock = clock
        self._pace = pace
        self._notice = notice or _nothing
        self._is_watching = is_watching

    async def settle(self) -> None:
        """Let everything outstanding happen; the clock stands still, but for agents where it is a running one."""
        while self._is_watching() and not await self._operator.settle_within(LOOK):
            await self._notice()
        await self._operator.settle(agents=not self._is_running)
        await self._notice()

    async def settle_within(self, seconds: float, *, unless: Callable[[], bool] = never) -> bool:
        """The same for at most so much real time, or until `unless` holds; False when an answer is owed after that.

        Time in which this process works does not count, so the outcome does not depend on how fast it is.
        """
        for _ in range(max(1, math.ceil(seconds / LOOK))):
            has_settled = await self._operator.settle_within(LOOK)
            await self._notice()
            if has_settled or unless():
                return has_settled
        return False

    async def until(self, holds: Callable[[], bool], can_go_on: Callable[[], bool]) -> bool:
        """Let time pass until `holds()`, for as long as `can_go_on()`; returns whether it holds.

        Returns at the moment it holds: the requests that follow from that moment are outstanding then.
        """
        if holds():
            return True
        await self.settle()
        while not holds():
            if not can_go_on() or not await self._move_on():
                return False
            if holds():
                return True
            await self.settle()
        return True

    async def step(self) -> bool:
        """Go to the next deadline and let it happen; False when nothing waits for time to pass."""
        await self.settle()
        if not await self._move_on():
            return False
        await self.settle()
        return True

    async def advance(self, seconds: float, *, unless: Callable[[], bool] = never) -> None:
        """Let exactly that much time pass, with everything that falls into it; less as soon as `unless` holds."""
        end = self._clock.now() + seconds
        await self._settle_requests()
        while not unless() and self._clock.now() < end - _A_BIT:
            if self._operator.awaits_agents:
                await self._go_at_real_pace(end)
                continue
            due = self._operator.timer
            if due is None or due > end:
                break
            await self._move_on()
            await self._settle_requests()
        if unless():
            return
        rest = end - self._clock.now()
        if self._pace is not None:
            await self._pace(rest)
        self._operator.move_by(self._clock, max(0.0, rest))
        await self._settle_requests()

    async def _settle_requests(self) -> None:
        """As `settle`, without waiting for agents."""
        while self._is_watching() and not await self._operator.settle_within(LOOK):
            await self._notice()
            if self._operator.awaits_agents:
                break
        await self._operator.settle(agents=False)
        await self._notice()

    async def _go_at_real_pace(self, end: float) -> None:
        """A moment of real time, in which an agent may answer; the clock goes on with it."""
        due = min(end, self._operator.timer or end)
        seconds = min(LOOK, max(0.0, due - self._clock.now()))
        await self._operator.settle_within(max(seconds, _A_BIT))
        if self._operator.awaits_agents:
            self._operator.move_by(self._clock, seconds)
        await self._settle_requests()

    async def _move_on(self) -> bool:
        due = self._operator.timer
        if self._is_running and self._operator.awaits_agents:
            await self._go_at_real_pace(self._clock.now() + LOOK)
            return True
        if due is None:
            return False
        if self._pace is not None:
            await self._pace(due - self._clock.now())
        return self._operator.move_on(self._clock)


class FollowedTime(TimeDriver):
    """Time that somebody else lets pass, while `Operator.run` follows its clock: several people share it."""

    def __init__(
        self,
        operator: Operator,
        clock: WallClock,
        *,
        notice: Notice | None = None,
        is_watching: Callable[[], bool] = never,
    ) -> None:
        super().__init__(operator, ManualClock(), notice=notice, is_watching=is_watching)
        self._wall = clock

    async def settle(self) -> None:
        """Wait until the application owes no answer, whoever called it."""
        await self._wait(lambda: self._operator.is_at_rest)

    async def settle_within(self, seconds: float, *, unless: Callable[[], bool] = never) -> bool:
        """The same for at most so much time of the clock, or until `unless` holds."""
        end = self._wall.now() + seconds
        await self._wait(lambda: self._operator.is_at_rest or unless() or self._wall.now() >= end, end)
        return self._operator.is_at_rest

    async def until(self, holds: Callable[[], bool], can_go_on: Callable[[], bool]) -> bool:
        """Wait until `holds()`, for as long as `can_go_on()`; returns whether it holds."""
        await self._wait(lambda: holds() or not can_go_on())
        return holds()

    async def step(self) -> bool:
        """Wait until something happens."""
        await self._operator.turn(self._wall)
        return True

    async def advance(self, seconds: float, *, unless: Callable[[], bool] = never) -> None:
        """Wait until that much time has passed; less as soon as `unless` holds."""
        end = self._wall.now() + seconds
        await self._wait(lambda: unless() or self._wall.now() >= end, end)

    async def _wait(self, holds: Callable[[], bool], until: float | None = None) -> None:
        await self._notice()
        while not holds():
            looks = self._wall.now() + LOOK * 10 if self._is_watching() else None
            times = [each for each in (until, looks) if each is not None]
            await self._operator.turn(self._wall, min(times) if times else None)
            await self._notice()


def time_driver(
    operator: Operator,
    clock: Clock,
    *,
    pace: Pace | None = None,
    notice: Notice | None = None,
    is_watching: Callable[[], bool] = never,
    is_running: bool = False,
) -> TimeDriver:
    """How time passes for one person on this clock: by their own doing where it is moved by hand."""
    if isinstance(clock, ManualClock):
        return TimeDriver(operator, clock, pace=pace, notice=notice, is_watching=is_watching, is_running=is_running)
    assert isinstance(clock, WallClock)
    return FollowedTime(operator, clock, notice=notice, is_watching=is_watching)
