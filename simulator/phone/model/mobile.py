"""The caller's mobile as last seen, with what is new since, and which factor each person is asked for first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.errors import SimulatorError
from simulator.mobile import Mobile, OtherCodes, Preferences, PushPrompt, ShownCode, Text, pace_of

MOST = 100
"""Texts of the line kept; those of an identity provider are its own to keep."""
_NAMES = {"sms": "SMS", "push": "Okta Verify push", "call": "voice call"}


@dataclass(frozen=True, slots=True)
class NewMessages:
    """What arrived since the last look."""

    texts: tuple[Text, ...] = ()
    prompts: tuple[PushPrompt, ...] = ()


class DeviceState:
    """Follows one person's mobile at a time."""

    def __init__(self, mobile: Mobile) -> None:
        self._mobile = mobile
        self._number = ""
        self._from_the_line: list[Text] = []
        self._skipped = 0.0
        self._lost: set[str] = set()
        self.is_losing_prompts = False
        """Prompts that come now never reach this mobile; those that it shows already stay."""
        self.texts: tuple[Text, ...] = ()
        self.shown: ShownCode | None = None
        """What the person's authenticator app shows."""
        self.prompts: tuple[PushPrompt, ...] = ()
        self._used: set[str] = set()
        self.trouble: str | None = None
        """Why the mobile could not be read or answered the last time."""

    def deliver(self, text: Text) -> None:
        """Keep a text that the line itself sent; it is on the mobile with the next look."""
        self._from_the_line.append(text)
        del self._from_the_line[:-MOST]

    def use(self, code: str) -> None:
        """Remember that the line was sent this code: it is not typed again."""
        self._used.add(code)

    def skip(self, seconds: float) -> None:
        """Remember that the person's clock jumped ahead; a mobile with a clock is told with the next look."""
        self._skipped += seconds

    async def look(self, number: str) -> NewMessages:
        """Read the mobile of this number; what another person's held counts as seen."""
        try:
            await self._let_pass()
            spoken, shown = await self._other_codes(number)
            texts = self._merged(number, (*await self._mobile.texts(number), *spoken))
            prompts = self._arrived(await self._mobile.prompts(number))
        except (SimulatorError, OSError, LookupError) as error:
            self.trouble = str(error) or type(error).__name__
            return NewMessages()
        is_same = number == self._number
        seen, known = set(self.texts), {prompt.id for prompt in self.prompts}
        news = NewMessages(
            tuple(text for text in texts if text not in seen),
            tuple(prompt for prompt in prompts if prompt.id not in known),
        )
        self._number, self.texts, self.prompts, self.shown, self.trouble = number, texts, prompts, shown, None
        return news if is_same else NewMessages()

    async def answer(self, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        """Approve or deny; a prompt that is gone meanwhile is trouble, not an error."""
        try:
            await self._mobile.answer(self._number, prompt, approve=approve, choice=choice)
        except (SimulatorError, OSError, LookupError) as error:
            self.trouble = str(error) or type(error).__name__
            return
        self.prompts = tuple(other for other in self.prompts if other.id != prompt.id)

    async def _let_pass(self) -> None:
        skipped, self._skipped = self._skipped, 0.0
        if skipped and (pace := pace_of(self._mobile)) is not None:
            await pace(skipped)

    async def _other_codes(self, number: str) -> tuple[Sequence[Text], ShownCode | None]:
        if not isinstance(self._mobile, OtherCodes):
            return (), None
        return await self._mobile.spoken(number), await self._mobile.shown(number)

    def _arrived(self, waiting: Sequence[PushPrompt]) -> tuple[PushPrompt, ...]:
        """Leave out those that were lost on their way."""
        shown = {prompt.id for prompt in self.prompts}
        self._lost &= {prompt.id for prompt in waiting}
        if self.is_losing_prompts:
            self._lost |= {prompt.id for prompt in waiting} - shown
        return tuple(prompt for prompt in waiting if prompt.id not in self._lost)

    def _merged(self, number: str, texts: Sequence[Text]) -> tuple[Text, ...]:
        own = [text for text in self._from_the_line if text.to == number]
        return tuple(sorted((*texts, *own), key=lambda text: text.at))

    @property
    def newest_code(self) -> str | None:
        text = self.newest_text_with_code
        return None if text is None else text.code

    @property
    def newest_text_with_code(self) -> Text | None:
        newest = next((text for text in reversed(self.texts) if text.code), None)
        return None if newest is None or newest.code in self._used else newest

    @property
    def code_to_type(self) -> str | None:
        """The newest code that was delivered, else the one that the authenticator app shows."""
        shown = None if self.shown is None or self.shown.code in self._used else self.shown.code
        return self.newest_code or shown

    @property
    def newest_prompt(self) -> PushPrompt | None:
        return self.prompts[-1] if self.prompts else None

    def expiring(self, now: float) -> float | None:
        """Tell until when the newest prompt, else the newest code, is good; None when none is or nobody knows."""
        prompt, text = self.newest_prompt, self.newest_text_with_code
        ends = (None if prompt is None else prompt.expires_at, None if text is None else text.expires_at)
        return next((end for end in ends if end is not None and end > now), None)


class FactorPreferences:
    """The people's preferences as last seen; raises SimulatorError or OSError when the directory does not answer."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._first: dict[str, str | None] = {}
        """What each of those that were changed had before."""
        self.by_number: dict[str, str | None] = {}
        self.choices: tuple[str, ...] = ()
        """What can be preferred; none before anything was read."""

    @property
    def is_changed(self) -> bool:
        return any(self.by_number.get(number) != first for number, first in self._first.items())

    async def read(self, numbers: Iterable[str]) -> None:
        """Look them up; whoever is not in the directory has none."""
        self.choices = await self._preferences.choices()
        self.by_number = await self._preferences.preferred(tuple(numbers))

    async def prefer(self, number: str, factor: str | None) -> None:
        """Have the person asked for this factor first, from the next call on; None: none is set."""
        if number not in self.by_number:
            await self.read((*self.by_number, number))
        if number in self.by_number:
            self._first.setdefault(number, self.by_number[number])
            await self._preferences.prefer(number, factor)
            self.by_number[number] = factor

    async def change(self, number: str) -> None:
        """Prefer the next of the choices, if there are any."""
        if not self.choices:
            return
        present = self.by_number.get(number)
        at = self.choices.index(present) + 1 if present in self.choices else 0
        await self.prefer(number, self.choices[at % len(self.choices)])

    async def undo(self) -> None:
        """Give everybody the preference they had when the phone was opened."""
        for number, first in self._first.items():
            if self.by_number.get(number) != first:
                await self.prefer(number, first)


def factor_name(factor: str | None) -> str:
    """Name the factor as people say it."""
    return "nothing set" if factor is None else _NAMES.get(factor, factor)
