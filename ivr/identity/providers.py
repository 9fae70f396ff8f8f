"""The providers that prove callers, by the name that OKTA_MFA_API has for them."""

from __future__ import annotations

from ivr.identity.okta_authn import AUTHN
from ivr.identity.okta_direct import DIRECT
from ivr.identity.okta_factors import FACTORS
from ivr.identity.provider import Provider

PROVIDERS: dict[str, Provider] = {each.name: each for each in (FACTORS, AUTHN, DIRECT)}
