"""`/api/v1/apps`: OpenID Connect apps that sign people in by Direct Authentication, over HTTP; no other kind of app."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from fakes.okta import direct, groups, policies
from fakes.okta.bodies import link
from fakes.okta.call import Call, Endpoint, object_field, page, strings_field, text_field
from fakes.okta.errors import invalid, missing, refusal
from fakes.okta.records import SignInApp
from fakes.okta.times import stamp
from fakes.web import Response, Route, json_response

READ, MANAGE = "okta.apps.read", "okta.apps.manage"
APP = "/api/v1/apps/{appId}"
OF_PEOPLE = ("native", "web", "browser")  # services sign nobody in
METHODS = ("client_secret_basic", "client_secret_post", "none")


def list_apps(call: Call) -> Response:
    """All, or those whose label begins with `q`."""
    start = call.request.parameters().get("q", "").lower()
    found = [each for each in call.org.tables.sign_in_apps.values() if each.label.lower().startswith(start)]
    items, links = page(call, found, lambda app: app.client_id)
    return json_response([_body(call, each) for each in items], 200, *links)


def create_app(call: Call) -> Response:
    """Only here the answer has the secret (L)."""
    document = call.document()
    if call.org.is_classic:
        raise invalid("name", "name: apps on Classic Engine are not simulated")
    if document.get("name") != "oidc_client" or document.get("signOnMode") != "OPENID_CONNECT":
        raise invalid("name", "name: apps other than oidc_client with OPENID_CONNECT are not simulated")
    app_id, credentials = call.org.source.id("0oa"), object_field(object_field(document, "credentials"), "oauthClient")
    method = text_field(credentials, "token_endpoint_auth_method") or "client_secret_basic"
    if method not in METHODS:
        raise invalid("token_endpoint_auth_method", f"token_endpoint_auth_method: {method} is not simulated")
    secret = "" if method == "none" else call.org.source.token(length=64)
    default = next(each for each in policies.of_type(call.org, "ACCESS_POLICY") if each.is_system)
    app = SignInApp(
        app_id,
        method,
        frozenset(),
        secret,
        people=frozenset(),
        label="",
        created=call.org.now(),
        policy_id=default.id,
    )
    app = _with(app, document)
    call.org.tables.sign_in_apps[app_id] = app
    return json_response(_body(call, app, secret=secret))


def get_app(call: Call) -> Response:
    return json_response(_body(call, _app(call)))


def replace_app(call: Call) -> Response:
    """Label and grants."""
    return json_response(_body(call, _keep(call, _with(_app(call), call.document()))))


def delete_app(call: Call) -> Response:
    app = _app(call)
    if app.is_active:
        raise refusal("E0000056")
    del call.org.tables.sign_in_apps[app.client_id]
    return Response(204)


def switch_app(call: Call, *, is_active: bool) -> Response:
    _keep(call, replace(_app(call), is_active=is_active))
    return json_response({})


def assign_group(call: Call) -> Response:
    app, group = _app(call), groups.find(call.org, call.values["groupId"])
    _keep(call, replace(app, groups=app.groups | {group.id}))
    return json_response(_assignment(call, app, group.id))


def get_group(call: Call) -> Response:
    app, group_id = _app(call), call.values["groupId"]
    if group_id not in app.groups:
        raise missing(group_id, "ApplicationGroupAssignment")
    return json_response(_assignment(call, app, group_id))


def list_groups(call: Call) -> Response:
    app = _app(call)
    items, links = page(call, sorted(app.groups), str)
    return json_response([_assignment(call, app, each) for each in items], 200, *links)


def remove_group(call: Call) -> Response:
    app = _app(call)
    if call.values["groupId"] not in app.groups:
        raise missing(call.values["groupId"], "ApplicationGroupAssignment")
    _keep(call, replace(app, groups=app.groups - {call.values["groupId"]}))
    return Response(204)


def assign_policy(call: Call) -> Response:
    policy = policies.find(call.org, call.values["policyId"])
    if policy.type != "ACCESS_POLICY":
        raise invalid("policyId", "policyId: the policy is not one of type ACCESS_POLICY")
    _keep(call, replace(_app(call), policy_id=policy.id))
    return Response(204)


def _app(call: Call) -> SignInApp:
    found = call.org.tables.sign_in_apps.get(call.values["appId"])
    if found is None:
        raise missing(call.values["appId"], "AppInstance")
    return found


def _keep(call: Call, app: SignInApp) -> SignInApp:
    call.org.tables.sign_in_apps[app.client_id] = app
    return app


def _with(app: SignInApp, document: Mapping[str, Any]) -> SignInApp:
    label, settings = text_field(document, "label"), object_field(object_field(document, "settings"), "oauthClient")
    if not label:
        raise invalid("label", "label: The field cannot be left blank")
    kind, grants = text_field(settings, "application_type") or "native", strings_field(settings, "grant_types")
    if kind not in OF_PEOPLE:
        raise invalid("application_type", f"application_type: {kind} is not simulated")
    if "authorization_code" not in grants:
        raise invalid("grant_types", f"grant_types: {kind} apps must have at least 'authorization_code'")
    if not strings_field(settings, "redirect_uris"):
        raise invalid("redirect_uris", "redirect_uris: 'redirect_uris' must not be empty")
    simulated = frozenset(grants) & frozenset(direct.GRANTS)
    return replace(app, label=label, grants=simulated, settings=settings)


def _body(call: Call, app: SignInApp, *, secret: str = "") -> dict[str, Any]:
    own, when = f"{call.base}/api/v1/apps/{app.client_id}", stamp(app.created)
    shown = {"client_secret": secret} if secret else {}
    of_seed = {"application_type": "native", "grant_types": sorted(app.grants), "response_types": []}
    other = "deactivate" if app.is_active else "activate"
    return {
        "id": app.client_id,
        "name": "oidc_client",
        "label": app.label or app.client_id,
        "status": "ACTIVE" if app.is_active else "INACTIVE",
        "lastUpdated": when,
        "created": when,
        "features": [],
        "signOnMode": "OPENID_CONNECT",
        "credentials": {
            "oauthClient": {
                "autoKeyRotation": True,
                "client_id": app.client_id,
                **shown,
                "token_endpoint_auth_method": app.method,
            }
        },
        "settings": {"oauthClient": {**of_seed, **app.settings}},
        "_links": {
            "groups": link(f"{own}/groups", "GET"),
            other: link(f"{own}/lifecycle/{other}", "POST"),
            **({"accessPolicy": {"href": f"{call.base}/api/v1/policies/{app.policy_id}"}} if app.policy_id else {}),
        },
    }


def _assignment(call: Call, app: SignInApp, group_id: str) -> dict[str, Any]:
    base = f"{call.base}/api/v1"
    links = {"app": {"href": f"{base}/apps/{app.client_id}"}, "group": {"href": f"{base}/groups/{group_id}"}}
    return {"id": group_id, "lastUpdated": stamp(app.created), "priority": 0, "profile": {}, "_links": links}


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", "/api/v1/apps", list_apps, READ, "api"),
    Route("POST", "/api/v1/apps", create_app, MANAGE, "api"),
    Route("GET", APP, get_app, READ, "api"),
    Route("PUT", APP, replace_app, MANAGE, "api"),
    Route("DELETE", APP, delete_app, MANAGE, "api"),
    Route("POST", f"{APP}/lifecycle/activate", partial(switch_app, is_active=True), MANAGE, "api"),
    Route("POST", f"{APP}/lifecycle/deactivate", partial(switch_app, is_active=False), MANAGE, "api"),
    Route("GET", f"{APP}/groups", list_groups, READ, "api"),
    Route("GET", f"{APP}/groups/{{groupId}}", get_group, READ, "api"),
    Route("PUT", f"{APP}/groups/{{groupId}}", assign_group, MANAGE, "api"),
    Route("DELETE", f"{APP}/groups/{{groupId}}", remove_group, MANAGE, "api"),
    Route("PUT", f"{APP}/policies/{{policyId}}", assign_policy, MANAGE, "api"),
)
