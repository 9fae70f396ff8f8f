"""One simulated caller: dials, listens, presses keys, answers prompts, hangs up; acts on words, as people do.

Judges nothing. All it does is drawn from the call's own dice.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from bench.soak.plan import Planned, dice
from fakes.okta.push import HandsetError
from ivr.phrases.english import ENGLISH
from simulator.mobile import Text, text_arrived
from simulator.operator.beside import PromptAnswered
from simulator.operator.journal import Entry
from simulator.operator.operator import Operator
from simulator.vocabulary import Ended, Heard, HungUp, Listening, Pressed, Speaking, StoppedListening

if TYPE_CHECKING:
    from fakes.okta.state import Okta

LONGEST = 1200.0
"""Seconds after which a call is stuck: the longest one is a push that is asked for three times, and a code."""
_KEYS = "0123456789*#"


@dataclass(frozen=True, slots=True)
class ExchangeServices:
    """What a caller has: a phone on a network, and a mobile whose texts and prompts come from Okta."""

    seed: str
    operator: Operator
    called: str
    okta: "Okta"
    owners: dict[str, str]
    dialled: Callable[[str, Planned], None]
    """Told the sid of the call."""


class Caller:
    def __init__(self, planned: Planned, around: ExchangeServices) -> None:
        self._planned = planned
        self._around = around
        self._draw: Random = dice(around.seed, "acts", planned.number)
        self._sid = ""
        self._words = ""
        self._listening: Listening | None = None
        self._is_speaking = False
        self._is_over = False
        self._wrong_left = planned.wrong
        self._stirred = asyncio.Event()
        self._beside: set[asyncio.Task[None]] = set()

    async def call(self) -> str | None:
        """From dialling to the end; the call's sid when there was no end within LONGEST."""
        operator = self._around.operator
        self._sid = operator.place(caller=self._planned.phone, called=self._around.called)
        self._around.dialled(self._sid, self._planned)
        unlisten = operator.journal.listen(self._take, self._sid)
        if self._planned.hangs_up is not None:
            self._meanwhile(self._hang_up(self._planned.hangs_up))
        try:
            async with asyncio.timeout(LONGEST):
                await self._until_the_end()
        except TimeoutError:
            return self._sid
        finally:
            unlisten()
            for task in self._beside:
                task.cancel()
        return None

    async def _until_the_end(self) -> None:
        answered: Listening | None = None
        while not self._is_over:
            self._stirred.clear()
            listening = self._listening
            if listening is None or listening is answered or self._planned.habits.is_silent:
                await self._stirred.wait()
                continue
            answered = listening
            await self._think()
            if self._listening is listening:
                await self._press(self._keys(), listening)

    async def _think(self) -> None:
        """Now, or when the words are over."""
        if self._draw.random() >= self._planned.habits.barges_in:
            while self._is_speaking and not self._is_over:
                self._stirred.clear()
                await self._stirred.wait()
        await asyncio.sleep(self._draw.uniform(0.2, 9.0 if self._draw.random() < 0.1 else 3.0))

    async def _press(self, keys: str, listening: Listening) -> None:
        for key in keys:
            if self._listening is not listening and self._draw.random() < 0.7:
                return  # hears that nobody wants more
            self._around.operator.receive(self._sid, Pressed(key))
            await asyncio.sleep(self._draw.uniform(0.1, 0.5))

    def _keys(self) -> str:
        draw, habits = self._draw, self._planned.habits
        if draw.random() < habits.stars:
            return "*" if draw.random() < 0.5 else "*#"
        if draw.random() < habits.slips:
            return "".join(draw.choices(_KEYS, k=draw.choice((1, 1, 2, 4, 6))))
        if ENGLISH.account_menu in self._words:
            return draw.choice("1112")
        if "digits" in self._words:
            return self._code()
        if ENGLISH.push_waiting in self._words or ENGLISH.push_sent in self._words:
            return "*" if draw.random() < 0.1 else ""
        if ENGLISH.go_back in self._words:
            return draw.choice("1122*")
        if "press 1" in self._words:
            return "1" if draw.random() < 0.97 else "2"
        return draw.choice("2221")

    def _code(self) -> str:
        """The newest text's, if this person has the handset and is not mistaken today."""
        guess = "".join(self._draw.choices("0123456789", k=6))
        texts = self._around.okta.texts(self._planned.phone) if self._planned.habits.knows else []
        if self._wrong_left > 0 or not texts:
            self._wrong_left -= 1
            stale = [text.code for text in texts[:-1] if text.code]
            return stale[-1] if stale and self._draw.random() < 0.3 else guess
        newest = texts[-1]
        shown = Text(newest.to, newest.body, newest.code, newest.at, newest.expires_at)
        self._around.operator.note(self._sid, text_arrived(shown))
        return f"{newest.code}#" if self._draw.random() < 0.5 else newest.code

    async def _hang_up(self, after: float) -> None:
        await asyncio.sleep(after)
        self._around.operator.receive(self._sid, HungUp())

    async def _answer_push(self) -> None:
        """The owner of the number does, whoever calls."""
        owner = self._around.owners.get(self._planned.phone)
        if owner is None or self._planned.push == "ignore":
            return
        await asyncio.sleep(self._planned.push_after)
        approve = self._planned.push == "approve"
        try:
            self._around.okta.answer_push(owner, approve)
        except HandsetError:  # expired, or answered meanwhile
            return
        self._around.operator.note(self._sid, PromptAnswered(self._planned.phone, "newest", approve))

    def _meanwhile(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(doing)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    def _take(self, entry: Entry) -> None:
        match entry.item:
            case Speaking(prompt=prompt):
                self._words = prompt.text or ""
                self._is_speaking = True
                if ENGLISH.push_sent in self._words:
                    self._meanwhile(self._answer_push())
            case Heard():
                self._is_speaking = False
            case Listening() as listening:
                self._listening = listening
            case StoppedListening():
                self._listening = None
            case Ended():
                self._is_over = True
            case _:
                return
        self._stirred.set()
