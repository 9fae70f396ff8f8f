"""The caller's own device: answers Okta Verify prompts as the script told, now or when the next one comes."""

import re
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Protocol

from simulator.callers.script.misses import MissedError
from simulator.callers.script.script import Placed
from simulator.errors import SimulatorError
from simulator.mobile import Mobile, NoMobile, PushPrompt, prompt_arrived
from simulator.operator.beside import Beside, PromptAnswered

Answer = Literal["approve", "deny", "ignore"]


class Hesitate(Protocol):
    """Gives the application a moment to answer, unless what is waited for has happened."""

    async def __call__(self, *, unless: Callable[[], bool]) -> None: ...


@dataclass(frozen=True, slots=True)
class Intention:
    """How the caller means to answer one prompt; `number` is the one to tap, None the one that is spoken."""

    answer: Answer
    number: int | None
    step: Placed | None


class Device:
    """Answers for one number. `spoken` gives what the caller has heard, newest last; `tell` is told
    of answers, `note` of what the journal should have. `hesitate` gives the application time to send a prompt.
    """

    def __init__(
        self,
        mobile: Mobile,
        number: str,
        *,
        spoken: Callable[[], Sequence[str]],
        tell: Callable[[str], None],
        note: Callable[[Beside], None],
        hesitate: Hesitate,
    ) -> None:
        self._mobile = mobile
        self._number = number
        self._spoken = spoken
        self._tell = tell
        self._note = note
        self._hesitate = hesitate
        self._intentions: deque[Intention] = deque()
        self._stale: frozenset[str] = frozenset()
        self._left_alone: set[str] = set()

    @property
    def unused(self) -> Intention | None:
        """An approval or denial for which no prompt ever came."""
        return next((each for each in self._intentions if each.answer != "ignore"), None)

    @property
    def is_waiting(self) -> bool:
        """There is an answer for which no prompt has come yet, or whose number nobody has said yet."""
        return bool(self._intentions)

    def forget(self) -> None:
        """Give up all answers for which there was no prompt."""
        self._intentions.clear()

    async def begin(self) -> None:
        """A call begins: prompts that wait already are about something else, and are never answered."""
        with suppress(SimulatorError, OSError, LookupError):  # on a mobile that cannot be read none is seen
            self._stale = frozenset(each.id for each in await self._mobile.prompts(self._number))

    async def intend(self, intention: Intention) -> None:
        """Answer the newest prompt of the call so; without one, the next. One that was left alone counts, too."""
        if isinstance(self._mobile, NoMobile) and intention.answer != "ignore":
            raise MissedError("no Okta Verify prompt can be seen from here", "the identity provider is not known")
        self._intentions.append(intention)
        await self.look()
        if len(self._intentions) == 1:
            await self._hesitate(unless=lambda: not self._intentions)
            await self._reconsider()

    async def _reconsider(self) -> None:
        """Nothing new has come: the newest prompt may be one that was left alone."""
        prompts = await self._prompts() if self._intentions else ()
        if prompts:
            self._left_alone.discard(prompts[-1].id)
            await self.look()

    async def look(self) -> None:
        """Answer what has arrived, if the caller is minded to answer anything."""
        while self._intentions:
            prompts = [each for each in await self._prompts() if each.id not in self._left_alone]
            if not prompts or not await self._answer(prompts[-1], self._intentions[0]):
                return
            self._intentions.popleft()

    async def _prompts(self) -> list[PushPrompt]:
        return [each for each in await self._mobile.prompts(self._number) if each.id not in self._stale]

    async def _answer(self, prompt: PushPrompt, intention: Intention) -> bool:
        """Whether the prompt is dealt with; one that wants a number waits until the number was spoken."""
        if intention.answer == "ignore":
            self._left_alone.add(prompt.id)
            self._tell("leaves the Okta Verify prompt alone")
            return True
        choice = None
        if prompt.choices and intention.answer == "approve":
            choice = intention.number if intention.number is not None else self._spoken_choice(prompt)
            if choice is None:
                return False
        try:
            await self._mobile.answer(self._number, prompt, approve=intention.answer == "approve", choice=choice)
        except (SimulatorError, LookupError, ValueError, OSError) as error:
            reason = f"the prompt could not be answered: {error}"
            raise MissedError(reason, _offer(prompt), step=intention.step) from error
        self._note(prompt_arrived(self._number, prompt))
        self._note(PromptAnswered(self._number, prompt.id, intention.answer == "approve", choice))
        tapped = "" if choice is None else f" with {choice}"
        self._tell(f"{'approves' if intention.answer == 'approve' else 'denies'} the Okta Verify prompt{tapped}")
        return True

    def _spoken_choice(self, prompt: PushPrompt) -> int | None:
        """The first of the offered numbers in the latest words that name one; a person would tap that."""
        for words in reversed(self._spoken()):
            for number in re.findall(r"\d+", words):
                if int(number) in prompt.choices:
                    return int(number)
        return None


def _offer(prompt: PushPrompt) -> str:
    return f"it offers {', '.join(map(str, prompt.choices))}" if prompt.choices else ""
