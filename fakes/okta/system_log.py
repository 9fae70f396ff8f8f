"""The System Log: what an org writes down of the requests it answered, found by filter; the newest 5,000 entries.

Event types and words are those of Okta's catalogue for the few requests that are in the tables here (confidence M: no
recording has the log). A request that only reads leaves nothing. Texts of people, codes and secrets are not in it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fakes.okta import terms
from fakes.okta.errors import invalid
from fakes.okta.org import Asking, Org
from fakes.okta.records import CALL, EMAIL, PUSH, SMS, User
from fakes.okta.search import check_log_filter, is_match, parse
from fakes.okta.times import parse_stamp, stamp
from fakes.web import Response, Route

MOST = 5000
WEEK = 7 * 24 * 3600.0
Event = dict[str, Any]  # as it is answered
USER, GROUP, POLICY = "/api/v1/users/{userId}", "/api/v1/groups/{groupId}", "/api/v1/policies/{policyId}"
FACTOR = f"{USER}/factors/{{factorId}}"
# method and path: event type, words.
OF_REQUESTS: Mapping[str, tuple[str, str]] = {
    "POST /api/v1/users": ("user.lifecycle.create", "Create Okta user"),
    f"POST {USER}": ("user.account.update_profile", "Update user profile for Okta"),
    f"PUT {USER}": ("user.account.update_profile", "Update user profile for Okta"),
    f"DELETE {USER}": ("user.lifecycle.delete.initiated", "Delete Okta user"),
    f"POST {USER}/lifecycle/activate": ("user.lifecycle.activate", "Activate Okta user"),
    f"POST {USER}/lifecycle/reactivate": ("user.lifecycle.reactivate", "Reactivate Okta user"),
    f"POST {USER}/lifecycle/deactivate": ("user.lifecycle.deactivate", "Deactivate Okta user"),
    f"POST {USER}/lifecycle/suspend": ("user.lifecycle.suspend", "Suspend Okta user"),
    f"POST {USER}/lifecycle/unsuspend": ("user.lifecycle.unsuspend", "Unsuspend Okta user"),
    f"POST {USER}/lifecycle/unlock": ("user.account.unlock_by_admin", "Unlock user account for Okta by an admin"),
    f"POST {USER}/lifecycle/reset_factors": ("user.mfa.factor.reset_all", "Reset all factors for user"),
    f"POST {USER}/lifecycle/reset_password": ("user.account.reset_password", "Reset password for Okta user"),
    f"POST {USER}/lifecycle/expire_password": ("user.account.expire_password", "Expire password for Okta user"),
    f"POST {USER}/credentials/change_password": ("user.account.update_password", "User update password for Okta"),
    f"POST {USER}/credentials/forgot_password": ("user.account.reset_password", "Reset password for Okta user"),
    f"DELETE {USER}/sessions": ("user.session.clear", "Clear user session"),
    f"POST {USER}/roles": ("user.account.privilege.grant", "Grant user privilege"),
    f"DELETE {USER}/roles/{{roleId}}": ("user.account.privilege.revoke", "Revoke user privilege"),
    f"POST {USER}/factors": ("user.mfa.factor.activate", "Activate factor for user"),
    f"POST {FACTOR}/lifecycle/activate": ("user.mfa.factor.activate", "Activate factor for user"),
    f"DELETE {FACTOR}": ("user.mfa.factor.deactivate", "Reset factor for user"),
    "POST /api/v1/groups": ("group.lifecycle.create", "Create Okta group"),
    f"PUT {GROUP}": ("group.profile.update", "Update Okta group profile"),
    f"DELETE {GROUP}": ("group.lifecycle.delete", "Delete Okta group"),
    f"PUT {GROUP}/users/{{userId}}": ("group.user_membership.add", "Add user to group membership"),
    f"DELETE {GROUP}/users/{{userId}}": ("group.user_membership.remove", "Remove user from group membership"),
    "POST /api/v1/policies": ("policy.lifecycle.create", "Create policy"),
    f"PUT {POLICY}": ("policy.lifecycle.update", "Update policy"),
    f"DELETE {POLICY}": ("policy.lifecycle.delete", "Delete policy"),
    f"POST {POLICY}/rules": ("policy.rule.add", "Add policy rule"),
    f"PUT {POLICY}/rules/{{ruleId}}": ("policy.rule.update", "Update policy rule"),
    f"DELETE {POLICY}/rules/{{ruleId}}": ("policy.rule.delete", "Delete policy rule"),
}
SENT: Mapping[str, tuple[str, str]] = {
    SMS: ("system.sms.send_factor_verify_message", "Send Factor Verify SMS"),
    CALL: ("system.voice.send_mfa_challenge_call", "Send MFA challenge call"),
    EMAIL: ("system.email.mfa_enroll_notification.sent_message", "Send Factor Verify email"),
    PUSH: ("system.push.send_factor_verify_push", "Send Okta Verify push"),
}
PROVED = ("user.authentication.auth_via_mfa", "Authentication of user via MFA")
SESSION = ("user.session.start", "User login to Okta")
LOCKED = ("user.account.lock", "Max sign in attempts exceeded")
GRANTED = ("app.oauth2.token.grant.id_token", "OIDC id token is granted")
DENIED = ("user.mfa.okta_verify.deny_push", "User rejected Okta push verify")


def note(
    org: Org,
    what: tuple[str, str],
    target: User | None,
    *,
    reason: str = "",
    by_user: bool = True,
    more: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write one entry; with a `reason` it is a failure. `by_user`: the person acts, else whoever asks the API."""
    asking = org.asking
    person = None if target is None else _person(target)
    event_type, words = what
    event: Event = {
        "uuid": org.source.event_id(),
        "published": stamp(org.now()),
        "eventType": event_type,
        "version": "0",
        "severity": "WARN" if reason else "INFO",
        "legacyEventType": None,
        "displayMessage": words,
        "actor": person if by_user and person is not None else _caller(asking),
        "client": _client(asking),
        "device": None,
        "authenticationContext": {"authenticationStep": 0, "externalSessionId": "unknown"},
        "outcome": {"result": "FAILURE" if reason else "SUCCESS", "reason": reason or None},
        "target": [*([] if person is None else [person]), *more] or None,
        "transaction": {"type": "WEB", "id": "" if asking is None else asking.id, "detail": {}},
        "debugContext": {"debugData": {} if asking is None else {"requestUri": asking.path, "requestId": asking.id}},
        "request": {"ipChain": []},
        "securityContext": {"asNumber": None, "asOrg": None, "isp": None, "domain": None, "isProxy": None},
    }
    events = org.tables.events
    events.append(event)
    if len(events) > MOST:
        del events[: MOST // 10]


def of_request(org: Org, route: Route[Any], values: Mapping[str, str]) -> Callable[[Response], None] | None:
    """Writes down what a request has changed, if it is in the table; made before, for a deleted thing is gone then."""
    what = OF_REQUESTS.get(f"{route.method} {route.template}")
    if what is None:
        return None
    users, groups = org.tables.users, org.tables.groups
    named = values.get("userId", "")
    user = users.get(named) or next(iter(users.having(terms.login(named))), None)
    group = groups.get(values.get("groupId", ""))

    def write(response: Response) -> None:
        made = str(json.loads(response.body).get("id")) if response.body else ""
        about = groups.get(made) or group
        more = [] if about is None else [_thing(about.id, "UserGroup", about.name)]
        note(org, what, users.get(made) or user, by_user=False, more=more)

    return write


def find(org: Org, given: Mapping[str, str]) -> list[Event]:
    """By `since`, `until`, `filter` and `q`; the oldest first unless `sortOrder` says otherwise."""
    since = _moment(given, "since", org.now() - WEEK)
    until = _moment(given, "until", org.now() + 1)
    tree = parse(given["filter"]) if given.get("filter") else None
    if tree is not None:
        check_log_filter(tree)
    words = given.get("q", "").lower().split()
    order = given.get("sortOrder", "ASCENDING").upper()
    if order not in ("ASCENDING", "DESCENDING"):
        raise invalid("sortOrder", "sortOrder: must be ASCENDING or DESCENDING")
    found = [
        event
        for event in org.tables.events
        if since <= parse_stamp(event["published"]) < until
        and (tree is None or is_match(tree, _reader(event), fold=True))
        and (not words or _has_words(event, words))
    ]
    return found if order == "ASCENDING" else found[::-1]


def _reader(event: Event) -> Callable[[str], Any]:
    def read(attribute: str) -> Any:
        value: Any = [event]
        for name in attribute.split("."):
            inner = [each.get(name) for each in value if isinstance(each, dict)]
            value = [one for each in inner for one in (each if isinstance(each, list) else [each])]
        found = [each for each in value if each is not None]
        return [parse_stamp(each) for each in found] if attribute == "published" else found

    return read


def _has_words(event: Event, words: Sequence[str]) -> bool:
    text = json.dumps(event, ensure_ascii=False).lower()
    return all(word in text for word in words)


def _moment(given: Mapping[str, str], name: str, otherwise: float) -> float:
    try:
        return parse_stamp(given[name]) if given.get(name) else otherwise
    except ValueError:
        raise invalid(name, f"{name}: must be a date and time (ISO 8601)") from None


def _person(user: User) -> dict[str, Any]:
    name = f"{user.profile.get('firstName') or ''} {user.profile.get('lastName') or ''}".strip()
    return {**_thing(user.id, "User", name), "alternateId": user.profile["login"]}


def _thing(thing_id: str, kind: str, name: str) -> dict[str, Any]:
    return {"id": thing_id, "type": kind, "alternateId": name, "displayName": name, "detailEntry": None}


def _caller(asking: Asking | None) -> dict[str, Any]:
    if asking is None or not asking.client_id:
        return _thing("00ufakeadministr00d7", "User", "API token")
    return _thing(asking.client_id, "PublicClientApp", asking.client_id)


def _client(asking: Asking | None) -> dict[str, Any]:
    agent = "" if asking is None else asking.user_agent
    return {
        "userAgent": {"rawUserAgent": agent, "os": "Unknown", "browser": "UNKNOWN"},
        "zone": None,
        "device": "Unknown",
        "id": None if asking is None else asking.client_id or None,
        "ipAddress": None if asking is None else asking.address or None,
        "geographicalContext": None,
    }
