"""A telephone that a machine plays with: one caller at a time, who always knows what the call waits for.

Without await, in virtual time. Between two doings the call runs until it is somebody's turn: a Gather or Record
listens, somebody rings, a prompt is on the caller's other screen, or nothing goes on without them.
"""

from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from typing import Any

from simulator.callers.handset import Handset
from simulator.errors import SimulatorError
from simulator.mobile import PushPrompt, Text, pace_of
from simulator.network import OpenNetwork
from simulator.operator.clock import ManualClock
from simulator.operator.journal import Entry
from simulator.operator.masking import Mask
from simulator.testing.synchronous import Loop
from simulator.timeline.record import CallRecord, DialledLeg
from simulator.vocabulary import Listening, Refusal


class FuzzPhone:
    """Opens a network and closes it with `close`. `patience`: so many seconds may pass without anybody's turn."""

    def __init__(self, open_network: OpenNetwork, loop: Loop, *, seed: int, patience: float) -> None:
        self._loop = loop
        self._patience = patience
        self._clock = ManualClock()
        self._stack = AsyncExitStack()
        try:
            self.network = loop.run(self._stack.enter_async_context(open_network(self._clock, seed=seed)))
        except BaseException:
            loop.close()
            raise
        self.handset: Handset | None = None
        self.callee: Handset | None = None
        """Somebody whom the call has dialled and who has answered."""
        self.prompts: tuple[PushPrompt, ...] = ()
        """What has come to the caller's other screen in this call and waits there, newest last."""
        self.texts: tuple[Text, ...] = ()
        """What has been delivered there, newest last."""
        self._records: list[CallRecord] = []
        self._stale: frozenset[str] = frozenset()
        self._secrets: set[str] = set()

    def close(self) -> None:
        """Stop whatever was started."""
        self._loop.run(self._stack.aclose())
        self._loop.close()

    # ------------------------------------------------------------ what stands

    @property
    def record(self) -> CallRecord | None:
        """What became of the newest call; None before the first."""
        return self._records[-1] if self._records else None

    @property
    def is_up(self) -> bool:
        return self.handset is not None and self.handset.is_up

    @property
    def listening(self) -> Listening | None:
        """What the call takes now."""
        return self.record.listening if self.is_up and self.record is not None else None

    @property
    def ringing(self) -> DialledLeg | None:
        """Somebody whom the call has dialled, and whose phone rings."""
        legs = self.record.dialled if self.is_up and self.record is not None else []
        return next((leg for leg in legs if leg.ended is None and not leg.is_answered), None)

    @property
    def entries(self) -> list[Entry]:
        """Everything that has happened, in all calls."""
        return self.network.operator.journal.entries

    @property
    def names(self) -> Mapping[str, str]:
        """The people on the other legs, by sid."""
        return {leg.sid: leg.called for record in self._records for leg in record.dialled}

    def mask(self) -> Mask:
        """For one telling of what happened."""
        return Mask(self._secrets)

    # ------------------------------------------------------------ what people do

    def dial(self, caller: str) -> None:
        """Call the line from that number."""
        mobile = self.network.mobile
        pace = pace_of(mobile)
        self.callee = None
        self.handset = Handset(self.network.operator, self._clock, caller, pace=pace, notice=self._look)
        self._stale = frozenset(each.id for each in self._loop.run(mobile.prompts(caller)))
        self._do(self.handset.dial(self.network.called), follows=True)

    def press(self, keys: str, *, patiently: bool) -> None:
        """At the running input; `patiently` after its prompts, otherwise at once, which cuts them off."""
        if patiently:
            self._do(self._phone.until(lambda: False))
        self._do(self._phone.press(keys))

    def speak(self, words: str, confidence: float) -> None:
        self._do(self._phone.speak(words, confidence))

    def talk(self, seconds: float, end: str) -> None:
        """Into the running Record; `end`: `silence`, `hangup` or a key."""
        self._do(self._phone.talk(seconds, end))

    def stay_silent(self) -> None:
        self._do(self._phone.time_out())

    def wait(self, seconds: float) -> None:
        self._do(self._phone.wait(seconds))

    def hang_up(self) -> None:
        self._do(self._phone.hang_up())

    def answer_prompt(self, *, approve: bool, choice: int) -> None:
        """The newest prompt; where it offers numbers, the one at that place is tapped. Too late is too late."""
        prompt = self.prompts[-1]
        tapped = prompt.choices[choice % len(prompt.choices)] if prompt.choices and approve else None

        async def answer() -> None:
            try:
                await self.network.mobile.answer(self._phone.number, prompt, approve=approve, choice=tapped)
            except (SimulatorError, LookupError, ValueError):
                return

        self._do(answer())

    def callee_answers(self) -> None:
        """Let the party whose phone rings pick up."""
        leg = self._ringing_leg
        self.callee = Handset(self.network.operator, self._clock, leg.called, notice=self._look)
        self._do(self.callee.answer(leg.sid))

    def callee_declines(self, outcome: Refusal) -> None:
        leg = self._ringing_leg
        self._do(Handset(self.network.operator, self._clock, leg.called).decline(leg.sid, outcome))

    def callee_hangs_up(self) -> None:
        if self.callee is not None:
            self._do(self.callee.hang_up())

    # ------------------------------------------------------------ how it goes on

    @property
    def _phone(self) -> Handset:
        assert self.handset is not None
        return self.handset

    @property
    def _ringing_leg(self) -> DialledLeg:
        leg = self.ringing
        assert leg is not None
        return leg

    def _do(self, work: Coroutine[Any, Any, object], *, follows: bool = False) -> None:  # what the loop passes
        async def all_of_it() -> None:
            await work
            if follows:
                self._records.append(self._phone.record)
            if self._phone.is_up:
                await self._phone.until(self._is_somebodys_turn())
            await self._look()

        self._loop.run(all_of_it())

    def _is_somebodys_turn(self) -> Callable[[], bool]:
        end = self._clock.now() + self._patience

        def is_it() -> bool:
            return bool(self.prompts or self.listening or self.ringing) or self._clock.now() > end

        return is_it

    async def _look(self) -> None:
        """At the other screen."""
        mobile, number = self.network.mobile, self._phone.number
        self.prompts = tuple(each for each in await mobile.prompts(number) if each.id not in self._stale)
        self.texts = tuple(await mobile.texts(number))
        self._secrets.update(text.code for text in self.texts if text.code)
