"""Apps that sign people in by Direct Authentication: made, assigned to groups, given a policy, by HTTP and the SDK."""

from typing import Any

from okta.api.application_api import ApplicationApi
from okta.models.open_id_connect_application import OpenIdConnectApplication

from fakes.okta.direct import MFA_OOB, MFA_OTP, OOB, OTP
from tests.fakes.door import Door
from tests.fakes.test_okta_contract import sdk_at

APPS = "/api/v1/apps"
APP: dict[str, Any] = {
    "name": "oidc_client",
    "label": "Phone line",
    "signOnMode": "OPENID_CONNECT",
    "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
    "settings": {
        "oauthClient": {
            "application_type": "native",
            "grant_types": ["authorization_code", OTP, OOB, MFA_OTP, MFA_OOB],
            "response_types": ["code"],
            "redirect_uris": ["http://127.0.0.1/unused"],
        }
    },
}


async def made(door: Door) -> Any:
    return (await door.post(APPS, APP)).body


async def test_an_app_is_made_read_changed_and_deleted(idx_door: Door) -> None:
    app = await made(idx_door)
    path = f"{APPS}/{app['id']}"
    read, listed = (await idx_door.get(path)).body, (await idx_door.get(f"{APPS}?q=phone")).body
    renamed = (await idx_door.call("PUT", path, {**APP, "label": "Another"})).body
    refused = await idx_door.call("DELETE", path)
    await idx_door.post(f"{path}/lifecycle/deactivate")
    deleted = await idx_door.call("DELETE", path)

    assert app["credentials"]["oauthClient"]["client_id"] == app["id"]
    assert len(app["credentials"]["oauthClient"]["client_secret"]) == 64
    assert "client_secret" not in read["credentials"]["oauthClient"]
    assert [each["id"] for each in listed] == [app["id"]]
    assert renamed["label"] == "Another"
    assert (refused.status, refused.error) == (403, "E0000056")
    assert deleted.status == 204
    assert (await idx_door.get(path)).error == "E0000007"


async def test_groups_are_assigned_and_taken_away(idx_door: Door) -> None:
    path = f"{APPS}/{(await made(idx_door))['id']}/groups"
    group = (await idx_door.post("/api/v1/groups", {"profile": {"name": "Callers"}})).body["id"]
    put = await idx_door.call("PUT", f"{path}/{group}", {})
    one, listed = await idx_door.get(f"{path}/{group}"), await idx_door.get(path)
    removed = await idx_door.call("DELETE", f"{path}/{group}")

    assert put.body["id"] == one.body["id"] == listed.body[0]["id"] == group
    assert removed.status == 204
    assert (await idx_door.get(path)).body == []


async def test_an_app_has_the_policy_for_two_factors_until_it_is_given_another(idx_door: Door) -> None:
    app = await made(idx_door)
    policy = (await idx_door.post("/api/v1/policies", {"type": "ACCESS_POLICY", "name": "One factor"})).body["id"]
    given = await idx_door.call("PUT", f"{APPS}/{app['id']}/policies/{policy}")
    sign_on = (await idx_door.get("/api/v1/policies?type=OKTA_SIGN_ON")).body[0]["id"]
    refused = await idx_door.call("PUT", f"{APPS}/{app['id']}/policies/{sign_on}")

    default = next(each for each in (await idx_door.get("/api/v1/policies?type=ACCESS_POLICY")).body if each["system"])
    assert app["_links"]["accessPolicy"]["href"].endswith(default["id"])
    assert given.status == 204
    after = (await idx_door.get(f"{APPS}/{app['id']}")).body
    assert after["_links"]["accessPolicy"]["href"].endswith(policy)
    assert (refused.status, refused.error) == (400, "E0000001")


async def test_an_app_is_switched_off_and_on(idx_door: Door) -> None:
    app = (await made(idx_door))["credentials"]["oauthClient"]
    await idx_door.post(f"{APPS}/{app['client_id']}/lifecycle/deactivate")
    off = idx_door.okta.org.tables.sign_in_apps[app["client_id"]]
    await idx_door.post(f"{APPS}/{app['client_id']}/lifecycle/activate")
    on = idx_door.okta.org.tables.sign_in_apps[app["client_id"]]

    assert (off.is_active, on.is_active) == (False, True)


async def test_other_kinds_of_app_are_refused_by_name(idx_door: Door) -> None:
    saml = await idx_door.post(APPS, {**APP, "signOnMode": "SAML_2_0"})
    settings = {"oauthClient": {**APP["settings"]["oauthClient"], "application_type": "service"}}
    service = await idx_door.post(APPS, {**APP, "settings": settings})
    without = {"oauthClient": {**APP["settings"]["oauthClient"], "grant_types": [OTP]}}
    no_code = await idx_door.post(APPS, {**APP, "settings": without})

    assert "oidc_client with OPENID_CONNECT" in saml.causes[0]
    assert "service is not simulated" in service.causes[0]
    assert "authorization_code" in no_code.causes[0]


async def test_apps_by_typed_calls(idx_door: Door) -> None:
    sdk: Any = sdk_at(idx_door, apis=(ApplicationApi,))
    app, _, error = await sdk.create_application(OpenIdConnectApplication.from_dict(APP))
    listed, _, failed = await sdk.list_applications()

    assert error is None, error
    assert failed is None, failed
    assert app.credentials.oauth_client.client_secret
    assert app.id in [each.id for each in listed]
