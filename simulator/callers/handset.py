"""A telephone without a screen: dial or answer, listen, press keys, speak, hang up. Judges nothing.

What is done on it is over when the application has answered; `until` returns at the moment its condition holds, before
the requests that follow from that moment are sent.

phone = Handset(operator, clock, "+17735551234")
await phone.dial("+12075551234")
await phone.until(lambda: phone.has_heard("welcome"))
await phone.press("1")
"""

from collections.abc import Callable, Mapping
from unicodedata import normalize

from simulator.callers.time_driver import Notice, Pace, never, time_driver
from simulator.errors import WrongUseError
from simulator.operator.beside import Beside
from simulator.operator.clock import Clock
from simulator.operator.operator import Operator
from simulator.timeline.record import CallRecord
from simulator.verbs.dial.sip import is_passed_on
from simulator.vocabulary import (
    UNREMARKABLE,
    Answered,
    CallerId,
    Declined,
    Heard,
    HungUp,
    Listening,
    Pressed,
    Refusal,
    Spoke,
    Talked,
)

LONGEST_TALK = 3600.0
"""Seconds after which nobody speaks any more."""
_REACTION = 0.5
"""Real seconds that a person gives the application to answer before doing something else meanwhile."""


class Handset:
    """One person's phone; one call at a time. Time passes only while a method waits for something.

    With `is_quick` nothing that is done on it waits for the application's answer: the next thing done may reach the
    application while it still owes that answer.
    """

    def __init__(
        self,
        operator: Operator,
        clock: Clock,
        number: str,
        *,
        pace: Pace | None = None,
        notice: Notice | None = None,
        is_watching: Callable[[], bool] = never,
        is_quick: bool = False,
        is_running: bool = False,
    ) -> None:
        self.number = number
        self._operator = operator
        self._time = time_driver(
            operator, clock, pace=pace, notice=notice, is_watching=is_watching, is_running=is_running
        )
        self._is_quick = is_quick
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

    async def dial(self, called: str, caller_id: CallerId = UNREMARKABLE) -> str:
        """Call a number and let the application answer the first webhook; returns the call's sid."""
        since = len(self._operator.journal.entries)
        sid = self._operator.place(caller=self.number, called=called, caller_id=caller_id)
        self._follow(sid, since)
        await self._finish()
        return sid

    async def answer(
        self, sid: str, sip_headers: Mapping[str, str] | None = None, *, answered: Answered | None = None
    ) -> None:
        """Pick up: this phone is the one that the exchange rings on that leg. `sip_headers`: of a SIP address's answer.

        Raises WrongUseError for a header that no application would hear of.
        """
        unheard = [name for name in sip_headers or {} if not is_passed_on(name)]
        if unheard:
            raise WrongUseError(f"only SIP headers that begin with X- are passed on, {unheard[0]} does not")
        self._follow(sid, since=len(self._operator.journal.entries))
        self._operator.receive(sid, answered or Answered(sip_headers=sip_headers or {}))
        await self._finish()

    async def decline(self, sid: str, outcome: Refusal) -> None:
        """Do not take the call that the exchange rings this phone for."""
        self._operator.receive(sid, Declined(outcome))
        await self._finish()

    async def until(self, holds: Callable[[], bool]) -> bool:
        """Let the call run until `holds()`, or until it cannot go on without the caller; returns whether it holds.

        Input the application waits for never times out here: that is what `time_out`, `wait` and `press` are for.
        """
        does_hold = await self._time.until(holds, self._can_go_on)
        if not self.is_up:  # nobody can do anything on it while its last callbacks are out
            await self._time.settle()
        return does_hold

    async def settle(self) -> None:
        """Let the application answer whatever it has been or is to be asked; no time passes."""
        await self._time.settle()

    async def hesitate(self, *, unless: Callable[[], bool] = never) -> None:
        """The same, but do not wait for an application that takes longer than a person's reaction.

        Wait no longer either as soon as `unless` holds.
        """
        await self._time.settle_within(_REACTION, unless=unless)

    async def press(self, keys: str) -> bool:
        """At the next Gather or Record, or the one running, press the keys in turn, then wait until it has ended.

        A call that is joined to somebody, in a conference or connected to a stream takes keys at once. Returns False
        when the call never listened for keys.
        """
        if not await self.until_keys_count():
            return False
        running = self.record.listening
        for key in keys:
            self._operator.receive(self.record.sid, Pressed(key))
        await (self._finish() if running is None else self._wait_for_end_of(running))
        return True

    async def speak(self, words: str, confidence: float = 0.9) -> bool:
        """At the next Gather for speech, or the one running, say the words; returns False when there was none.

        Prompts that words may not interrupt (bargeIn="false") are heard to their end first. A call that is connected
        to a stream takes words at once; to an agent the caller speaks when it is silent, until the words are said.
        """
        await self.until(
            lambda: self.record.stream is not None or self.is_with_agent or self._listens_for(_takes_speech)
        )
        if self.is_with_agent:
            return await self._speak_to_agent(words, confidence)
        if self.record.stream is not None:
            self._operator.receive(self.record.sid, Spoke(words, confidence))
            await self._finish()
            return True
        running = await self.until_listening(_takes_speech)
        if running is None or not (running.barge_in or await self.until(self._awaits_caller)):
            return False
        self._operator.receive(self.record.sid, Spoke(words, confidence))
        await self._wait_for_end_of(running)
        return True

    @property
    def is_with_agent(self) -> bool:
        """The call is in a session of ConversationRelay whose WebSocket is open."""
        return self.record.relay is not None and self.record.is_relay_open

    async def _speak_to_agent(self, words: str, confidence: float, *, at_once: bool = False) -> bool:
        if not at_once:
            await self._time.advance(LONGEST_TALK, unless=lambda: self.record.speaking is None or not self.is_up)
        if not self.is_with_agent:
            return False
        said = self.record.prompts_sent + self.record.ignored
        self._operator.receive(self.record.sid, Spoke(words, confidence))
        await self._time.advance(
            LONGEST_TALK,
            unless=lambda: self.record.prompts_sent + self.record.ignored > said or not self.is_with_agent,
        )
        await self._finish()
        return True

    async def talk(self, seconds: float, end: str = "silence") -> bool:
        """At the next Record, or the one running, talk that long, then be silent, hang up or press the key `end`.

        Returns when the recording is over; False when there was none.
        """
        running = await self.until_listening(_records)
        if running is None:
            return False
        if seconds > 0:
            self._operator.receive(self.record.sid, Talked(seconds))
        if end != "silence":
            await self._time.advance(seconds, unless=lambda: self.record.listening is not running)
        if self.record.listening is running and end == "hangup":
            await self.hang_up()
        elif self.record.listening is running and end != "silence":
            self._operator.receive(self.record.sid, Pressed(end))
        await self._wait_for_end_of(running)
        return True

    async def time_out(self) -> bool:
        """Stay silent until the next Gather has given up; returns False when there was none."""
        before = self.record.timeouts
        await self._time.until(lambda: self.record.timeouts > before or not self.is_up, _always)
        await self._finish()
        return self.record.timeouts > before

    async def wait(self, seconds: float, *, unless: Callable[[], bool] = never) -> None:
        """Let that much time pass; less as soon as `unless` holds.

        The clock stands still while this call waits for the application. If that takes longer than `seconds` of real
        time, it was what the person has waited for, and nothing more passes.
        """
        if self._awaits_application() and not await self._time.settle_within(seconds):
            return
        await self._time.advance(seconds, unless=unless)

    async def hang_up(self) -> None:
        """End the call from this side; nothing happens when it is over already."""
        if self.is_up:
            self._operator.receive(self.record.sid, HungUp())
            await self._finish()

    def note(self, item: Beside) -> None:
        """Something happened beside the call that the journal should have, such as a text that was read."""
        self._operator.note(self.record.sid, item)

    async def transcribe(self, recording: str, words: str | None) -> None:
        """The words of a recording become known (None: could not be understood); also after the call's end."""
        self._operator.transcribe(recording, words)
        await self._finish()

    async def until_listening(self, takes: Callable[[Listening], bool]) -> Listening | None:
        """Let the call run until it takes such input; None when it cannot go on to there without the caller."""
        return self.record.listening if await self.until(lambda: self._listens_for(takes)) else None

    async def until_keys_count(self) -> bool:
        """Let the call run until a key would mean something: it is listened for, or it reaches other people."""

        def do_keys_count() -> bool:
            record = self.record
            is_heard = record.other is not None or record.conference is not None or record.stream is not None
            is_heard = is_heard or self.is_with_agent
            return is_heard or (record.listening is not None and record.listening.keys)

        return await self.until(do_keys_count)

    def has_heard(self, words: str) -> bool:
        """These words reached the ear in one prompt; case and white space do not count."""
        wanted = folded(words)
        items = (entry.item for entry in self.record.heard)
        return any(isinstance(item, Heard) and wanted in folded(item.text or "") for item in items)

    def _follow(self, sid: str, since: int) -> None:
        if self._record is not None:
            self._record.close()
        self._record = CallRecord(self._operator.journal, sid, since=since)

    def _listens_for(self, takes: Callable[[Listening], bool]) -> bool:
        listening = self.record.listening
        return listening is not None and takes(listening)

    def _can_go_on(self) -> bool:
        return self.is_up and not self._awaits_caller()

    def _awaits_caller(self) -> bool:
        call = self._operator.exchange.call(self.record.sid)
        return call is not None and call.awaits_caller

    def _awaits_application(self) -> bool:
        call = None if self._record is None else self._operator.exchange.call(self._record.sid)
        return call is not None and call.awaits_application

    async def _wait_for_end_of(self, running: Listening) -> None:
        """Until this input is over; `running` is taken before the first key, for a new Gather may follow at once."""
        await self._time.until(lambda: self.record.listening is not running, _always)
        await self._finish()

    async def _finish(self) -> None:
        """Something was done; that is over once the application has answered, unless this phone is quick."""
        if not self._is_quick:
            await self._time.settle()


def folded(words: str) -> str:
    """Words for comparing: white space as one space, case ignored, letters composed."""
    return composed(" ".join(words.split()).casefold())


def composed(text: str) -> str:
    """The text with each letter and its accents in one character, where there is one (Unicode's form C)."""
    return text if text.isascii() else normalize("NFC", text)


def _always() -> bool:
    return True


def _takes_speech(listening: Listening) -> bool:
    return listening.speech


def _records(listening: Listening) -> bool:
    return listening.verb == "Record"
