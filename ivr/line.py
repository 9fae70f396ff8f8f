"""One phone line: everything its webhooks need from the world, handed in; it starts and reads nothing itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ivr.accounts import Accounts
from ivr.callback import Dialler
from ivr.callers import fault
from ivr.calls.store import CallStore
from ivr.identity.decoys import DecoyIdentity
from ivr.identity.directory import Directory
from ivr.identity.protocol import Identity, Kind
from ivr.identity.providers import PROVIDERS
from ivr.limits import Limit, Limits
from ivr.phrases import phrases_for
from ivr.phrases.catalogue import Phrases
from ivr.script import Script
from ivr.webhooks.record import Watch, log_record
from ivr.webhooks.results import Next

if TYPE_CHECKING:
    from ivr.settings import Settings

log = logging.getLogger("ivr.line")


class Background:
    """The work of one line, each in a context of its own. What raises is logged: nobody waits for a result."""

    def __init__(self, context: Callable[[], Context] = copy_context) -> None:
        self._context = context
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How much is not done yet."""
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin it now. The task may be waited for, but need not be."""
        task = asyncio.create_task(_logged(work), context=self._context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def done(self) -> None:
        """Wait until nothing goes on any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Give up what is not done."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever went wrong, nobody else would hear of it
        log.error("failed: %s", fault(error))


EVERYBODY = "everybody"  # whose the counts of the whole line are
HOUR = 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class Line:
    """A phone line. `now` gives seconds since the epoch, `stopwatch` seconds of real time,
    `pause` lets them pass, and `limit` raises TimeoutError where a block takes more of them.

    `watch` is told of every webhook. A line that is `closing` takes no new calls.

    With a `dialler` the line calls back itself. `lists_call_backs`: the company takes down whom to call back. Where it
    does not, only proven callers are called back: otherwise the answer would tell who is known.
    """

    settings: Settings
    directory: Directory
    identity: Identity
    accounts: Accounts
    calls: CallStore
    limits: Limits
    now: Callable[[], float]
    dialler: Dialler | None = None
    lists_call_backs: bool = True
    watch: Watch = log_record
    stopwatch: Callable[[], float] = perf_counter
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    limit: Callable[[float], AbstractAsyncContextManager[object]] = asyncio.timeout
    closing: Callable[[], bool] = bool  # never
    background: Background = field(default_factory=Background)

    @property
    def phrases(self) -> Phrases:
        """What the line says where there is no call."""
        return phrases_for(self.settings.language)

    def render(self, step: Next, language: str | None = None) -> str:
        """Write the TwiML of this step in the language of a call. Links start where the public address says."""
        root = urlsplit(self.settings.public_base or "").path
        return Script(self.settings.voice, language or self.settings.language, root).render(step)

    @property
    def proofs(self) -> DecoyIdentity:
        """What proves callers, with decoys for those who cannot be proven; nothing else is asked about them before."""
        settings = self.settings
        offered = PROVIDERS[settings.okta_mfa_api].offers(settings)
        kinds = tuple(Kind(name) for name in (offered or settings.decoy_factors).split())
        return DecoyIdentity(
            self.identity,
            self.limits,
            self.now,
            settings.own_key,
            kinds,
            speaks_numbers=settings.push_number_challenge,
            refuses=offered is not None,
        )

    @property
    def wrong_codes(self) -> Limit:
        """Wrong codes of a person, over all calls."""
        return Limit("wrong codes", self.settings.wrong_codes, self.settings.wrong_codes_window)

    @property
    def wrong_codes_of_all(self) -> Limit:
        """Wrong codes of all callers: who guesses a little at everybody guesses a lot."""
        return Limit("wrong codes of all", self.settings.wrong_codes_of_all, HOUR)

    @property
    def challenges(self) -> Limit:
        """Texts, calls and pushes sent to a person without one being answered, over all calls."""
        return Limit("challenges", self.settings.challenges_per_hour, HOUR)

    @property
    def challenges_of_number(self) -> Limit:
        """The same for a calling number, answered or not: with a registered phone one could order texts for ever."""
        return Limit("challenges of a number", self.settings.challenges_per_number, HOUR)

    @property
    def challenges_of_all(self) -> Limit:
        """The same for all callers: what the company pays for, whoever they pretend to be."""
        return Limit("challenges of all", self.settings.challenges_of_all, HOUR)

    @property
    def pushes(self) -> Limit:
        """Pushes of them: nobody shall approve one to have peace."""
        return Limit("pushes", self.settings.pushes_per_hour, HOUR)

    @property
    def declined_pushes(self) -> Limit:
        """Pushes a person said no to; after that there are none, whoever else proves to be them."""
        return Limit("declined pushes", self.settings.declined_pushes_per_day, 24 * HOUR)

    @property
    def call_backs(self) -> Limit:
        """Call backs to a person, over all calls and numbers."""
        return Limit("call backs", self.settings.call_backs_per_day, 24 * HOUR)

    @property
    def call_backs_of_number(self) -> Limit:
        """The same for a number, known or not: a forged caller ID must not make a phone ring on."""
        return Limit("call backs of a number", self.settings.call_backs_per_day, 24 * HOUR)

    @property
    def call_backs_of_all(self) -> Limit:
        """The same for all callers: each costs calls, and an agent's time."""
        return Limit("call backs of all", self.settings.call_backs_of_all, HOUR)

    def today(self) -> date:
        """Tell the date in UTC; a due date is spoken without its year when the year is this one."""
        return datetime.fromtimestamp(self.now(), UTC).date()
