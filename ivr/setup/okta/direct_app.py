"""Identity Engine: the app for Direct Authentication, who may use it, and the policy that one factor satisfies."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ivr.identity.okta_answers import field, link
from ivr.identity.okta_direct import MFA_OOB, MFA_OTP, OOB, OTP
from ivr.setup.okta.desired import Body, DesiredState
from ivr.setup.okta.org import Org
from ivr.setup.okta.people import GROUP
from ivr.setup.okta.resources import HERE, Change, Find, Found, Known, Request, Resource, blocked, change, create, ok

APPS = "/api/v1/apps"
APP = "app"
# Okta docs: a native app must have authorization_code, and that needs an address, which is never used.
GRANTS = ("authorization_code", OTP, OOB, MFA_OTP, MFA_OOB)
NOWHERE = "http://127.0.0.1/unused"
ONE_FACTOR: Body = {
    "appSignOn": {
        "access": "ALLOW",
        "verificationMethod": {
            "type": "ASSURANCE",
            "factorMode": "1FA",
            "reauthenticateIn": "PT0S",
            "constraints": [{"possession": {"required": True}}],
        },
    }
}


def app(name: str) -> Resource:
    """The OAuth client. Its secret is in Okta's answer, once."""

    async def look(org: Org, known: Known) -> Found:
        path = f"{APPS}?q={quote(name)}"
        now = next((row for row in await org.rows(path) if field(row, "label") == name), None)
        if now is None:
            own = f"{APPS}/{HERE}"
            undo = (Request("POST", f"{own}/lifecycle/deactivate"), Request("DELETE", own))
            return create("", Change((Request("POST", APPS, _body(name)),), undo, Find(path, {"label": name})))
        if field(now, "name") != "oidc_client":
            return blocked(f"it is an app of type {field(now, 'name')}: give another --group")
        app_id = known.ids[APP] = str(field(now, "id"))
        settings = field(field(now, "settings"), "oauthClient")
        grants = field(settings, "grant_types")
        lacking = [each for each in GRANTS if each not in (grants if isinstance(grants, list) else [])]
        if field(now, "status") != "ACTIVE":
            return blocked("it is not active: activate it, or delete it and run this again")
        if not lacking:
            return ok()
        client = {**settings, "grant_types": [*grants, *lacking]}
        after = {**now, "settings": {**now["settings"], "oauthClient": client}}
        own = f"{APPS}/{app_id}"
        return change(f"{len(lacking)} grants more", Change((Request("PUT", own, after),), (Request("PUT", own, now),)))

    return Resource("app", name, look, APP)


def assignment(desired: DesiredState) -> Resource:
    """The group may use the app."""

    async def look(org: Org, known: Known) -> Found:
        own = f"{APPS}/{known.ids.get(APP, HERE)}/groups"
        rows = await org.rows(own) if APP in known.ids else []
        group_id = known.ids.get(GROUP, "")
        if any(field(row, "id") == group_id for row in rows):
            return ok()
        path = f"{own}/{group_id}"
        return create("", Change((Request("PUT", path, {}),), (Request("DELETE", path),)))

    return Resource("app group", desired.group, look)


def policy_of_app(policy_name: str) -> Resource:
    """The app has this policy; an undo gives it the one from before."""

    async def look(org: Org, known: Known) -> Found:
        own = f"{APPS}/{known.ids.get(APP, HERE)}"
        wanted = known.ids.get(policy_name, "")
        former = link(await org.get(own), "accessPolicy") if APP in known.ids else None
        now = (former or "").rpartition("/")[2]
        if now and now == wanted:
            return ok()
        undo = (Request("PUT", f"{own}/policies/{now}"),) if now else ()
        return change("", Change((Request("PUT", f"{own}/policies/{wanted}"),), undo))

    return Resource("policy of the app", policy_name, look)


def one_factor_differs(actions: Any) -> str:
    """One factor suffices."""
    method = field(field(actions, "appSignOn"), "verificationMethod")
    now = field(method, "factorMode")
    return "" if now == "1FA" else f"factors {now or field(method, 'type')} -> 1FA"


def credentials_of(answer: Any) -> dict[str, str]:
    """The line's settings that the answer to a new app has; none of any other answer."""
    client = field(field(answer, "credentials"), "oauthClient")
    client_id, secret = field(client, "client_id"), field(client, "client_secret")
    if not isinstance(client_id, str) or not isinstance(secret, str):
        return {}
    return {"OKTA_MFA_API": "direct", "OKTA_DIRECT_CLIENT_ID": client_id, "OKTA_DIRECT_CLIENT_SECRET": secret}


def _body(name: str) -> Body:
    return {
        "name": "oidc_client",
        "label": name,
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
        "settings": {
            "oauthClient": {
                "application_type": "native",
                "grant_types": list(GRANTS),
                "response_types": ["code"],
                "redirect_uris": [NOWHERE],
            }
        },
    }
