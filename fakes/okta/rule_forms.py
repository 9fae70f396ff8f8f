"""What may stand in a rule of a policy: enrolment prompts, sign-on, and factor sequencing behind its feature flag."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakes.okta.errors import OktaError, invalid
from fakes.okta.org import Org
from fakes.okta.policy_forms import dig, mapping_of, strings_of

MOST_STEPS = 5  # the cap is Okta's, its number our guess
FIRST_FACTORS = ("PASSWORD_IDP", "PASSWORD_IDP_ANY_FACTOR")  # Identity Engine only
WHEN = ("LOGIN", "CHALLENGE", "NEVER")
FLAG_CAUSE = (
    "actions.signon.access: Value may not be challenge when the feature PASSWORDLESS_AUTHN_SIGNON_POLICY is disabled."
)
DEFAULT_ACTIONS: Mapping[str, Mapping[str, Any]] = {
    "MFA_ENROLL": {"enroll": {"self": "CHALLENGE"}},
    "OKTA_SIGN_ON": {
        "signon": {
            "access": "ALLOW",
            "requireFactor": False,
            "rememberDeviceByDefault": False,
            "session": {
                "usePersistentCookie": False,
                "maxSessionIdleMinutes": 120,
                "maxSessionLifetimeMinutes": 0,
            },
        }
    },
    "PASSWORD": {
        "passwordChange": {"access": "ALLOW"},
        "selfServicePasswordReset": {"access": "ALLOW"},
        "selfServiceUnlock": {"access": "DENY"},
    },
    "ACCESS_POLICY": {
        "appSignOn": {
            "access": "ALLOW",
            "verificationMethod": {
                "factorMode": "2FA",
                "type": "ASSURANCE",
                "reauthenticateIn": "PT12H",
                "constraints": [{"possession": {"required": True, "deviceBound": "REQUIRED"}}],
            },
            "keepMeSignedIn": {"postAuth": "NOT_ALLOWED"},
        }
    },
}


@dataclass(frozen=True, slots=True)
class RuleForm:
    name: str
    conditions: Mapping[str, Any]
    actions: Mapping[str, Any]
    priority: int | None = None


def read_rule(org: Org, kind: str, body: Mapping[str, Any]) -> RuleForm:
    name = body.get("name")
    if body.get("type", kind) != kind:
        raise invalid("type", f"type: rules of this policy have the type {kind}")
    if not isinstance(name, str) or not name:
        raise invalid("name", "name: The field cannot be left blank")
    actions = mapping_of(body, "actions")
    if kind == "SIGN_ON":
        actions = {**actions, "signon": _signon(org, mapping_of(actions, "signon"))}
        body = {**body, "conditions": _sign_on_conditions(org, mapping_of(body, "conditions"))}
    elif kind == "PASSWORD":
        for deed in actions:
            _check_access(actions, deed)
        body = {**body, "conditions": _with_people(mapping_of(body, "conditions"))}
    elif kind == "ACCESS_POLICY":
        _check_access(actions, "appSignOn")
        actions = {**actions, "appSignOn": _app_sign_on(mapping_of(actions, "appSignOn"))}
        body = {**body, "conditions": _app_conditions(mapping_of(body, "conditions"))}
    else:
        when = dig(actions, "enroll").get("self")
        allowed = WHEN if org.is_classic else (*WHEN, "NEVER_INCLUDING_RECOVERY")
        if when not in allowed:
            raise invalid("actions.enroll.self", f"actions.enroll.self: must be one of {', '.join(allowed)}")
    conditions = mapping_of(body, "conditions")
    excluded_users(conditions)
    priority = body.get("priority")
    return RuleForm(name, conditions, actions, priority if type(priority) is int else None)


def excluded_users(conditions: Mapping[str, Any]) -> list[str]:
    return strings_of(dig(conditions, "people", "users"), "exclude", "conditions.people.users.exclude")


def _signon(org: Org, signon: Mapping[str, Any]) -> Mapping[str, Any]:
    access = signon.get("access")
    if access == "CHALLENGE":
        if not org.is_classic or not org.settings.factor_sequencing:
            raise invalid("actions.signon.access", FLAG_CAUSE)
        _check_chain(dig(signon, "challenge").get("chain"))
    elif access not in ("ALLOW", "DENY"):
        raise invalid("actions.signon.access", "actions.signon.access: must be ALLOW, DENY or CHALLENGE")
    first = signon.get("primaryFactor")
    if first is not None and (org.is_classic or first not in FIRST_FACTORS):
        raise invalid("actions.signon.primaryFactor", f"actions.signon.primaryFactor: {first} is not possible here")
    if not isinstance(signon.get("requireFactor", False), bool):
        raise invalid("actions.signon.requireFactor", "actions.signon.requireFactor: must be true or false")
    defaults: Mapping[str, Any] = DEFAULT_ACTIONS["OKTA_SIGN_ON"]["signon"]
    engine = {} if org.is_classic else {"primaryFactor": "PASSWORD_IDP_ANY_FACTOR"}
    return {**defaults, **engine, **signon}


def _sign_on_conditions(org: Org, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Filled up as orgs do (recorded); `risk` where the engine has it."""
    engine: Mapping[str, Any] = {} if org.is_classic else {"risk": {"behaviors": []}}
    return {**_with_people(given), "authContext": {"authType": "ANY"}, **engine, **_without(given, "people")}


def _app_sign_on(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is asked for again after twelve hours; chains have no factor mode and no inactivity (recorded)."""
    method = mapping_of(given, "verificationMethod")
    if method.get("type") == "AUTH_METHOD_CHAIN":
        method = _without(method, "factorMode", "inactivityPeriod")
    method = {"reauthenticateIn": "PT12H", **(method or {"factorMode": "2FA", "type": "ASSURANCE"})}  # none: L
    return {"keepMeSignedIn": {"postAuth": "NOT_ALLOWED"}, **given, "verificationMethod": method}


def _app_conditions(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Filled up as recorded; an empty platform is left out. Of the orgs of early 2026 some have no `riskScore`."""
    own: Mapping[str, Any] = {"riskScore": {"level": "ANY"}, "userType": {"include": [], "exclude": []}}
    platform = mapping_of(given, "platform")
    more = {"platform": {"include": [], "exclude": [], **platform}} if platform else {}
    return {**_with_people(_without(given, "platform")), **own, **_without(given, "people", "platform"), **more}


def _with_people(given: Mapping[str, Any]) -> dict[str, Any]:
    """Fill up conditions: a list of excluded users, and any network."""
    people = mapping_of(given, "people")
    users = {"exclude": [], **mapping_of(people, "users")}
    return {"people": {**people, "users": users}, "network": {"connection": "ANYWHERE"}, **_without(given, "people")}


def _without(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


def _check_access(actions: Mapping[str, Any], deed: str) -> None:
    if dig(actions, deed).get("access") not in ("ALLOW", "DENY"):
        raise invalid(f"actions.{deed}.access", f"actions.{deed}.access: must be ALLOW or DENY")


def _check_chain(chain: Any, depth: int = 0) -> None:
    """Alternatives, each with `criteria` and perhaps a further step in `next` (as the Terraform provider sends it)."""
    if depth == MOST_STEPS:
        raise _bad_chain(f"at most {MOST_STEPS} steps follow each other")
    if not isinstance(chain, list) or not chain:
        raise _bad_chain("at least one alternative is needed")
    for link in chain:
        criteria = link.get("criteria") if isinstance(link, Mapping) else None
        if not isinstance(criteria, list) or not criteria:
            raise _bad_chain("criteria must be a list with at least one factor")
        for each in criteria:
            if not isinstance(each, Mapping) or not isinstance(each.get("factorType"), str):
                raise _bad_chain("each of criteria needs a factorType")
        if link.get("next") is not None:
            _check_chain(link["next"], depth + 1)


def _bad_chain(why: str) -> OktaError:
    return invalid("actions.signon.challenge.chain", f"actions.signon.challenge.chain: {why}")
