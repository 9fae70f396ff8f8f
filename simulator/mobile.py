"""The person's other screen: text messages and Okta Verify prompts, wherever they come from. A seam, no behaviour.

The demo reads them from a fake identity provider in this process; `--okta URL` reads them over HTTP; against any other
application there is nothing to read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Text:
    """A text message delivered to a number, or a call in which a voice said the same. Times: Unix seconds.

    `code` is the one-time code in it, if there is one, and `expires_at` when it is good no longer; None when whoever
    delivers it does not say. `by`: text or call.
    """

    to: str
    body: str
    code: str | None
    at: float
    expires_at: float | None = None
    by: str = field(default="text", kw_only=True)


@dataclass(frozen=True, slots=True)
class PushPrompt:
    """An Okta Verify prompt waiting on the person's device; `choices` are the numbers it offers, if it wants one."""

    id: str
    message: str
    created: float
    expires_at: float
    choices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownCode:
    """What an authenticator app shows, and until when (Unix seconds)."""

    code: str = field(repr=False)
    expires_at: float


class Mobile(Protocol):
    """Texts and prompts by the phone number of the person who holds the device."""

    async def texts(self, number: str) -> Sequence[Text]:
        """Delivered texts, newest last."""

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        """Prompts that can still be answered, newest last."""

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        """Approve or deny a prompt; `choice` is the number tapped when it offers several."""


@runtime_checkable
class OtherCodes(Protocol):
    """A mobile that also has codes which no text message brought."""

    async def spoken(self, number: str) -> Sequence[Text]:
        """Calls in which a voice spoke a code, newest last; the body says that it was a call."""

    async def shown(self, number: str) -> ShownCode | None:
        """What the person's authenticator app shows now; None when they have none."""


@runtime_checkable
class MovesAlong(Protocol):
    """Something with a clock of its own that has to be moved whenever virtual time passes."""

    async def let_pass(self, seconds: float) -> None:
        """Move that clock forward."""


@runtime_checkable
class Resettable(Protocol):
    """Something that can go back to where it began, so that one call does not feel the one before."""

    async def reset(self) -> None:
        """Forget everything that has happened."""


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
