"""The person's other screen: text messages and Okta Verify prompts, wherever they come from. A seam, no behaviour.

The demo reads them from a fake identity provider in this process; `--okta URL` reads them over HTTP; against any other
application there is nothing to read.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import field
from typing import Protocol, runtime_checkable

from simulator.operator.beside import By, PromptArrived, TextArrived
from simulator.values import frozen


@frozen
class Text:
    """A text message delivered to a number, or a call in which a voice said the same. Times: Unix seconds.

    `code` is the one-time code in it, if there is one, and `expires_at` when it is good no longer; None when whoever
    delivers it does not say.
    """

    to: str
    body: str
    code: str | None
    at: float
    expires_at: float | None = None
    by: By = field(default="text", kw_only=True)


@frozen
class PushPrompt:
    """An Okta Verify prompt waiting on the person's device; `choices` are the numbers it offers, if it wants one."""

    id: str
    message: str
    created: float
    expires_at: float
    choices: tuple[int, ...] = ()


@frozen
class ShownCode:
    """What an authenticator app shows, and until when (Unix seconds)."""

    code: str = field(repr=False)
    expires_at: float


class Mobile(Protocol):
    """Texts and prompts by the phone number of the person who holds the device."""

    async def texts(self, number: str) -> Sequence[Text]:
        """Read the delivered texts, newest last."""

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        """Read the prompts that can still be answered, newest last."""

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        """Approve or deny a prompt; `choice` is the number tapped when it offers several."""


@runtime_checkable
class OtherCodes(Protocol):
    """A mobile that also has codes which no text message brought."""

    async def spoken(self, number: str) -> Sequence[Text]:
        """Read the calls in which a voice spoke a code, newest last; the body says that it was a call."""

    async def shown(self, number: str) -> ShownCode | None:
        """Tell what the person's authenticator app shows now; None when they have none."""


@runtime_checkable
class MovesAlong(Protocol):
    """Something with a clock of its own that has to be moved whenever virtual time passes."""

    async def let_pass(self, seconds: float) -> None:
        """Move that clock forward."""


def pace_of(mobile: Mobile) -> Callable[[float], Awaitable[None]] | None:
    """Return what moves this mobile's clock along with the network's; None where they have the same."""
    return mobile.let_pass if isinstance(mobile, MovesAlong) else None


@runtime_checkable
class Resettable(Protocol):
    """Something that can go back to where it began, so that one call does not feel the one before."""

    async def reset(self) -> None:
        """Forget everything that has happened."""


class Preferences(Protocol):
    """Which factor people are asked for first, in the directory where the line looks it up. By phone numbers."""

    async def choices(self) -> tuple[str, ...]:
        """Tell what can be preferred."""

    async def preferred(self, numbers: Sequence[str]) -> dict[str, str | None]:
        """Return the preferences of those people who are in the directory; None where none is set."""

    async def prefer(self, number: str, factor: str | None) -> None:
        """Set it, or clear it, as an administrator would."""


class NoMobile:
    """Nothing ever arrives: an application whose identity provider this simulator cannot see."""

    async def texts(self, number: str) -> Sequence[Text]:
        del number
        return ()

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        del number
        return ()

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        del number, prompt, approve, choice
        raise LookupError("there is no prompt to answer")


def text_arrived(text: Text) -> TextArrived:
    """Write a text message as the journal keeps it."""
    return TextArrived(text.to, text.body, text.code, text.at, text.expires_at, text.by)


def code_shown(number: str, shown: ShownCode) -> TextArrived:
    """Write what an authenticator app shows as a message: the journal has to know which digits are a code."""
    until = shown.expires_at  # since when is not known
    return TextArrived(number, f"The authenticator app shows {shown.code}.", shown.code, until, until, "app")


def prompt_arrived(number: str, prompt: PushPrompt) -> PromptArrived:
    """Write a prompt on the mobile with that number as the journal keeps it."""
    return PromptArrived(number, prompt.id, prompt.message, prompt.created, prompt.expires_at, prompt.choices)
