"""What may stand in a policy: reading and checking its JSON, on Classic and on Identity Engine; rules are apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fakes.okta.errors import invalid, missing
from fakes.okta.org import Org
from fakes.okta.records import CALL, EMAIL, PUSH, QUESTION, SIGNED_NONCE, SMS, TOTP, Policy

# Classic's factor keys with the factor types behind them; () = a real key whose factor is not simulated.
FACTOR_KEYS: Mapping[str, tuple[str, ...]] = {
    "okta_sms": (SMS,),
    "okta_call": (CALL,),
    "okta_voice": (CALL,),
    "okta_push": (PUSH,),
    "okta_otp": (TOTP,),
    "okta_question": (QUESTION,),
    "okta_email": (EMAIL,),
    "okta_password": (),
    "google_otp": (),
    "duo": (),
    "fido_u2f": (),
    "fido_webauthn": (),
    "rsa_token": (),
    "symantec_vip": (),
    "yubikey_token": (),
}
# Identity Engine's authenticators (guide "Map Classic factors to authenticators").
AUTHENTICATOR_KEYS: Mapping[str, tuple[str, ...]] = {
    "phone_number": (SMS, CALL),
    "okta_verify": (PUSH, TOTP, SIGNED_NONCE),
    "security_question": (QUESTION,),
    "okta_email": (EMAIL,),
    "okta_password": (),
    "google_otp": (),
    "webauthn": (),
}
OF_ORGS = ("okta_password", "okta_email", "phone_number", "okta_verify", "security_question")  # as orgs list them
ABSENT = "ABSENT"  # an authenticator that was never added
METHOD_OF: Mapping[str, str] = {
    SMS: "sms",
    CALL: "voice",
    PUSH: "push",
    TOTP: "totp",
    SIGNED_NONCE: "signed_nonce",
    QUESTION: "security_question",
    EMAIL: "email",
}
SELF = ("NOT_ALLOWED", "OPTIONAL", "REQUIRED")
BREACHED = {"expireAfterDays": None, "logoutEnabled": False, "delegatedWorkflowId": None}  # Identity Engine, since 2026
# As recorded orgs have it; kept and shown, but passwords are judged by `users.check_password` alone.
PASSWORD_SETTINGS: Mapping[str, Any] = {
    "password": {
        "complexity": {
            "minLength": 8,
            "minLowerCase": 1,
            "minUpperCase": 1,
            "minNumber": 1,
            "minSymbol": 0,
            "excludeUsername": True,
            "dictionary": {"common": {"exclude": False}},
            "excludeAttributes": [],
        },
        "age": {"maxAgeDays": 0, "expireWarnDays": 0, "minAgeMinutes": 0, "historyCount": 4},
        "lockout": {
            "maxAttempts": 10,
            "autoUnlockMinutes": 0,
            "userLockoutNotificationChannels": [],
            "showLockoutFailures": False,
        },
    },
    "recovery": {
        "factors": {
            "recovery_question": {"status": "ACTIVE", "properties": {"complexity": {"minLength": 4}}},
            "okta_email": {"status": "ACTIVE", "properties": {"recoveryToken": {"tokenLifetimeMinutes": 60}}},
            "okta_sms": {"status": "INACTIVE"},
            "okta_call": {"status": "INACTIVE"},
        }
    },
    "delegation": {"options": {"skipUnlock": False}},
}


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """What policies of one type have in common. Those of an app are not for groups and have no order (`is_of_apps`).

    `name`, `description` and `rule_name` are those of the policy, and of the rule, that the org keeps for itself.
    """

    rule_type: str
    is_of_apps: bool = False
    name: str = "Default Policy"
    description: str = "The default policy applies in all situations if no other policy applies."
    rule_name: str = "Default Rule"

    @property
    def prefixes(self) -> tuple[str, str]:
        """Of the ids of a policy and of its rules."""
        return ("rst", "rul") if self.is_of_apps else ("00p", "0pr")


KINDS: Mapping[str, PolicyKind] = {
    "MFA_ENROLL": PolicyKind("MFA_ENROLL"),
    "OKTA_SIGN_ON": PolicyKind("SIGN_ON"),
    "PASSWORD": PolicyKind("PASSWORD"),
    "ACCESS_POLICY": PolicyKind(
        "ACCESS_POLICY", True, "Any two factors", "Require two factors to access.", "Catch-all Rule"
    ),
}


@dataclass(frozen=True, slots=True)
class PolicyForm:
    type: str
    name: str
    description: str
    priority: int | None
    groups: tuple[str, ...]
    settings: Mapping[str, Any] | None


def read_policy(org: Org, body: Mapping[str, Any]) -> PolicyForm:
    kind, name = body.get("type"), body.get("name")
    own = kind_of(org, kind)
    if not isinstance(name, str) or not name:
        raise invalid("name", "name: The field cannot be left blank")
    included = strings_of(dig(body, "conditions", "people", "groups"), "include", "conditions.people.groups.include")
    for group_id in included:
        if group_id not in org.tables.groups:
            raise missing(group_id, "UserGroup")
    priority = body.get("priority")
    if priority is not None and (isinstance(priority, bool) or not isinstance(priority, int)):
        raise invalid("priority", "priority: must be a whole number")
    settings = None
    if kind == "MFA_ENROLL":
        settings = _enrolment_settings(org, mapping_of(body, "settings"))
    elif kind == "PASSWORD":
        settings = _merged(password_settings(org), mapping_of(body, "settings"))
    description = body.get("description")
    groups = () if own.is_of_apps else tuple(included)
    return PolicyForm(str(kind), name, description if isinstance(description, str) else "", priority, groups, settings)


def kinds(org: Org) -> Mapping[str, PolicyKind]:
    """The types that the org's engine has; apps have policies on Identity Engine alone."""
    return {name: kind for name, kind in KINDS.items() if not (kind.is_of_apps and org.is_classic)}


def kind_of(org: Org, name: object) -> PolicyKind:
    """The types that are not here are refused by name."""
    if name not in kinds(org):
        raise invalid("type", f"type: policies of type {name} are not simulated")
    return KINDS[str(name)]


def password_settings(org: Org) -> Mapping[str, Any]:
    if org.is_classic:
        return PASSWORD_SETTINGS
    return _merged(PASSWORD_SETTINGS, {"password": {"breachedProtection": BREACHED}})


def _merged(own: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given over what is there; objects are merged in their turn."""
    both = {
        name: _merged(own[name], value) if isinstance(value, Mapping) and isinstance(own.get(name), Mapping) else value
        for name, value in given.items()
    }
    return {**own, **both}


def everything_optional(org: Org) -> Mapping[str, Any]:
    """The default enrolment policy: whatever is switched on may be enrolled."""
    if org.is_classic:
        return {
            "factors": {
                key: {"enroll": {"self": "OPTIONAL"}, "consent": {"type": "NONE"}}
                for key, types in FACTOR_KEYS.items()
                if types and key != "okta_voice"
            }
        }
    return {
        "type": "AUTHENTICATORS",
        "authenticators": [
            {"key": key, "enroll": {"self": "REQUIRED" if key == "okta_password" else "OPTIONAL"}} for key in OF_ORGS
        ],
    }


def shown_settings(org: Org, policy: Policy) -> Mapping[str, Any] | None:
    """With every authenticator that the org has: what a policy does not name is NOT_ALLOWED (A14)."""
    if policy.settings is None or "authenticators" not in policy.settings:
        return policy.settings
    rows = {each["key"]: each for each in policy.settings["authenticators"]}
    present = [key for key in OF_ORGS if org.tables.switches.get(key) != ABSENT]
    filled = {key: {"key": key, "enroll": {"self": "NOT_ALLOWED"}} for key in present} | {
        key: row for key, row in rows.items() if key in present or key not in OF_ORGS
    }
    return {**policy.settings, "authenticators": list(filled.values())}


def offered_factors(org: Org, settings: Mapping[str, Any], *, only: str = "") -> Iterable[str]:
    """The factor types a policy's settings allow (or, with `only`, say so of) and the org's switches do not forbid."""
    wanted = (only,) if only else ("OPTIONAL", "REQUIRED")
    if "authenticators" in settings:
        for each in settings["authenticators"]:
            if each["enroll"]["self"] in wanted:
                yield from (kind for kind in AUTHENTICATOR_KEYS[each["key"]] if is_switched_on(org, each["key"], kind))
        return
    for key, value in settings.get("factors", {}).items():
        if value["enroll"]["self"] in wanted and is_switched_on(org, key, ""):
            yield from FACTOR_KEYS[key]


def is_switched_on(org: Org, key: str, kind: str) -> bool:
    switches = org.tables.switches
    if switches.get(key, "ACTIVE") != "ACTIVE":
        return False
    return not kind or switches.get(f"{key}/{METHOD_OF[kind]}", "ACTIVE") == "ACTIVE"


def _enrolment_settings(org: Org, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    has_factors, has_authenticators = "factors" in settings, "authenticators" in settings
    if has_factors == has_authenticators:
        raise invalid("settings", "settings: exactly one of factors and authenticators is needed")
    if has_factors:
        for key, value in mapping_of(settings, "factors").items():
            _check_enrol(key, value, FACTOR_KEYS, "settings.factors")
        return settings
    if org.is_classic:
        raise invalid("settings.type", "settings.type: AUTHENTICATORS needs Identity Engine")
    if not isinstance(settings["authenticators"], list):
        raise invalid("settings.authenticators", "settings.authenticators: must be a list")
    for each in settings["authenticators"]:
        named = each.get("key") if isinstance(each, Mapping) else None
        _check_enrol(str(named), each, AUTHENTICATOR_KEYS, "settings.authenticators")
    return settings


def _check_enrol(key: str, value: Any, known: Mapping[str, Any], where: str) -> None:
    if key not in known:
        raise invalid(where, f"{where}: {key} is not a known key")
    if not isinstance(value, Mapping) or dig(value, "enroll").get("self") not in SELF:
        raise invalid(where, f"{where}.{key}.enroll.self: must be one of {', '.join(SELF)}")


def mapping_of(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise invalid(name, f"{name}: must be an object")
    return value


def dig(body: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        body = mapping_of(body, name)
    return body


def strings_of(body: Mapping[str, Any], name: str, path: str) -> list[str]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise invalid(path, f"{path}: must be a list of ids")
    return value
