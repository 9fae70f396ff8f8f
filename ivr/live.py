"""The live backend: a line on a real Okta org and the company's own accounts API; it opens nothing before a call."""

from __future__ import annotations

import time

from ivr.accounts.http import HttpAccounts
from ivr.accounts.protocol import Account, Accounts, AccountsDown, CallbackRequested, NoAccount, Topic
from ivr.callback.protocol import Dialler
from ivr.callback.twilio import TwilioDialler
from ivr.identity.okta import okta_identity, okta_wire
from ivr.line import Line
from ivr.memory import memory_of
from ivr.settings import Settings, require


def live_line(settings: Settings) -> Line:
    """A line for real callers. Raises SettingsError when the settings do not suffice."""
    require(settings)
    wire = okta_wire(settings)
    assert wire is not None
    calls, limits = memory_of(settings, time.time)
    return Line(
        settings=settings,
        identity=okta_identity(settings, wire),
        accounts=_accounts(settings),
        calls=calls,
        limits=limits,
        now=time.time,
        dialler=_dialler(settings),
        rings_unproven=settings.accounts_api_url is not None,
    )


def _dialler(settings: Settings) -> Dialler | None:
    return None if settings.agent_number is None else TwilioDialler(settings)


def _accounts(settings: Settings) -> Accounts:
    if settings.accounts_api_url is None:
        return NotConfiguredAccounts()
    token = settings.accounts_api_token
    return HttpAccounts(settings.accounts_api_url, token.get_secret_value() if token else "")


class NotConfiguredAccounts:
    """Stands where no accounts API is configured: callers hear that it cannot be reached, the home page says why."""

    WHY = "ACCOUNTS_API_URL is not set."

    async def standing(self, person_id: str) -> Account | NoAccount | AccountsDown:
        """Never known."""
        return AccountsDown(self.WHY)

    async def request_callback(
        self, *, person_id: str | None, phone: str, topic: Topic, call_sid: str
    ) -> CallbackRequested | AccountsDown:
        """Never possible."""
        return AccountsDown(self.WHY)

    async def health(self) -> str | None:
        """What to set."""
        return self.WHY

    async def close(self) -> None:
        """Nothing is open."""
