"""Which factors an org has switched on: Classic's org factors, Identity Engine's authenticators and their methods."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fakes.okta.errors import invalid, missing, refusal
from fakes.okta.org import Org
from fakes.okta.policies import MFA_ENROLL
from fakes.okta.policy_forms import ABSENT, AUTHENTICATOR_KEYS, METHOD_OF, is_switched_on

# id: (provider, factor type, status at the start). okta_push and okta_call are undocumented there (confidence L).
ORG_FACTORS: Mapping[str, tuple[str, str, str]] = {
    "google_otp": ("GOOGLE", "token:software:totp", "NOT_SETUP"),
    "okta_call": ("OKTA", "call", "ACTIVE"),
    "okta_otp": ("OKTA", "token:software:totp", "ACTIVE"),
    "okta_push": ("OKTA", "push", "ACTIVE"),
    "okta_question": ("OKTA", "question", "ACTIVE"),
    "okta_sms": ("OKTA", "sms", "ACTIVE"),
    "symantec_vip": ("SYMANTEC", "token", "NOT_SETUP"),
}
# key: (type, name). Okta's own names of the authenticators.
AUTHENTICATORS: Mapping[str, tuple[str, str]] = {
    "okta_password": ("password", "Password"),
    "okta_email": ("email", "Email"),
    "phone_number": ("phone", "Phone"),
    "okta_verify": ("app", "Okta Verify"),
    "security_question": ("security_question", "Security Question"),
}
TELEPHONY = ("sms", "voice")
CATALOG = "com.okta.services.factors.iface.dto.AuthenticatorCatalog"
FASTPASS = (
    ' Additionally, if disabling Okta Verify when Fastpass is active, the "Device state" must not be set to '
    '"registered" in app assurance policies.'
)
INACTIVE_ALREADY = "api.authenticator.error.unsupported.active.deactivate"
# What recorded authenticators say of themselves before anybody has changed it.
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "okta_email": {"allowedFor": "any", "tokenLifetimeInMinutes": 5},
    "phone_number": {"allowedFor": "any"},
    "security_question": {"allowedFor": "any"},
    "okta_verify": {
        "channelBinding": {"style": "NUMBER_CHALLENGE", "required": "HIGH_RISK_ONLY"},
        "compliance": {"fips": "OPTIONAL"},
        "userVerification": "PREFERRED",
        "userVerificationMethods": ["BIOMETRICS", "PIN"],
        "appInstanceId": "",
    },
}


@dataclass(frozen=True, slots=True)
class Authenticator:
    id: str
    key: str
    type: str
    name: str
    status: str
    methods: Mapping[str, str]
    created: float
    settings: Mapping[str, Any]


def factor_status(org: Org, factor_id: str) -> str:
    """Of Classic's org factor."""
    if factor_id not in ORG_FACTORS:
        raise missing(factor_id, "Factor")
    return org.tables.switches.get(factor_id, ORG_FACTORS[factor_id][2])


def switch_factor(org: Org, factor_id: str, status: str) -> None:
    """Classic only; Identity Engine refuses (S07: the code is our guess)."""
    if not org.is_classic:
        raise refusal("E0000006")
    factor_status(org, factor_id)
    org.tables.switches[factor_id] = status


def authenticators(org: Org) -> list[Authenticator]:
    """Identity Engine only; on Classic the feature is not there (E0000015, our guess)."""
    if org.is_classic:
        raise refusal("E0000015")
    return [_authenticator(org, key) for key in AUTHENTICATORS if org.tables.switches.get(key) != ABSENT]


def add_authenticator(org: Org, key: str, *, activate: bool) -> Authenticator:
    """One that was never added. There is no way to remove it again, as in Okta, only to switch it off."""
    if any(each.key == key for each in authenticators(org)):
        raise invalid(CATALOG, "The field has an invalid value")
    if key not in AUTHENTICATORS:
        raise invalid("key", f"key: the authenticator {key} is not simulated")
    if activate:
        _check_telephony(org, [METHOD_OF[each] for each in AUTHENTICATOR_KEYS[key]])
    org.tables.switches[key] = "ACTIVE" if activate else "INACTIVE"
    for policy in [each for each in org.tables.policies.values() if each.type == MFA_ENROLL and each.is_system]:
        rows = {each["key"]: each for each in (policy.settings or {})["authenticators"]}
        rows.setdefault(key, {"key": key, "enroll": {"self": "OPTIONAL"}})  # recorded: the default policy enrols it
        settings = {**(policy.settings or {}), "authenticators": list(rows.values())}
        org.tables.policies[policy.id] = replace(policy, settings=settings)
    return _authenticator(org, key)


def switch_everything_off(org: Org) -> None:
    """As in an org in which nobody has set anything up: no factor is offered, but for the password and the e-mail."""
    if org.is_classic:
        org.tables.switches |= dict.fromkeys(ORG_FACTORS, "INACTIVE")
    else:
        keys = ("phone_number", "okta_verify", "security_question")
        org.tables.switches |= dict.fromkeys(keys, "INACTIVE")
        for policy in [each for each in org.tables.policies.values() if each.type == MFA_ENROLL]:
            rows = [each for each in (policy.settings or {})["authenticators"] if each["key"] not in keys]
            settings = {**(policy.settings or {}), "authenticators": rows}
            org.tables.policies[policy.id] = replace(policy, settings=settings)


def find(org: Org, authenticator_id: str) -> Authenticator:
    for each in authenticators(org):
        if authenticator_id in (each.id, each.key):
            return each
    raise missing(authenticator_id, "Authenticator")


def switch_authenticator(org: Org, found: Authenticator, status: str) -> Authenticator:
    if status == "INACTIVE":
        if found.status == "INACTIVE":
            raise invalid(INACTIVE_ALREADY)
        _check_unused(org, found)
    else:
        _check_telephony(org, found.methods)
    org.tables.switches[found.key] = status
    return _authenticator(org, found.key)


def configure(org: Org, found: Authenticator, body: Mapping[str, Any]) -> Authenticator:
    """Keep the settings of an authenticator; a phone needs telephony for it (E0000226)."""
    if not org.settings.telephony and found.key == "phone_number":
        raise refusal("E0000226")
    given = body.get("settings") or {}
    if not isinstance(given, Mapping):
        raise invalid("settings", "settings: must be an object")
    org.tables.authenticator_settings[found.key] = {**found.settings, **given}
    return _authenticator(org, found.key)


def switch_method(org: Org, found: Authenticator, method: str, status: str) -> Authenticator:
    if method not in found.methods:
        raise missing(method, "AuthenticatorMethod")
    others = [name for name, has in found.methods.items() if has == "ACTIVE" and name != method]
    if status == "INACTIVE" and not others:
        raise invalid("method", f"{found.name} needs at least one active method.")
    if status == "ACTIVE":
        _check_telephony(org, (method,))
    org.tables.switches[f"{found.key}/{method}"] = status
    return _authenticator(org, found.key)


def statuses(org: Org) -> Mapping[str, str]:
    """List everything that can be switched, with its status."""
    if org.is_classic:
        return {factor_id: factor_status(org, factor_id) for factor_id in ORG_FACTORS}
    found = {}
    for each in authenticators(org):
        found[each.key] = each.status
        found |= {f"{each.key}/{method}": status for method, status in each.methods.items()}
    return found


def _authenticator(org: Org, key: str) -> Authenticator:
    kind, name = AUTHENTICATORS[key]
    status = org.tables.switches.get(key, "ACTIVE")
    methods = {
        METHOD_OF[each]: "ACTIVE" if is_switched_on(org, key, each) else "INACTIVE" for each in AUTHENTICATOR_KEYS[key]
    }
    settings = org.tables.authenticator_settings.get(key, SETTINGS.get(key, {}))
    return Authenticator(
        f"aut{key.replace('_', '')[:13].ljust(13, '0')}00d7", key, kind, name, status, methods, org.created, settings
    )


def _check_unused(org: Org, found: Authenticator) -> None:
    """E0000148 while an active policy enrols it, the org's own too (A10)."""
    names = [
        policy.name
        for policy in org.tables.policies.values()
        if policy.type == MFA_ENROLL and policy.status == "ACTIVE"
        for entry in (policy.settings or {}).get("authenticators", [])
        if entry["key"] == found.key and entry["enroll"]["self"] != "NOT_ALLOWED"
    ]
    if names:
        about = FASTPASS if found.key == "okta_verify" else ""
        raise refusal("E0000148", f"Authenticator Enrollment Policies: {', '.join(names)}", about=about)


def _check_telephony(org: Org, methods: Iterable[str]) -> None:
    if not org.settings.telephony and any(method in TELEPHONY for method in methods):
        raise refusal("E0000264")
