"""Lines for the tests: the real application on the fake Okta and the fake accounts API, in process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import pytest

from fakes.accounts.app import AccountsHandler
from fakes.accounts.state import DEMO_TOKEN as ACCOUNTS_TOKEN
from fakes.accounts.state import Accounts
from fakes.doors import InProcessSession
from fakes.okta.app import OktaHandler
from fakes.okta.records import Settings
from fakes.okta.state import DEMO_TOKEN, Okta
from fakes.people import SIGN_IN_APP, seed_accounts, seed_people
from fakes.request_log import RequestLog
from ivr.accounts import HttpAccounts
from ivr.app import create_app
from ivr.backends import okta_identity, open_stores
from ivr.identity.directory import Directory
from ivr.identity.okta_wire import OktaWire
from ivr.line import Line
from ivr.settings import Settings as LineSettings
from ivr.settings import read_settings
from tests.ivr.handset import Clock, World

ORG, ACCOUNTS = "https://atko.okta.example", "http://accounts.internal"
Build = Callable[..., World]


@cache
def settings_of(*environ: tuple[str, str]) -> LineSettings:
    """They never change; reading them costs as much as the rest of a world."""
    return read_settings(dict(environ))


DIRECT = {
    "OKTA_DIRECT_CLIENT_ID": SIGN_IN_APP["client_id"],
    "OKTA_DIRECT_CLIENT_SECRET": SIGN_IN_APP["secret"],
    "OKTA_DIRECT_FACTORS": "sms push call",
}


def build_world(
    *,
    pipeline: Any = "v1",
    token: str = DEMO_TOKEN,
    org: Settings | None = None,
    api: str = "factors",
    **environ: str,
) -> World:
    """A line under these settings, with the people of the demo."""
    clock = Clock()
    if api == "direct":
        pipeline = "idx"
        environ = {**DIRECT, **environ}
    okta = Okta(now=clock, seed=7, pipeline=pipeline, settings=org)
    seed_people(okta)
    accounts = Accounts(now=clock)
    seed_accounts(accounts)
    log = RequestLog(clock)
    api_of_accounts = AccountsHandler(accounts, RequestLog(clock))
    session = InProcessSession({ORG: OktaHandler(okta.org, log), ACCOUNTS: api_of_accounts}, sleep=clock.sleep)
    settings = settings_of(("OKTA_MFA_API", api), *environ.items())
    calls, limits = open_stores(settings, clock)
    wire = OktaWire(ORG, token, session=session)
    line = Line(
        settings=settings,
        directory=Directory(wire),
        identity=okta_identity(settings, wire, clock),
        accounts=HttpAccounts(ACCOUNTS, ACCOUNTS_TOKEN, session=session),
        calls=calls,
        limits=limits,
        now=clock,
        pause=clock.sleep,
    )
    return World(line, create_app(line), clock, okta, accounts, session, log)


@pytest.fixture(params=["factors", "authn", "direct"])
def api(request: pytest.FixtureRequest) -> str:
    """All ways to prove a caller: what is true of a call by one must be true by the others."""
    return str(request.param)


@pytest.fixture
def build(api: str) -> Build:
    """Builds a world under given settings."""
    return partial(build_world, api=api)


@pytest.fixture
def world(api: str) -> World:
    """A line under default settings."""
    return build_world(api=api)
