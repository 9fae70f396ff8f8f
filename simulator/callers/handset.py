"""A telephone without a screen, in virtual time: dial, listen, press keys, speak, wait, hang up. Judges nothing.

phone = Handset(operator, clock, "+17735551234")
await phone.dial("+12075551234")
await phone.until(lambda: phone.has_heard("welcome"))
await phone.press("1")
"""

from collections.abc import Callable

from simulator.callers.passing import Notice, Pace, Passing
from simulator.callers.record import CallRecord
from simulator.errors import WrongUseError
from simulator.operator.clock import ManualClock
from simulator.operator.operator import Operator
from simulator.vocabulary import Heard, HungUp, Listening, Pressed, Spoke


class Handset:
    """One person's phone; one call at a time. Time passes only while a method waits for something."""

    def __init__(
        self,
        operator: Operator,
        clock: ManualClock,
        number: str,
        *,
        pace: Pace | None = None,
        notice: Notice | None = None,
    ) -> None:
        self.number = number
        self._operator = operator
        self._time = Passing(operator, clock, pace=pace, notice=notice)
        self._record: CallRecord | None = None

    @property
    def record(self) -> CallRecord:
        """What became of the call so far; raises WrongUseError before the first one was dialled."""
        if self._record is None:
            raise WrongUseError("this handset has not dialled yet: dial first")
        return self._record

    @property
    def has_dialled(self) -> bool:
        """There is a call, over or not."""
        return self._record is not None

    @property
    def is_up(self) -> bool:
        """There is a call and it has not ended."""
        return self._record is not None and self._record.ended is None

    async def dial(self, called: str, extra: dict[str, str] | None = None) -> str:
        """Call a number and let the application answer the first webhook; returns the call's sid."""
        since = len(self._operator.journal.entries)
        sid = self._operator.place(caller=self.number, called=called, extra=extra)
        self._record = CallRecord(self._operator.journal, sid, since=since)
        await self._time.settle()
        return sid

    async def until(self, holds: Callable[[], bool]) -> bool:
        """Let the call run until `holds()`, or until it cannot go on without the caller; returns whether it holds.

        Input the application waits for never times out here: that is what `time_out`, `wait` and `press` are for.
        """
        await self._time.settle()
        while not holds():
            if not self._can_go_on() or not await self._time.step():
                return holds()
        return True

    async def press(self, keys: str) -> bool:
        """At the next Gather, or the one running, press the keys in turn, then wait until it has ended.

        Returns False when the call never listened for keys.
        """
        running = await self.until_listening(_takes_keys)
        if running is None:
            return False
        for key in keys:
            self._operator.receive(self.record.sid, Pressed(key))
        await self._wait_for_end_of(running)
        return True

    async def speak(self, words: str, confidence: float = 0.9) -> bool:
        """At the next Gather for speech, or the one running, say the words; returns False when there was none.

        Words that the prompts drown (bargeIn="false") are said again when the prompts are over.
        """
        running = await self.until_listening(_takes_speech)
        if running is None:
            return False
        unheard = self.record.ignored
        self._operator.receive(self.record.sid, Spoke(words, confidence))
        if self.record.ignored > unheard and await self.until(self._awaits_caller):
            self._operator.receive(self.record.sid, Spoke(words, confidence))
        await self._wait_for_end_of(running)
        return True

    async def time_out(self) -> bool:
        """Stay silent until the next Gather has given up; returns False when there was none."""
        before = self.record.timeouts
        while self.record.timeouts == before and self.is_up:
            if not await self._time.step():
                break
        return self.record.timeouts > before

    async def wait(self, seconds: float) -> None:
        """Let that much time pass."""
        await self._time.advance(seconds)

    async def hang_up(self) -> None:
        """End the call from this side; nothing happens when it is over already."""
        if self.is_up:
            self._operator.receive(self.record.sid, HungUp())
            await self._time.settle()

    async def until_listening(self, takes: Callable[[Listening], bool]) -> Listening | None:
        """Let the call run until it takes such input; None when it cannot go on to there without the caller."""

        def is_listening() -> bool:
            listening = self.record.listening
            return listening is not None and takes(listening)

        return self.record.listening if await self.until(is_listening) else None

    def has_heard(self, words: str) -> bool:
        """These words reached the ear in one prompt; case and white space do not count."""
        wanted = folded(words)
        items = (entry.item for entry in self.record.heard)
        return any(isinstance(item, Heard) and wanted in folded(item.text or "") for item in items)

    def _can_go_on(self) -> bool:
        return self.is_up and not self._awaits_caller()

    def _awaits_caller(self) -> bool:
        call = self._operator.exchange.call(self.record.sid)
        return call is not None and call.awaits_caller

    async def _wait_for_end_of(self, running: Listening) -> None:
        """Until this input is over; `running` is taken before the first key, for a new Gather may follow at once."""
        await self._time.settle()
        while self.record.listening is running:
            if not await self._time.step():
                return


def folded(words: str) -> str:
    """Words for comparing: white space as one space, case ignored."""
    return " ".join(words.split()).casefold()


def _takes_keys(listening: Listening) -> bool:
    return listening.keys


def _takes_speech(listening: Listening) -> bool:
    return listening.speech
