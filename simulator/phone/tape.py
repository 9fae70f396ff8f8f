"""A recorded journal played back on the phone at its own pace: no application is called, nothing can be changed.

run(playing(entries, "demo.jsonl"), make_clock=clock_of(entries))
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from simulator.applications import Endpoint
from simulator.errors import WrongUseError
from simulator.exchange.numbers import Number
from simulator.mobile import PushPrompt, Text
from simulator.network import Network, OpenNetwork, build_network
from simulator.operator.beside import PromptAnswered, PromptArrived, TextArrived
from simulator.operator.clock import Clock, WallClock
from simulator.operator.journal import Entry, Journal
from simulator.vocabulary import Rang
from simulator.wires.wire import WireError, WireReply, WireRequest

GAP = 2.0
"""Seconds between two calls of which the second began before the first, as the calls of several scripts do."""


def playing(entries: Sequence[Entry], title: str) -> OpenNetwork:
    """Opens a network on which these entries happen again. Raises WrongUseError when there is no call among them."""
    first = next((entry.item for entry in entries if isinstance(entry.item, Rang)), None)
    if first is None:
        raise WrongUseError(f"{title} has no call that somebody has made: there is nothing to show")
    in_a_row = one_after_the_other(entries)

    @asynccontextmanager
    async def open_network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        nowhere, number = Endpoint("", _NoWire()), Number(first.called, "")
        network = build_network(nowhere, clock, number, seed=seed, caller=first.caller)
        journal = network.operator.journal
        mobile = _RecordedMobile(journal, clock.now)
        yield replace(network, mobile=mobile, title=title, playback=Tape(in_a_row, journal))

    return open_network


def clock_of(entries: Sequence[Entry], tick: Callable[[], float] = time.monotonic) -> WallClock:
    """A running clock that begins with the recording."""
    return WallClock(tick, entries[0].at)


def one_after_the_other(entries: Sequence[Entry]) -> list[Entry]:
    """The same entries on one time that never runs backwards."""
    ahead, latest, row = 0.0, entries[0].at if entries else 0.0, []
    for entry in entries:
        if entry.at + ahead < latest:
            ahead = latest + GAP - entry.at
        latest = entry.at + ahead
        row.append(_later(entry, ahead) if ahead else entry)
    return row


def _later(entry: Entry, seconds: float) -> Entry:
    item = entry.item
    if isinstance(item, PromptArrived):
        item = replace(item, created=item.created + seconds, expires_at=item.expires_at + seconds)
    elif isinstance(item, TextArrived):
        expires_at = None if item.expires_at is None else item.expires_at + seconds
        item = replace(item, sent_at=item.sent_at + seconds, expires_at=expires_at)
    return Entry(entry.at + seconds, entry.sid, item)


class Tape:
    """Entries that enter a journal when their time has come."""

    def __init__(self, entries: Sequence[Entry], journal: Journal) -> None:
        self._entries = entries
        self._journal = journal
        self._next = 0
        self._stirred = asyncio.Event()

    @property
    def due(self) -> float | None:
        """When the next entry happens; None at the end."""
        return self._entries[self._next].at if self._next < len(self._entries) else None

    def stir(self) -> None:
        self._stirred.set()

    async def run(self, clock: WallClock) -> None:
        while True:
            self._stirred.clear()
            self._play(clock.now())
            await self._sleep(clock)

    def _play(self, now: float) -> None:
        while (due := self.due) is not None and due <= now + 1e-6:
            entry = self._entries[self._next]
            self._next += 1
            self._journal.add(entry.at, entry.sid, entry.item)

    async def _sleep(self, clock: WallClock) -> None:
        due = self.due
        seconds = None if due is None or clock.rate == 0 else max(0.0, (due - clock.now()) / clock.rate)
        try:
            async with asyncio.timeout(seconds):
                await self._stirred.wait()
        except TimeoutError:
            return


class _RecordedMobile:
    """The mobile as it was: texts and prompts that the recording has shown so far."""

    def __init__(self, journal: Journal, now: Callable[[], float]) -> None:
        self._now = now
        self._texts: list[Text] = []
        self._prompts: dict[str, tuple[str, PushPrompt]] = {}
        journal.listen(self._take)

    async def texts(self, number: str) -> Sequence[Text]:
        return [text for text in self._texts if text.to == number]

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        now = self._now()
        return [prompt for owner, prompt in self._prompts.values() if owner == number and prompt.expires_at > now]

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        del number, prompt, approve, choice
        raise LookupError("this is a recording: the prompt was answered back then")

    def _take(self, entry: Entry) -> None:
        match entry.item:
            case TextArrived() as text:
                self._texts.append(Text(text.to, text.body, text.code, text.sent_at, text.expires_at, by=text.by))
            case PromptArrived() as seen:
                prompt = PushPrompt(seen.prompt, seen.message, seen.created, seen.expires_at, seen.choices)
                self._prompts[seen.prompt] = (seen.to, prompt)
            case PromptAnswered(prompt=answered):
                self._prompts.pop(answered, None)
            case _:
                return


class _NoWire:
    """A recording asks no application; nothing here ever leads to a request."""

    async def send(self, request: WireRequest) -> WireReply:
        raise WireError(11205, f"a recording asks nobody, not even {request.url}")
