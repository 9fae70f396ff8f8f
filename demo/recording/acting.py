"""The caller of a recording: dials, presses keys, reads codes and answers prompts, and leaves a mark of each."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from demo.recording.tape import Mark, MarkKind, Taped
from simulator.callers.handset import Handset


class RecordingError(Exception):
    """The call did not go as the scenario says; one sentence."""


class Device(Protocol):
    """The person's other screen: the fakes' handset, or a human being with a phone in their hand."""

    async def code(self, by: str) -> str:
        """The newest code that arrived by text message (`sms`) or call (`call`), or that Okta Verify shows (`totp`)."""

    async def tap(self, *, approve: bool, told: str) -> None:
        """Answer the newest prompt, with the number that the line told, '' if it told none."""

    async def let_pass(self, seconds: float) -> None:
        """Let Okta's clock go on."""


Trouble = Callable[[str, int, int, str], None]
"""Orders trouble: service, status, how many times, on which route."""


@dataclass
class Actor:
    """One person in one call."""

    phone: Handset
    called: str
    device: Device
    order: Trouble | None
    tape: Callable[[], Sequence[Taped]]
    marks: list[Mark] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    async def dials(self) -> None:
        """Call the line and hear the greeting."""
        await self.phone.dial(self.called)

    async def hears(self, words: str) -> None:
        """Wait for these words."""
        if not await self.phone.until(lambda: self.phone.has_heard(words)):
            raise RecordingError(f"The caller never heard {words!r}; heard: {self._heard()}.")

    async def presses(self, keys: str) -> None:
        """Press keys when the line listens next."""
        if not await self.phone.press(keys):
            raise RecordingError(f"The line never listened for {keys!r}; heard: {self._heard()}.")

    async def chooses(self, way: str) -> None:
        """Press the key that goes with these words in the menu."""
        await self.hears(way)
        found = re.findall(rf"{re.escape(way)}, press (\d)", self._words())
        if not found:
            raise RecordingError(f"The line named no key for {way!r}; heard: {self._heard()}.")
        await self.presses(found[-1])

    async def reads_code(self, by: str = "sms") -> str:
        """The newest code on the handset."""
        code = await self.device.code(by)
        if code not in self.codes:
            self.codes.append(code)
        self._mark("code", code, by)
        return code

    async def taps(self, *, approve: bool) -> None:
        """Answer the prompt."""
        numbers = re.findall(r"choose the number (\d+)", self._words())
        await self.device.tap(approve=approve, told=numbers[-1] if numbers else "")
        self._mark("tap", "approve" if approve else "deny")

    async def lets_pass(self, seconds: float) -> None:
        """Do nothing for a while, in Okta's time."""
        await self.device.let_pass(seconds)
        self._mark("waited", seconds)

    def plays_by_name(self) -> None:
        """What follows fits these people only in this scenario: it is played when it is asked for."""
        self._mark("asked", {"service": "okta"})

    def meets_trouble(self, service: str, status: int, *, times: int = 20, route: str = "*") -> None:
        """From now on requests are refused with this status."""
        if self.order is None:
            raise RecordingError("Trouble can only be ordered from the fakes.")
        self.order(service, status, times, route)
        self._mark("asked", {"service": service, "status": status, "times": times, "route": route})

    async def stays_to_the_end(self) -> None:
        """Listen until the line hangs up, pressing nothing."""
        while await self.phone.time_out():
            pass
        await self.phone.until(lambda: not self.phone.is_up)

    def is_sent_nothing(self) -> None:
        """The provider was never asked to send or check anything, whatever the caller heard."""
        if any(urlsplit(each.uri).path.endswith("/verify") for each in self.tape()):
            raise RecordingError("something was sent to a caller who cannot be proven.")

    def _mark(self, kind: MarkKind, value: Any, by: str = "") -> None:
        self.marks.append(Mark(len(self.tape()), kind, value, by))

    def _words(self) -> str:
        return " ".join(getattr(entry.item, "text", None) or "" for entry in self.phone.record.heard)

    def _heard(self) -> str:
        return " / ".join(getattr(entry.item, "text", None) or "" for entry in self.phone.record.heard[-6:])


Story = Callable[[Actor], Awaitable[None]]
