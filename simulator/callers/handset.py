"""A telephone without a screen, in virtual time: dial, listen, press keys, wait, hang up. Judges nothing.

phone = Handset(operator, clock, "+17735551234")
await phone.dial("+12075551234")
await phone.until(lambda: phone.has_heard("welcome"))
await phone.press("1")
"""

from collections.abc import Callable

from simulator.callers.record import CallRecord
from simulator.errors import WrongUseError
from simulator.operator.clock import ManualClock
from simulator.operator.operator import Operator
from simulator.vocabulary import Heard, HungUp, Pressed


class Handset:
    """One person's phone; one call at a time. Time passes only while a method waits for something."""

    def __init__(self, operator: Operator, clock: ManualClock, number: str) -> None:
        self.number = number
        self._operator = operator
        self._clock = clock
        self._record: CallRecord | None = None

    @property
    def record(self) -> CallRecord:
        """What became of the call so far; raises WrongUseError before the first one was dialled."""
        if self._record is None:
            raise WrongUseError("this handset has not dialled yet: dial first")
        return self._record

    @property
    def is_up(self) -> bool:
        """There is a call and it has not ended."""
        return self._record is not None and self._record.ended is None

    async def dial(self, called: str, extra: dict[str, str] | None = None) -> str:
        """Call a number and let the application answer the first webhook; returns the call's sid."""
        sid = self._operator.place(caller=self.number, called=called, extra=extra)
        self._record = CallRecord(self._operator.journal, sid)
        await self._operator.settle()
        return sid

    async def until(self, holds: Callable[[], bool]) -> bool:
        """Let the call run until `holds()`, or until it cannot go on without the caller; returns whether it holds.

        Input the application waits for never times out here: that is what `time_out`, `wait` and `press` are for.
        """
        await self._operator.settle()
        while not holds():
            if not self._can_go_on() or not await self._operator.step(self._clock):
                return holds()
        return True

    async def press(self, keys: str) -> bool:
        """At the next Gather, or the one running, press the keys in turn, then wait until it has ended.

        Returns False when the call never listened for keys.
        """
        if not await self.until(lambda: self._listens()):
            return False
        for key in keys:
            self._operator.receive(self.record.sid, Pressed(key))
        await self._wait_for_end_of_input()
        return True

    async def time_out(self) -> bool:
        """Stay silent until the next Gather has given up; returns False when there was none."""
        before = self.record.timeouts
        while self.record.timeouts == before and self.is_up:
            if not await self._operator.step(self._clock):
                break
        return self.record.timeouts > before

    async def wait(self, seconds: float) -> None:
        """Let that much time pass."""
        await self._operator.advance(self._clock, seconds)

    async def hang_up(self) -> None:
        """End the call from this side; nothing happens when it is over already."""
        if self.is_up:
            self._operator.receive(self.record.sid, HungUp())
            await self._operator.settle()

    def has_heard(self, words: str) -> bool:
        """These words reached the ear in one prompt; case and white space do not count."""
        wanted = folded(words)
        items = (entry.item for entry in self.record.heard)
        return any(isinstance(item, Heard) and wanted in folded(item.text or "") for item in items)

    def _listens(self) -> bool:
        listening = self.record.listening
        return listening is not None and listening.keys

    def _can_go_on(self) -> bool:
        call = self._operator.exchange.call(self.record.sid)
        return call is not None and not call.awaits_caller

    async def _wait_for_end_of_input(self) -> None:
        await self._operator.settle()
        running = self.record.listening
        while running is not None and self.record.listening is running:
            if not await self._operator.step(self._clock):
                return


def folded(words: str) -> str:
    """Words for comparing: white space as one space, case ignored."""
    return " ".join(words.split()).casefold()
