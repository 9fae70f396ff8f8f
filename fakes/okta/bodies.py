"""The org's records as Okta writes them in JSON; nothing is decided here."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fakes.okta.records import PUSH, QUESTION, SMS, TOTP, Activation, Factor, Group, Policy, Push, Rule, User
from fakes.okta.schema import SHOWN_AS_NULL
from fakes.okta.switches import Authenticator
from fakes.okta.times import stamp
from fakes.okta.users import DEFAULT_TYPE

Body = dict[str, Any]  # JSON on its way out
SCHEMA_ID, REALM = "oscfakedefault0000d7", "guofakedefault0000d7"
# What recorded methods of Okta Verify say of themselves.
METHOD_SETTINGS: Mapping[str, Body] = {
    "totp": {"timeIntervalInSeconds": 30, "encoding": "Base32", "algorithm": "HMACSHA1", "passCodeLength": 6},
    "push": {"algorithms": ["ES256", "RS256"], "keyProtection": "ANY", "transactionTypes": ["LOGIN"]},
    "signed_nonce": {"algorithms": ["ES256", "RS256"], "keyProtection": "ANY", "showSignInWithOV": "NEVER"},
}


def link(href: str, *verbs: str) -> Body:
    return {"href": href, "hints": {"allow": list(verbs)}}


def user_url(base: str, user_id: str) -> str:
    return f"{base}/api/v1/users/{user_id}"


def factor_url(base: str, factor: Factor) -> str:
    return f"{base}/api/v1/users/{factor.user_id}/factors/{factor.id}"


def credentials_body(user: User) -> Body:
    credentials: Body = {"provider": {"type": user.provider, "name": user.provider}}
    if user.password is not None:
        credentials = {"password": {}, **credentials}
    if user.recovery_question is not None:
        credentials["recovery_question"] = {"question": user.recovery_question}
    return credentials


def user_body(base: str, user: User, *, is_classic: bool, is_list_item: bool = False) -> Body:
    """Realms are there on Identity Engine, as in nearly all recordings since the end of 2025."""
    own = user_url(base, user.id)
    links: Body = {"self": {"href": own}}
    if not is_list_item:
        links |= {
            "schema": {"href": f"{base}/api/v1/meta/schemas/user/{SCHEMA_ID}"},
            "type": {"href": f"{base}/api/v1/meta/types/user/{DEFAULT_TYPE}"},
        }
        for name in _actions(user, is_classic=is_classic):
            path, method = ACTIONS[name]
            links[name] = {"href": f"{own}{path}", "method": method}
    return {
        "id": user.id,
        "status": user.status,
        "created": stamp(user.created),
        "activated": _stamp(user.activated),
        "statusChanged": _stamp(user.status_changed),
        "lastLogin": _stamp(user.last_login),
        "lastUpdated": stamp(user.last_updated),
        "passwordChanged": _stamp(user.password_changed),
        **({} if is_classic else {"realmId": REALM}),
        "type": {"id": DEFAULT_TYPE},
        "profile": {**dict.fromkeys(SHOWN_AS_NULL), **user.profile},
        "credentials": credentials_body(user),
        "_links": links,
    }


def group_body(base: str, group: Group, *, is_classic: bool) -> Body:
    own = f"{base}/api/v1/groups/{group.id}"
    return {
        "id": group.id,
        "created": stamp(group.created),
        "lastUpdated": stamp(group.last_updated),
        "lastMembershipUpdated": stamp(group.last_membership_updated),
        "objectClass": ["okta:user_group"],
        "type": group.type,
        "profile": {"name": group.name, "description": group.description},
        "_links": {
            "logo": [
                {"name": size, "href": f"{base}/assets/img/logos/groups/odyssey/okta-{size}.png", "type": "image/png"}
                for size in ("medium", "large")
            ],
            "users": {"href": f"{own}/users"},
            **({} if is_classic else {"owners": {"href": f"{own}/owners"}}),
            "apps": {"href": f"{own}/apps"},
        },
    }


def factor_body(base: str, factor: Factor, activation: Activation | None = None, *, is_new: bool = False) -> Body:
    """An enrolment. `is_new`: the one answer that may show a TOTP's shared secret."""
    own = factor_url(base, factor)
    is_pending = factor.status == "PENDING_ACTIVATION"
    is_code_awaited = is_pending and factor.type == SMS
    links: Body = {"self": link(own, *(("GET",) if is_code_awaited else ("GET", "DELETE")))}
    if factor.type == QUESTION:
        links["questions"] = link(f"{user_url(base, factor.user_id)}/factors/questions", "GET")
    elif factor.status == "ACTIVE":
        links["verify"] = link(f"{own}/verify", "POST")
    elif is_pending:
        links |= _pending_links(own, factor)
    links["user"] = link(user_url(base, factor.user_id), "GET")
    body: Body = {
        "id": factor.id,
        "factorType": factor.type,
        "provider": "OKTA",
        "vendorName": "OKTA",
        "status": factor.status,
        "created": stamp(factor.created),
        "lastUpdated": stamp(factor.last_updated),
    }
    if factor.profile:
        body["profile"] = dict(factor.profile)
    body["_links"] = links
    if is_pending and factor.type == TOTP and is_new:
        body["_embedded"] = {"activation": totp_activation(base, factor)}
    elif is_pending and activation is not None:
        body["_embedded"] = {"activation": device_activation(base, factor, activation)}
    return body


def activation_body(base: str, factor: Factor, activation: Activation) -> Body:
    """What polling a push activation says until the device has scanned."""
    own = factor_url(base, factor)
    if activation.result != "WAITING":
        return {
            "factorResult": activation.result,
            "_links": {"activate": link(f"{own}/lifecycle/activate", "POST")},
        }
    body = device_activation(base, factor, activation)
    body["_links"] = {"poll": link(f"{own}/lifecycle/activate/poll", "POST"), **body["_links"]}
    return body


def factor_type_url(base: str, user: User) -> str:
    return f"{user_url(base, user.id)}/factors"


def _pending_links(own: str, factor: Factor) -> Body:
    if factor.type == PUSH:
        return {"poll": link(f"{own}/lifecycle/activate/poll", "POST")}
    links: Body = {"activate": link(f"{own}/lifecycle/activate", "POST")}
    if factor.type != TOTP:
        links["resend"] = [{"name": factor.type, **link(f"{own}/resend", "POST")}]
    return links


def totp_activation(base: str, factor: Factor) -> Body:
    return {
        "timeStep": 30,
        "sharedSecret": factor.secret,
        "encoding": "base32",
        "keyLength": 6,
        "_links": {"qrcode": {"href": f"{factor_url(base, factor)}/qr", "type": "image/png"}},
    }


def device_activation(base: str, factor: Factor, activation: Activation) -> Body:
    """The links to send the QR code are shown and not simulated: their paths are not in the route table."""
    own = factor_url(base, factor)
    return {
        "expiresAt": stamp(activation.expires_at),
        "factorResult": activation.result,
        "_links": {
            "qrcode": {"href": f"{own}/qr", "type": "image/png"},
            "send": [{"name": name, **link(f"{own}/lifecycle/activate/{name}", "POST")} for name in ("email", "sms")],
        },
    }


def challenge_body(base: str, factor: Factor) -> Body:
    return {"factorResult": "CHALLENGE", "profile": dict(factor.profile), "_links": _after_links(base, factor)}


def push_body(base: str, factor: Factor, push: Push) -> Body:
    """A transaction. REJECTED and TIMEOUT have neither expiresAt nor a poll link (P04)."""
    if push.result == "SUCCESS":
        return {"factorResult": "SUCCESS"}
    if push.result != "WAITING":
        return {"factorResult": push.result, "profile": dict(factor.profile), "_links": _after_links(base, factor)}
    own = f"{factor_url(base, factor)}/transactions/{quote(push.id)}"
    body: Body = {
        "factorResult": "WAITING",
        "expiresAt": stamp(push.expires_at),
        "profile": dict(factor.profile),
        "_links": {"poll": link(own, "GET"), "cancel": link(own, "DELETE")},
    }
    if push.number is not None:
        body["_embedded"] = {"challenge": {"correctAnswer": push.number}}
    return body


def _after_links(base: str, factor: Factor) -> Body:
    own = factor_url(base, factor)
    return {"verify": link(f"{own}/verify", "POST"), "factor": link(own, "GET", "DELETE")}


_PASSWORD = ("resetPassword", "expirePassword", "changePassword", "changeRecoveryQuestion", "forgotPassword")
# What can be done with a user, by status; as recorded, but for LOCKED_OUT and RECOVERY, of which nothing was recorded.
_STEPS: Mapping[str, tuple[str, ...]] = {
    "STAGED": ("activate",),
    "PROVISIONED": ("suspend", "deactivate", "reactivate", "resetPassword"),
    "ACTIVE": ("suspend", "deactivate", *_PASSWORD),
    "PASSWORD_EXPIRED": ("suspend", "deactivate", *_PASSWORD),
    "LOCKED_OUT": ("unlock", "deactivate"),
    "SUSPENDED": ("unsuspend", "deactivate"),
    "DEPROVISIONED": ("activate", "delete"),
}
ACTIONS: Mapping[str, tuple[str, str]] = {
    "activate": ("/lifecycle/activate", "POST"),
    "deactivate": ("/lifecycle/deactivate", "POST"),
    "reactivate": ("/lifecycle/reactivate", "POST"),
    "suspend": ("/lifecycle/suspend", "POST"),
    "unsuspend": ("/lifecycle/unsuspend", "POST"),
    "unlock": ("/lifecycle/unlock", "POST"),
    "resetPassword": ("/lifecycle/reset_password", "POST"),
    "expirePassword": ("/lifecycle/expire_password", "POST"),
    "resetFactors": ("/lifecycle/reset_factors", "POST"),
    "changePassword": ("/credentials/change_password", "POST"),
    "changeRecoveryQuestion": ("/credentials/change_recovery_question", "POST"),
    "forgotPassword": ("/credentials/forgot_password", "POST"),
    "delete": ("", "DELETE"),
}


def _actions(user: User, *, is_classic: bool) -> tuple[str, ...]:
    """The steps that fit the status; `resetFactors` is told on Identity Engine alone (B1)."""
    steps = _STEPS.get(user.status, ("deactivate",))
    return steps if is_classic else (*steps, "resetFactors")


def _stamp(seconds: float | None) -> str | None:
    return None if seconds is None else stamp(seconds)


def policy_body(base: str, policy: Policy, place: int) -> Body:
    """`place`: where the policy comes among those of its type, 1 first."""
    own = f"{base}/api/v1/policies/{policy.id}"
    body: Body = {
        "id": policy.id,
        "type": policy.type,
        "name": policy.name,
        "description": policy.description,
        "status": policy.status,
        "priority": place,
        "system": policy.is_system,
        "conditions": _policy_conditions(policy),
        "created": stamp(policy.created),
        "lastUpdated": stamp(policy.last_updated),
        "_links": {
            **({} if policy.is_system else {"mappings": link(f"{own}/mappings", "GET", "POST")}),
            **_switch_links(own, policy),
            "rules": link(f"{own}/rules", "GET", "POST"),
        },
    }
    if policy.settings is not None:
        body["settings"] = dict(policy.settings)
    return body


def _policy_conditions(policy: Policy) -> Body | None:
    people = {"people": {"groups": {"include": list(policy.groups)}}} if policy.groups else {}
    provider = {"authProvider": {"provider": "OKTA"}} if policy.type == "PASSWORD" else {}
    return {**people, **provider} or None


def rule_body(base: str, rule: Rule, place: int) -> Body:
    own = f"{base}/api/v1/policies/{rule.policy_id}/rules/{rule.id}"
    return {
        "id": rule.id,
        "type": rule.type,
        "name": rule.name,
        "status": rule.status,
        "priority": place,
        "system": rule.is_system,
        "conditions": dict(rule.conditions) or None,
        "actions": dict(rule.actions),
        "created": stamp(rule.created),
        "lastUpdated": stamp(rule.last_updated),
        "_links": _switch_links(own, rule),
    }


def _switch_links(own: str, thing: Policy | Rule) -> Body:
    """What the org keeps for itself can be neither deleted nor switched off (B10)."""
    if thing.is_system:
        return {"self": link(own, "GET", "PUT")}
    step = "deactivate" if thing.status == "ACTIVE" else "activate"
    return {"self": link(own, "GET", "PUT", "DELETE"), step: link(f"{own}/lifecycle/{step}", "POST")}


def authenticator_body(base: str, found: Authenticator) -> Body:
    own = f"{base}/api/v1/authenticators/{found.id}"
    links: Body = {"self": link(own, "GET", "PUT"), "methods": link(f"{own}/methods", "GET")}
    if found.key != "okta_password":
        step = "deactivate" if found.status == "ACTIVE" else "activate"
        links[step] = link(f"{own}/lifecycle/{step}", "POST")
    if found.key == "okta_verify":
        links["enroll"] = link(f"{base}/idp/authenticators", "POST")
    return {
        "id": found.id,
        "key": found.key,
        "type": found.type,
        "name": found.name,
        "status": found.status,
        "created": stamp(found.created),
        "lastUpdated": stamp(found.created),
        **({"settings": dict(found.settings)} if found.settings else {}),
        "_links": links,
    }


def method_bodies(base: str, found: Authenticator) -> list[Body]:
    """The password is a method of its own, which nobody switches."""
    own = f"{base}/api/v1/authenticators/{found.id}/methods"
    methods = {"password": "ACTIVE"} if found.key == "okta_password" else found.methods
    bodies = []
    for method, status in methods.items():
        links = {"self": link(f"{own}/{method}", "GET", "PUT")}
        if status == "INACTIVE":
            links["activate"] = link(f"{own}/{method}/lifecycle/activate", "POST")
        settings = {"settings": METHOD_SETTINGS[method]} if method in METHOD_SETTINGS else {}
        bodies.append({"type": method, "status": status, **settings, "_links": links})
    return bodies
