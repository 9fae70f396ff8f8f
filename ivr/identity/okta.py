"""Okta as the settings want it: by token or service app, by the Factors or the Authentication API; no request here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.identity.okta_authn import OktaAuthn
from ivr.identity.okta_factors import OktaFactors
from ivr.identity.okta_wire import OktaWire, ServiceApp
from ivr.identity.protocol import Identity

if TYPE_CHECKING:
    from ivr.session import Session
    from ivr.settings import Settings


def okta_identity(settings: Settings, wire: OktaWire) -> Identity:
    """The implementation that `OKTA_MFA_API` names."""
    if settings.okta_mfa_api == "authn":
        return OktaAuthn(wire)
    return OktaFactors(wire, number_challenge=settings.push_number_challenge)


def okta_wire(settings: Settings, session: Session | None = None) -> OktaWire | None:
    """The way to the org of these settings, or None when its address or credentials are not set."""
    credentials = okta_credentials(settings)
    if settings.okta_org_url is None or credentials is None:
        return None
    return OktaWire(settings.okta_org_url, credentials, session=session)


def okta_credentials(settings: Settings) -> str | ServiceApp | None:
    """The API token, or the service app with its key."""
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
