"""The caller's mobile as last seen: texts, prompts, and what is new since. Asks the network's `Mobile`, no one else."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.errors import SimulatorError
from simulator.mobile import Mobile, MovesAlong, OtherCodes, PushPrompt, ShownCode, Text

MOST = 100
"""Texts of the line kept; those of an identity provider are its own to keep."""


@dataclass(frozen=True, slots=True)
class News:
    """What arrived since the last look."""

    texts: tuple[Text, ...] = ()
    prompts: tuple[PushPrompt, ...] = ()


class Pocket:
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
        self.trouble: str | None = None
        """Why the mobile could not be read or answered the last time."""

    def deliver(self, text: Text) -> None:
        """The line itself sent a text; it is on the mobile with the next look."""
        self._from_the_line.append(text)
        del self._from_the_line[:-MOST]

    def skip(self, seconds: float) -> None:
        """The person's clock jumped ahead; a mobile with a clock of its own is told with the next look."""
        self._skipped += seconds

    async def look(self, number: str) -> News:
        """Read the mobile of this number; what another person's held counts as seen."""
        try:
            await self._let_pass()
            spoken, shown = await self._other_codes(number)
            texts = self._merged(number, (*await self._mobile.texts(number), *spoken))
            prompts = self._arrived(await self._mobile.prompts(number))
        except (SimulatorError, OSError, LookupError) as error:
            self.trouble = str(error) or type(error).__name__
            return News()
        is_same = number == self._number
        seen, known = set(self.texts), {prompt.id for prompt in self.prompts}
        news = News(
            tuple(text for text in texts if text not in seen),
            tuple(prompt for prompt in prompts if prompt.id not in known),
        )
        self._number, self.texts, self.prompts, self.shown, self.trouble = number, texts, prompts, shown, None
        return news if is_same else News()

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
        if skipped and isinstance(self._mobile, MovesAlong):
            await self._mobile.let_pass(skipped)

    async def _other_codes(self, number: str) -> tuple[Sequence[Text], ShownCode | None]:
        if not isinstance(self._mobile, OtherCodes):
            return (), None
        return await self._mobile.spoken(number), await self._mobile.shown(number)

    def _arrived(self, waiting: Sequence[PushPrompt]) -> tuple[PushPrompt, ...]:
        """Those that were not lost on their way."""
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
        return next((text for text in reversed(self.texts) if text.code), None)

    @property
    def code_to_type(self) -> str | None:
        """The newest code that was delivered, else the one that the authenticator app shows."""
        return self.newest_code or (None if self.shown is None else self.shown.code)

    @property
    def newest_prompt(self) -> PushPrompt | None:
        return self.prompts[-1] if self.prompts else None

    def expiring(self, now: float) -> float | None:
        """When the newest prompt, else the newest code, is good no longer; None when none is good or nobody knows."""
        prompt, text = self.newest_prompt, self.newest_text_with_code
        ends = (None if prompt is None else prompt.expires_at, None if text is None else text.expires_at)
        return next((end for end in ends if end is not None and end > now), None)
