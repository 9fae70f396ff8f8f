"""The cassette backend: the line with the real clients, whose requests are answered from recordings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.recordings.deck import Deck
from ivr.recordings.library import HOME, load_service
from ivr.recordings.scenario import Scenario
from ivr.recordings.session import RecordedSession
from ivr.settings import SettingsError

if TYPE_CHECKING:
    from ivr.line import Line
    from ivr.settings import Settings

OKTA_URL = "https://atko.okta.example"
ACCOUNTS_URL = "http://accounts.atko-mobile.example"
SCRUBBED = "scrubbed"


@dataclass(frozen=True, slots=True)
class Library:
    """All scenarios that the line's services were recorded in."""

    okta: tuple[Scenario, ...]
    accounts: tuple[Scenario, ...]


def load_library(home: Path = HOME) -> Library:
    """From the folder that holds one of each service. Raises SettingsError."""
    return Library(load_service(home, "okta"), load_service(home, "accounts"))


class Recordings:
    """What was recorded, ready to be played once more; `now` gives seconds, `asked` names scenarios."""

    def __init__(self, library: Library, now: Callable[[], float], *, asked: Iterable[str] = ()) -> None:
        self.okta = Deck("okta", library.okta, now)
        self.accounts = Deck("accounts", library.accounts, now)
        self.session = RecordedSession({OKTA_URL: self.okta, ACCOUNTS_URL: self.accounts})
        for name in asked:
            self.ask_for(name)

    def ask_for(self, name: str) -> None:
        """Let this scenario play from now on, whatever it needs. Raises SettingsError."""
        known = {each.name: deck for deck in (self.okta, self.accounts) for each in deck.scenarios}
        if name not in known:
            raise SettingsError(
                f"IVR_CASSETTE names {name}, which is not recorded: choose of {', '.join(sorted(known))}."
            )
        known[name].asked.add(name)

    def callers(self) -> dict[str, str]:
        """Names of the people in the recordings, by number."""
        return {each.phone: each.caller for each in self.okta.scenarios}


def cassette_line(settings: Settings) -> Line:
    """The backend as `ivr serve` wants it. Raises SettingsError."""
    return recorded_line(settings, recordings_of(settings, time.time), time.time)


def recordings_of(settings: Settings, now: Callable[[], float], library: Library | None = None) -> Recordings:
    """Those that the settings name; `library` spares reading the files again. Raises SettingsError."""
    library = library or library_of(settings)
    asked = [name.strip() for name in (settings.cassette or "").split(",") if name.strip()]
    return Recordings(library, now, asked=asked)


def library_of(settings: Settings) -> Library:
    """The recordings in the folder that the settings name. Raises SettingsError."""
    return load_library(HOME if settings.cassettes is None else Path(settings.cassettes))


def recorded_line(settings: Settings, recordings: Recordings, now: Callable[[], float]) -> Line:
    """A line on these recordings. It needs no credentials and opens no connection."""
    from ivr.accounts.http import HttpAccounts
    from ivr.calls.store import MemoryCalls
    from ivr.identity.okta import okta_identity
    from ivr.identity.okta_wire import OktaWire
    from ivr.limits import MemoryLimits
    from ivr.line import Line

    wire = OktaWire(OKTA_URL, SCRUBBED, session=recordings.session)
    return Line(
        settings=settings,
        identity=okta_identity(settings, wire),
        accounts=HttpAccounts(ACCOUNTS_URL, SCRUBBED, session=recordings.session, asks_for_health=False),
        calls=MemoryCalls(now),
        limits=MemoryLimits(now),
        now=now,
    )
