"""Makes the line that the settings name: on real services, or on recordings; other backends are told from outside.

Also the parts that commands need by themselves: the way to the org, who proves callers there, and the stores.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from ivr.accounts import HttpAccounts, NotConfiguredAccounts
from ivr.callback import TwilioDialler
from ivr.calls.store import CallStore, MemoryCalls
from ivr.identity.directory import Directory
from ivr.identity.okta_wire import OktaWire, ServiceApp
from ivr.identity.protocol import Identity
from ivr.identity.provider import Provider
from ivr.identity.providers import PROVIDERS
from ivr.limits import Limits, MemoryLimits
from ivr.line import Line
from ivr.printing import Refusal
from ivr.settings import Settings, SettingsError, require

if TYPE_CHECKING:
    from ivr.external import Session
    from ivr.recordings.session import Recordings

Backends: TypeAlias = Mapping[str, Callable[[Settings], Line]]


def line_for(settings: Settings, others: Backends) -> Line:
    """Make the line of the backend that the settings name. Raises Refusal or SettingsError."""
    build = {**others, "live": live_line, "cassette": cassette_line}.get(settings.backend)
    if build is None:
        raise Refusal(f"There is no backend {settings.backend} in this installation.")
    return build(settings)


def live_line(settings: Settings, now: Callable[[], float] = time.time) -> Line:
    """Make a line for real callers; nothing is opened before a call. Raises SettingsError if the settings do not do."""
    require(settings)
    wire = okta_wire(settings)
    assert wire is not None
    calls, limits = open_stores(settings, now)
    url, secret = settings.accounts_api_url, settings.accounts_api_token
    token = "" if secret is None else secret.get_secret_value()
    return Line(
        settings=settings,
        directory=Directory(wire),
        identity=okta_identity(settings, wire, now),
        accounts=NotConfiguredAccounts() if url is None else HttpAccounts(url, token),
        calls=calls,
        limits=limits,
        now=now,
        dialler=None if settings.agent_number is None else TwilioDialler(settings),
        lists_call_backs=url is not None,
    )


def cassette_line(settings: Settings) -> Line:
    """Make a line on recordings, as `ivr serve` wants it. Raises SettingsError."""
    from ivr.recordings.session import recordings_of

    return recorded_line(settings, recordings_of(settings, time.time), time.time)


def recorded_line(settings: Settings, recordings: Recordings, now: Callable[[], float]) -> Line:
    """Make a line on these recordings. It needs no credentials, and calls back only where there is a network for it."""
    from pydantic import SecretStr

    from ivr.recordings.session import ACCOUNTS_URL, OKTA_URL, SCRUBBED

    wire = OktaWire(OKTA_URL, SCRUBBED, session=recordings)
    app = {"direct_client_id": SCRUBBED, "direct_client_secret": SecretStr(SCRUBBED)}
    return Line(
        settings=settings,
        directory=Directory(wire),
        identity=okta_identity(settings.model_copy(update=app), wire, now),
        accounts=HttpAccounts(ACCOUNTS_URL, SCRUBBED, session=recordings, asks_for_health=False),
        calls=MemoryCalls(now),
        limits=MemoryLimits(now),
        now=now,
        dialler=None if recordings.ring is None else TwilioDialler(settings, session=recordings),
    )


def open_stores(settings: Settings, now: Callable[[], float]) -> tuple[CallStore, Limits]:
    """Make what keeps calls and limits: memory, or a Redis, which is asked only later. Raises SettingsError."""
    if settings.store_url is None:
        return MemoryCalls(now), MemoryLimits(now)
    try:
        from ivr.redis_store import RedisCalls, RedisConnection, RedisLimits

        link = RedisConnection(settings.store_url.get_secret_value())
    except ModuleNotFoundError:
        raise SettingsError(
            "IVR_STORE_URL needs the extra redis: pip install 'okta-twilio-ivr[redis]', or take the setting away."
        ) from None
    return RedisCalls(link, now), RedisLimits(link, now)


def provider_of(settings: Settings) -> Provider:
    """Look up the provider that `OKTA_MFA_API` names."""
    return PROVIDERS[settings.okta_mfa_api]


def okta_identity(settings: Settings, wire: OktaWire, now: Callable[[], float]) -> Identity:
    """Make what proves the callers of this line."""
    return provider_of(settings).make(wire, settings, now)


def okta_wire(settings: Settings, session: Session | None = None) -> OktaWire | None:
    """Open the way to the org of these settings; None when its address or credentials are not set."""
    credentials = okta_credentials(settings)
    if settings.okta_org_url is None or credentials is None:
        return None
    return OktaWire(settings.okta_org_url, credentials, session=session)


def okta_credentials(settings: Settings) -> str | ServiceApp | None:
    """Give the API token, or the service app with its key."""
    if settings.okta_api_token is not None:
        return settings.okta_api_token.get_secret_value()
    if settings.okta_client_id is None or settings.okta_private_key is None:
        return None
    return ServiceApp(
        settings.okta_client_id,
        settings.okta_private_key.get_secret_value(),
        scopes=tuple(settings.okta_scopes.split()),
        key_id=settings.okta_key_id,
    )
