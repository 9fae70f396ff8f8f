"""The org's records as Okta writes them in JSON; nothing is decided here."""

from typing import Any
from urllib.parse import quote

from fakes.okta.records import PUSH, TOTP, Activation, Factor, Group, Policy, Push, Rule, User
from fakes.okta.schema import ALWAYS_SHOWN
from fakes.okta.switches import Authenticator
from fakes.okta.times import stamp
from fakes.okta.users import DEFAULT_TYPE

Body = dict[str, Any]  # JSON on its way out


def link(href: str, *verbs: str) -> Body:
    return {"href": href, "hints": {"allow": list(verbs)}}


def user_url(base: str, user_id: str) -> str:
    return f"{base}/api/v1/users/{user_id}"


def factor_url(base: str, factor: Factor) -> str:
    return f"{base}/api/v1/users/{factor.user_id}/factors/{factor.id}"


def user_body(base: str, user: User, *, is_list_item: bool = False) -> Body:
    credentials: Body = {"provider": {"type": "OKTA", "name": "OKTA"}}
    if user.password is not None:
        credentials = {"password": {}, **credentials}
    own = user_url(base, user.id)
    links: Body = {"self": {"href": own}}
    if not is_list_item:
        for name in _lifecycle_links(user):
            links[name] = {"href": f"{own}/lifecycle/{_path(name)}", "method": "POST"}
    return {
        "id": user.id,
        "status": user.status,
        "created": stamp(user.created),
        "activated": _stamp(user.activated),
        "statusChanged": _stamp(user.status_changed),
        "lastLogin": _stamp(user.last_login),
        "lastUpdated": stamp(user.last_updated),
        "passwordChanged": _stamp(user.password_changed),
        "type": {"id": DEFAULT_TYPE},
        "profile": {**dict.fromkeys(ALWAYS_SHOWN), **user.profile},
        "credentials": credentials,
        "_links": links,
    }


def group_body(base: str, group: Group) -> Body:
    own = f"{base}/api/v1/groups/{group.id}"
    return {
        "id": group.id,
        "created": stamp(group.created),
        "lastUpdated": stamp(group.last_updated),
        "lastMembershipUpdated": stamp(group.last_membership_updated),
        "objectClass": ["okta:user_group"],
        "type": group.type,
        "profile": {"name": group.name, "description": group.description},
        "_links": {"users": {"href": f"{own}/users"}, "self": {"href": own}},
    }


def factor_body(base: str, factor: Factor, activation: Activation | None = None, *, is_new: bool = False) -> Body:
    """An enrolment. `is_new`: the one answer that may show a TOTP's shared secret."""
    own = factor_url(base, factor)
    is_pending = factor.status == "PENDING_ACTIVATION"
    links: Body = {"self": link(own, "GET", "DELETE")}
    if factor.status == "ACTIVE":
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
        body["_embedded"] = {"activation": _totp_activation(own, factor)}
    elif is_pending and activation is not None:
        body["_embedded"] = {"activation": _device_activation(own, activation)}
    return body


def activation_body(base: str, factor: Factor, activation: Activation) -> Body:
    """What polling a push activation says until the device has scanned."""
    own = factor_url(base, factor)
    if activation.result != "WAITING":
        return {
            "factorResult": activation.result,
            "_links": {"activate": link(f"{own}/lifecycle/activate", "POST")},
        }
    body = _device_activation(own, activation)
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


def _totp_activation(own: str, factor: Factor) -> Body:
    return {
        "timeStep": 30,
        "sharedSecret": factor.secret,
        "encoding": "base32",
        "keyLength": 6,
        "_links": {"qrcode": {"href": f"{own}/qr", "type": "image/png"}},
    }


def _device_activation(own: str, activation: Activation) -> Body:
    """The links to send the QR code are shown and not simulated: their paths are not in the route table."""
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


def _lifecycle_links(user: User) -> tuple[str, ...]:
    """The steps that fit the status."""
    return {
        "STAGED": ("activate", "deactivate"),
        "PROVISIONED": ("deactivate", "resetFactors"),
        "ACTIVE": ("suspend", "deactivate", "resetFactors"),
        "LOCKED_OUT": ("unlock", "deactivate", "resetFactors"),
        "SUSPENDED": ("unsuspend", "deactivate"),
        "DEPROVISIONED": ("activate",),
    }.get(user.status, ("deactivate",))


def _path(name: str) -> str:
    return "reset_factors" if name == "resetFactors" else name


def _stamp(seconds: float | None) -> str | None:
    return None if seconds is None else stamp(seconds)


def policy_body(base: str, policy: Policy) -> Body:
    own = f"{base}/api/v1/policies/{policy.id}"
    body: Body = {
        "id": policy.id,
        "type": policy.type,
        "name": policy.name,
        "description": policy.description,
        "status": policy.status,
        "priority": policy.priority,
        "system": policy.is_system,
        "conditions": {"people": {"groups": {"include": list(policy.groups)}}} if policy.groups else None,
        "created": stamp(policy.created),
        "lastUpdated": stamp(policy.last_updated),
        "_links": {"self": link(own, "GET", "PUT", "DELETE"), "rules": link(f"{own}/rules", "GET", "POST")},
    }
    if policy.settings is not None:
        body["settings"] = dict(policy.settings)
    return body


def rule_body(base: str, rule: Rule) -> Body:
    own = f"{base}/api/v1/policies/{rule.policy_id}/rules/{rule.id}"
    return {
        "id": rule.id,
        "type": rule.type,
        "name": rule.name,
        "status": rule.status,
        "priority": rule.priority,
        "system": rule.is_system,
        "conditions": dict(rule.conditions) or None,
        "actions": dict(rule.actions),
        "created": stamp(rule.created),
        "lastUpdated": stamp(rule.last_updated),
        "_links": {"self": link(own, "GET", "PUT", "DELETE")},
    }


def authenticator_body(base: str, found: Authenticator) -> Body:
    own = f"{base}/api/v1/authenticators/{found.id}"
    return {
        "id": found.id,
        "key": found.key,
        "type": found.type,
        "name": found.name,
        "status": found.status,
        "_links": {"self": link(own, "GET", "PUT"), "methods": link(f"{own}/methods", "GET")},
    }


def method_bodies(base: str, found: Authenticator) -> list[Body]:
    own = f"{base}/api/v1/authenticators/{found.id}/methods"
    return [
        {"type": method, "status": status, "_links": {"self": link(f"{own}/{method}", "GET")}}
        for method, status in found.methods.items()
    ]
