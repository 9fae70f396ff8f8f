"""A user's enrolled factors: looking them up and keeping them; enrolment and verification have their own rooms."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fakes.okta import terms
from fakes.okta.errors import missing
from fakes.okta.org import Org
from fakes.okta.records import CALL, EMAIL, PUSH, QUESTION, SIGNED_NONCE, SMS, TOTP, Factor, User

PREFIX: Mapping[str, str] = {
    SMS: "sms",
    CALL: "clf",
    PUSH: "opf",
    TOTP: "ost",
    QUESTION: "ufs",
    EMAIL: "emf",
    SIGNED_NONCE: "sgn",
}
OKTA_VERIFY = (PUSH, TOTP, SIGNED_NONCE)


def of_user(org: Org, user: User) -> list[Factor]:
    return org.tables.factors.having(terms.owner(user.id))


def find(org: Org, user: User, factor_id: str) -> Factor:
    factor = org.tables.factors.get(factor_id)
    if factor is None or factor.user_id != user.id:
        raise missing(factor_id, "UserFactor")
    return factor


def add(
    org: Org, user: User, kind: str, profile: Mapping[str, Any], *, status: str = "ACTIVE", secret: str = ""
) -> Factor:
    """Keep a new enrolment; nothing is checked or sent here."""
    now = org.now()
    factor = Factor(org.source.id(PREFIX[kind]), user.id, kind, status, now, now, dict(profile), secret)
    org.tables.factors[factor.id] = factor
    return factor


def set_status(org: Org, factor: Factor, status: str) -> Factor:
    after = replace(factor, status=status, last_updated=org.now())
    org.tables.factors[factor.id] = after
    return after


def remove(org: Org, factor: Factor) -> None:
    """Unenrol. On Identity Engine Okta Verify goes as a whole (E08)."""
    together = factor.type in OKTA_VERIFY and not org.is_classic
    for each in org.tables.factors.having(terms.owner(factor.user_id)):
        if each.id == factor.id or (together and each.type in OKTA_VERIFY):
            forget(org, each.id)


def forget(org: Org, factor_id: str) -> None:
    """A factor and everything that was under way with it."""
    tables = org.tables
    factor = tables.factors.pop(factor_id)
    if factor.type in (SMS, CALL) and factor.status == "ACTIVE":
        tables.former_numbers[factor.user_id, factor.type] = str(factor.profile.get("phoneNumber"))
    for started in (tables.activations, tables.codes, tables.tries, tables.used_steps):
        started.pop(factor_id, None)
    for push in [push for push in tables.pushes.values() if push.factor_id == factor_id]:
        del tables.pushes[push.id]


def device(login: str, name: str) -> dict[str, Any]:
    """The profile of an Okta Verify push factor, as captured bodies have it."""
    return {
        "credentialId": login,
        "deviceType": "SmartPhone_Android",
        "keys": [{"kty": "RSA", "use": "sig", "kid": "default", "e": "AQAB", "n": "inventedModulus"}],
        "name": name,
        "platform": "ANDROID",
        "version": "34",
    }
