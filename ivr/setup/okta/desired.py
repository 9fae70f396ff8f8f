"""What the line wants of an Okta org: names, attributes, factors and sign-on as data; nothing is asked or sent here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ivr.identity.okta_answers import TOTP

Body: TypeAlias = dict[str, Any]  # JSON on its way to Okta

PHONE, PREFERENCE = "ivrPhone", "ivrFactorPreference"
PREFERENCES = ("sms", "push", "call", "totp")
Preference: TypeAlias = Literal["sms", "push", "call", "totp"]
READ_ONLY = [{"principal": "SELF", "action": "READ_ONLY"}]
# A user who could write ivrPhone could take another caller's place.
ATTRIBUTES: Mapping[str, Body] = {
    PHONE: {
        "title": "IVR Phone Number",
        "description": "Number the caller dials from",
        "type": "string",
        "required": False,
        "maxLength": 20,
        "permissions": READ_ONLY,
    },
    PREFERENCE: {
        "title": "IVR Factor Preference",
        "description": "How the caller proves who they are",
        "type": "string",
        "required": False,
        "enum": list(PREFERENCES),
        "oneOf": [
            {"const": "sms", "title": "SMS"},
            {"const": "push", "title": "Okta Verify push"},
            {"const": "call", "title": "Voice call"},
            {"const": "totp", "title": "Okta Verify code"},
        ],
        "permissions": READ_ONLY,
    },
}
ANYWHERE = {"network": {"connection": "ANYWHERE"}}
SESSION = {"usePersistentCookie": False, "maxSessionIdleMinutes": 120, "maxSessionLifetimeMinutes": 0}
PASSWORD_FIRST: Body = {
    "criteria": [{"factorType": "password", "provider": "OKTA"}],
    "next": [{"criteria": [{"factorType": "sms", "provider": "OKTA"}]}],
}
# The nearest thing on Identity Engine: any factor may come first in the global session policy.
ANY_FACTOR: Body = {
    "access": "ALLOW",
    "requireFactor": False,
    "primaryFactor": "PASSWORD_IDP_ANY_FACTOR",
    "session": SESSION,
}
ENROL_AT: Body = {"self": "LOGIN"}


@dataclass(frozen=True, slots=True)
class Caller:
    """The test user. Names are None when they are not to be touched."""

    email: str
    phone: str
    sms_phone: str
    preference: Preference = "sms"
    first_name: str | None = None
    last_name: str | None = None

    @property
    def profile(self) -> Body:
        """What an existing user must have."""
        names = {"firstName": self.first_name, "lastName": self.last_name}
        given = {name: value for name, value in names.items() if value is not None}
        return {**given, PHONE: self.phone, PREFERENCE: self.preference}

    @property
    def whole_profile(self) -> Body:
        """What a new user gets."""
        names = {"firstName": self.first_name or "Test", "lastName": self.last_name or "Caller"}
        return {"login": self.email, "email": self.email, "mobilePhone": self.sms_phone, **self.profile, **names}


@dataclass(frozen=True, slots=True)
class DesiredState:
    """`caller` None: only the org itself is set up."""

    caller: Caller | None
    group: str = "Autobot IVR"
    voice: bool = False
    totp: bool = False
    sign_on: bool = True
    push: bool = True
    direct: bool = False

    @property
    def org_factors(self) -> tuple[str, ...]:
        """Classic's ids."""
        return (
            "okta_sms",
            "okta_push",
            *(("okta_otp",) if self.totp else ()),
            *(("okta_call",) if self.voice else ()),
        )

    @property
    def methods(self) -> Mapping[str, tuple[str, ...]]:
        """Identity Engine's authenticators and those of their methods that are needed."""
        return {
            "phone_number": ("sms", "voice") if self.voice else ("sms",),
            "okta_verify": ("push", "totp") if self.totp else ("push",),
        }

    @property
    def enrolments(self) -> Mapping[str, str]:
        """Classic's enrolment policy. The one-time password of Okta Verify is harmless and comes with its push."""
        voice = {"okta_call": "OPTIONAL"} if self.voice else {}
        return {"okta_otp": "OPTIONAL", "okta_push": "REQUIRED", "okta_sms": "REQUIRED", **voice}

    @property
    def first_factors(self) -> tuple[str, ...]:
        """The factor types that a sign-in on Classic may begin with."""
        return ("sms", "push", TOTP) if self.totp else ("sms", "push")

    @property
    def sequencing(self) -> Body:
        """Classic's factor sequencing is in no public document of Okta's; this is what its Terraform provider sends."""
        chain = [{"criteria": [{"factorType": kind, "provider": "OKTA"}]} for kind in self.first_factors]
        challenge = {"chain": [*chain, PASSWORD_FIRST]}
        return {"access": "CHALLENGE", "requireFactor": False, "challenge": challenge, "session": SESSION}

    @property
    def authenticators(self) -> Mapping[str, str]:
        """Identity Engine's enrolment policy."""
        return {"phone_number": "REQUIRED", "okta_verify": "REQUIRED"}
