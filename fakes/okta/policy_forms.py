"""What may stand in a policy: reading and checking its JSON, on Classic and on Identity Engine; rules are apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fakes.okta.errors import invalid, missing
from fakes.okta.org import Org
from fakes.okta.records import CALL, EMAIL, PUSH, QUESTION, SIGNED_NONCE, SMS, TOTP

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
    check_type(kind)
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
    description = body.get("description")
    return PolicyForm(
        str(kind), name, description if isinstance(description, str) else "", priority, tuple(included), settings
    )


def check_type(kind: object) -> None:
    """Only the two kinds that decide about factors are here; the others are refused by name."""
    if kind not in ("MFA_ENROLL", "OKTA_SIGN_ON"):
        raise invalid("type", f"type: policies of type {kind} are not simulated")


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
            {"key": key, "enroll": {"self": "OPTIONAL"}} for key, types in AUTHENTICATOR_KEYS.items() if types
        ],
    }


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
