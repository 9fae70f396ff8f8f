"""One phone line: everything its webhooks need from the world, handed in; it starts and reads nothing itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ivr.accounts.protocol import Accounts
from ivr.callback.protocol import Dialler
from ivr.calls.store import CallStore
from ivr.identity.discreet import Discreet
from ivr.identity.protocol import Identity, Kind
from ivr.limits import Limit, Limits
from ivr.script import Script
from ivr.webhooks.seen import Watch, logged

if TYPE_CHECKING:
    from ivr.settings import Settings

EVERYBODY = "everybody"  # whose the counts of the whole line are
HOUR = 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class Line:
    """A phone line. `now` gives seconds since the epoch, `stopwatch` seconds of real time,
    `pause` lets them pass, and `limit` raises TimeoutError where a block takes more of them.

    `watch` is told of every webhook. A line that is `closing` takes no new calls.

    With a `dialler` the line calls back itself. `rings_unproven`: also callers known by nothing but their number.
    Only where the company takes call-back requests of everybody else: otherwise an answer would tell who is known.
    """

    settings: Settings
    identity: Identity
    accounts: Accounts
    calls: CallStore
    limits: Limits
    now: Callable[[], float]
    dialler: Dialler | None = None
    rings_unproven: bool = True
    watch: Watch = logged
    stopwatch: Callable[[], float] = perf_counter
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    limit: Callable[[float], AbstractAsyncContextManager[object]] = asyncio.timeout
    closing: Callable[[], bool] = bool  # never

    @property
    def script(self) -> Script:
        """The line's voice, with links that start where the public address says the application lives."""
        root = urlsplit(self.settings.public_base or "").path
        return Script(self.settings.voice, self.settings.language, root)

    @property
    def proofs(self) -> Discreet:
        """How callers are proven; nothing else may be asked about them before."""
        settings = self.settings
        kinds = tuple(Kind(name) for name in settings.decoy_factors.split())
        return Discreet(
            self.identity, self.limits, self.now, settings.own_key, kinds, speaks_numbers=settings.push_number_challenge
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
        """Call backs to a number, known or not, over all calls: a forged caller ID must not make a phone ring on."""
        return Limit("call backs", self.settings.call_backs_per_day, 24 * HOUR)

    def today(self) -> date:
        """The date in UTC; a due date is spoken without its year when the year is this one."""
        return datetime.fromtimestamp(self.now(), UTC).date()
