"""The Authentication API's answers in JSON, one form per state; nothing is decided here."""

from typing import Any

from fakes.okta import activate, authn, authn_steps
from fakes.okta.authn import LockedOut, Outcome, Success
from fakes.okta.bodies import Body, device_activation, link, totp_activation
from fakes.okta.org import Org
from fakes.okta.records import CALL, EMAIL, PUSH, SMS, TOTP, Activation, Factor, Login, User
from fakes.okta.times import stamp

WITH_RESEND = (SMS, CALL, EMAIL, PUSH)


def authn_body(org: Org, base: str, outcome: Outcome) -> Body:
    match outcome:
        case Success():
            return _success(base, outcome)
        case LockedOut():
            unlock = {"name": "unlock", **link(f"{base}/api/v1/authn/recovery/unlock", "POST")}
            return {"status": "LOCKED_OUT", "_embedded": {}, "_links": {"next": unlock}}
        case Login():
            return _in_progress(org, base, outcome)


def _success(base: str, done: Success) -> Body:
    return {
        "expiresAt": stamp(done.expires_at),
        "status": "SUCCESS",
        "sessionToken": done.session_token,
        "_embedded": {"user": _user(done.user)},
        "_links": _cancel(base),
    }


def _in_progress(org: Org, base: str, login: Login) -> Body:
    body: Body = {"stateToken": login.token, "expiresAt": stamp(login.expires_at), "status": login.status}
    embedded: Body = {}
    user = authn.user_of(org, login)
    if user is not None and login.is_identified:
        embedded["user"] = _user(user)
    links = _cancel(base)
    if login.status in ("UNAUTHENTICATED", "MFA_REQUIRED"):
        _offer(org, base, login, embedded)
    elif login.status == "MFA_CHALLENGE":
        body |= _challenge(org, base, login, embedded, links)
    elif login.status == "MFA_ENROLL":
        embedded["factors"] = [_choice(base, kind, need) for kind, need in authn_steps.enrolment_choices(org, login)]
    elif login.status == "MFA_ENROLL_ACTIVATE":
        body |= _activation(org, base, login, embedded, links)
    elif login.status == "PASSWORD_EXPIRED":
        change = link(f"{base}/api/v1/authn/credentials/change_password", "POST")
        links = {"next": {"name": "changePassword", **change}, **links}
    return body | {"_embedded": embedded, "_links": links}


def _offer(org: Org, base: str, login: Login, embedded: Body) -> None:
    found = authn.offered(org, login)
    embedded["factors"] = [
        _password(base, login) if factor is None else _factor(base, login, factor) for factor in found
    ]
    embedded["policy"] = _policy([factor for factor in found if factor is not None])


def _challenge(org: Org, base: str, login: Login, embedded: Body, links: Body) -> Body:
    """`next` is `poll` while a push waits; after REJECTED and TIMEOUT it is `verify` again, for a new push."""
    factor = org.tables.factors[login.factor_id]
    push = org.tables.pushes.get(login.push_id) if factor.type == PUSH else None
    shown = _factor(base, login, factor)
    del shown["_links"]
    if push is not None and push.number is not None and push.is_number_shown and push.result == "WAITING":
        shown["_embedded"] = {"challenge": {"correctAnswer": push.number}}
    embedded["factor"] = shown
    embedded["policy"] = _policy([factor])
    own = f"{base}/api/v1/authn/factors/{factor.id}/verify"
    is_waiting = push is not None and not login.is_push_over
    links |= {
        "next": {"name": "poll" if is_waiting else "verify", **link(own, "POST")},
        "prev": link(f"{base}/api/v1/authn/previous", "POST"),
    }
    if factor.type in WITH_RESEND:
        links["resend"] = [{"name": factor.type, **link(f"{own}/resend", "POST")}]
    if factor.type not in WITH_RESEND:
        return {}
    result = "CHALLENGE" if push is None else push.result if login.is_push_over else "WAITING"
    return {"factorResult": result, "challengeType": "FACTOR"}


def _activation(org: Org, base: str, login: Login, embedded: Body, links: Body) -> Body:
    factor = org.tables.factors[login.factor_id]
    own = f"{base}/api/v1/authn/factors/{factor.id}/lifecycle"
    shown = _factor(base, login, factor)
    del shown["_links"]
    links["prev"] = link(f"{base}/api/v1/authn/previous", "POST")
    if factor.type == PUSH:
        is_scanned = factor.status == "ACTIVE"  # and not polled since
        waiting = Activation(login.expires_at) if is_scanned else activate.look_up(org, factor)
        shown["_embedded"] = {"activation": device_activation(base, factor, waiting)}
        links["next"] = {"name": "poll", **link(f"{own}/activate/poll", "POST")}
        embedded["factor"] = shown
        return {"factorResult": waiting.result}
    if factor.type == TOTP:
        shown["_embedded"] = {"activation": totp_activation(base, factor)}
    else:
        links["resend"] = [{"name": factor.type, **link(f"{own}/resend", "POST")}]
    links["next"] = {"name": "activate", **link(f"{own}/activate", "POST")}
    embedded["factor"] = shown
    return {}


def _user(user: User) -> Body:
    """Locale and time zone are Okta's defaults when the profile has none."""
    profile = user.profile
    return {
        "id": user.id,
        "passwordChanged": None if user.password_changed is None else stamp(user.password_changed),
        "profile": {
            "login": profile["login"],
            "firstName": profile.get("firstName"),
            "lastName": profile.get("lastName"),
            "locale": profile.get("locale") or "en_US",
            "timeZone": profile.get("timezone") or "America/Los_Angeles",
        },
    }


def _factor(base: str, login: Login, factor: Factor) -> Body:
    """Phone numbers masked; of Okta Verify nothing is told before the person is known."""
    profile: dict[str, Any] = dict(factor.profile)
    if "phoneNumber" in profile:
        profile["phoneNumber"] = masked_phone(profile["phoneNumber"])
    if factor.type == EMAIL:
        profile["email"] = masked_email(profile["email"])
    if factor.type in (PUSH, TOTP) and not login.is_identified:
        profile = {}
    return {
        "id": factor.id,
        "factorType": factor.type,
        "provider": "OKTA",
        "vendorName": "OKTA",
        "profile": profile,
        "_links": {"verify": link(f"{base}/api/v1/authn/factors/{factor.id}/verify", "POST")},
    }


def _password(base: str, login: Login) -> Body:
    return {
        "id": login.password_id,
        "factorType": authn.PASSWORD,
        "provider": "OKTA",
        "vendorName": "OKTA",
        "_links": {"verify": link(f"{base}/api/v1/authn/factors/{login.password_id}/verify", "POST")},
    }


def _choice(base: str, kind: str, need: str) -> Body:
    return {
        "factorType": kind,
        "provider": "OKTA",
        "vendorName": "OKTA",
        "status": "NOT_SETUP",
        "enrollment": need,
        "_links": {"enroll": link(f"{base}/api/v1/authn/factors", "POST")},
    }


def _policy(found: list[Factor]) -> Body:
    return {
        "allowRememberDevice": False,
        "rememberDeviceLifetimeInMinutes": 0,
        "rememberDeviceByDefault": False,
        "factorsPolicyInfo": {each.id: {"autoPushEnabled": False} for each in found if each.type == PUSH},
    }


def _cancel(base: str) -> Body:
    return {"cancel": link(f"{base}/api/v1/authn/cancel", "POST")}


def masked_phone(number: str) -> str:
    """`+1 XXX-XXX-0123`; the grouping outside North America is a guess."""
    country = number[:2] if number.startswith("+1") else number[:3]
    return f"{country} XXX-XXX-{number[-4:]}"


def masked_email(address: str) -> str:
    """`m...t@ivr.example`."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}...{name[-1:]}@{domain}"
