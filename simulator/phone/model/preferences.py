"""Which factor each person is asked for first, and what it was before the phone changed it. The directory keeps it."""

from collections.abc import Iterable

from simulator.network import Preferences

_NAMES = {"sms": "SMS", "push": "Okta Verify push", "call": "voice call"}


class Wishes:
    """The people's preferences as last seen; raises SimulatorError or OSError when the directory does not answer."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._first: dict[str, str | None] = {}
        """What each of those that were changed had before."""
        self.by_number: dict[str, str | None] = {}

    @property
    def choices(self) -> tuple[str, ...]:
        return self._preferences.choices

    @property
    def is_changed(self) -> bool:
        return any(self.by_number.get(number) != first for number, first in self._first.items())

    async def read(self, numbers: Iterable[str]) -> None:
        """Look them up; whoever is not in the directory has none."""
        self.by_number = await self._preferences.of(tuple(numbers))

    async def prefer(self, number: str, factor: str | None) -> None:
        """From the next call on, this is the factor that the person is asked for first; None: none is set."""
        if number not in self.by_number:
            await self.read((*self.by_number, number))
        if number in self.by_number:
            self._first.setdefault(number, self.by_number[number])
            await self._preferences.prefer(number, factor)
            self.by_number[number] = factor

    async def change(self, number: str) -> None:
        """The next of the choices."""
        present = self.by_number.get(number)
        at = self.choices.index(present) + 1 if present in self.choices else 0
        await self.prefer(number, self.choices[at % len(self.choices)])

    async def undo(self) -> None:
        """Everybody's preference as it was when the phone was opened."""
        for number, first in self._first.items():
            if self.by_number.get(number) != first:
                await self.prefer(number, first)


def factor_name(factor: str | None) -> str:
    """As people say it."""
    return "nothing set" if factor is None else _NAMES.get(factor, factor)
