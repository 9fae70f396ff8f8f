"""What help desks ask of Okta: passwords, questions, roles, types; and the refusal of what is not simulated."""

import logging

import pytest

from fakes.okta.routes import ROUTES, others, published
from fakes.people import JANE
from tests.fakes.door import Door

USER = f"/api/v1/users/{JANE.id}"
PASSWORD = "Demo-Jane-2026"
ANOTHER = "Another-Pass-77"


@pytest.mark.parametrize("path", ["lifecycle/reset_password", "credentials/forgot_password"])
async def test_a_reset_leads_to_recovery_and_a_link(door: Door, path: str) -> None:
    reply = await door.post(f"{USER}/{path}?sendEmail=false")
    mailed = await door.post(f"{USER}/{path}")

    assert list(reply.body) == ["resetPasswordUrl"]
    assert mailed.body == {}
    assert (await door.get(USER)).body["status"] == "RECOVERY"


async def test_an_expired_password_must_be_changed(door: Door) -> None:
    expired = await door.post(f"{USER}/lifecycle/expire_password")
    temporary = await door.post(f"{USER}/lifecycle/expire_password_with_temp_password")
    given = temporary.body["tempPassword"]
    passwords = {"oldPassword": {"value": given}, "newPassword": {"value": ANOTHER}}
    changed = await door.post(f"{USER}/credentials/change_password", passwords)

    assert expired.body["status"] == "PASSWORD_EXPIRED"
    assert changed.body == {"password": {}, "provider": {"type": "OKTA", "name": "OKTA"}}
    assert (await door.get(USER)).body["status"] == "ACTIVE"
    entry = await door.post("/api/v1/authn", {"username": JANE.login, "password": ANOTHER})
    assert entry.body["status"] == "MFA_REQUIRED"


async def test_a_wrong_old_password_changes_nothing(door: Door) -> None:
    wrong = {"oldPassword": {"value": "nonsense"}, "newPassword": {"value": ANOTHER}}
    password = await door.post(f"{USER}/credentials/change_password", wrong)
    question = {"password": {"value": "nonsense"}, "recovery_question": {"question": "Who?", "answer": "Annabelle"}}
    asked = await door.post(f"{USER}/credentials/change_recovery_question", question)

    assert [(reply.status, reply.error) for reply in (password, asked)] == [(403, "E0000014")] * 2
    assert "recovery_question" not in (await door.get(USER)).body["credentials"]


async def test_a_recovery_question_is_changed_with_the_password(door: Door) -> None:
    question = {"password": {"value": PASSWORD}, "recovery_question": {"question": "Who?", "answer": "Annabelle"}}
    reply = await door.post(f"{USER}/credentials/change_recovery_question", question)

    assert reply.body["recovery_question"] == {"question": "Who?"}


async def test_only_who_is_provisioned_is_reactivated(door: Door) -> None:
    refused = await door.post(f"{USER}/lifecycle/reactivate")
    await door.post(f"{USER}/lifecycle/deactivate")
    await door.post(f"{USER}/lifecycle/activate")
    reply = await door.post(f"{USER}/lifecycle/reactivate?sendEmail=false")

    assert (refused.status, refused.error) == (403, "E0000038")
    assert set(reply.body) == {"activationUrl", "activationToken"}


async def test_a_role_is_assigned_once_and_taken_away(door: Door) -> None:
    made = await door.post(f"{USER}/roles", {"type": "HELP_DESK_ADMIN"})
    again = await door.post(f"{USER}/roles", {"type": "HELP_DESK_ADMIN"})
    listed = await door.get(f"{USER}/roles")
    one = await door.get(f"{USER}/roles/{made.body['id']}")
    gone = await door.call("DELETE", f"{USER}/roles/{made.body['id']}")

    assert (made.status, made.body["label"]) == (201, "Help Desk Administrator")
    assert (again.status, again.error) == (409, "E0000090")
    assert listed.body == [one.body] == [made.body]
    assert (gone.status, (await door.get(f"{USER}/roles")).body) == (204, [])


async def test_the_default_user_type_is_read(door: Door) -> None:
    (own,) = (await door.get("/api/v1/meta/types/user")).body

    assert (await door.get(f"/api/v1/meta/types/user/{own['id']}")).body == own
    assert (await door.get("/api/v1/meta/types/user/otyother")).error == "E0000007"
    assert (await door.get(USER)).body["type"]["id"] == own["id"]


async def test_RA19_group_rules_are_listed(door: Door) -> None:
    assert (await door.get("/api/v1/groups/rules")).body == []


async def test_RA11_an_inactive_authenticator_is_not_deactivated(idx_door: Door) -> None:
    await idx_door.post("/api/v1/authenticators/security_question/lifecycle/deactivate")
    rows = (await idx_door.get("/api/v1/authenticators")).body
    inactive = [row for row in rows if row["status"] == "INACTIVE"]
    for row in inactive:
        reply = await idx_door.post(f"/api/v1/authenticators/{row['id']}/lifecycle/deactivate")
        assert reply.body["errorSummary"].endswith("api.authenticator.error.unsupported.active.deactivate")
        assert (reply.status, reply.causes) == (400, [])


async def test_RA12_an_authenticator_that_is_there_is_an_invalid_value(idx_door: Door) -> None:
    reply = await idx_door.post("/api/v1/authenticators", {"key": "phone_number", "name": "Phone"})

    assert (reply.status, reply.error) == (400, "E0000001")
    assert "AuthenticatorCatalog" in reply.body["errorSummary"]
    assert reply.causes == ["The field has an invalid value"]


async def test_RA13_an_authenticator_keeps_its_settings(idx_door: Door) -> None:
    path = "/api/v1/authenticators/okta_verify"
    settings = {"channelBinding": {"style": "NUMBER_CHALLENGE", "required": "ALWAYS"}}
    reply = await idx_door.call("PUT", path, {"name": "Okta Verify", "settings": settings})

    assert reply.body["settings"]["channelBinding"]["required"] == "ALWAYS"
    assert (await idx_door.get(path)).body == reply.body


async def test_RA20_RA21_an_org_factor_is_read_with_its_links(door: Door) -> None:
    reply = await door.get("/api/v1/org/factors/okta_sms")
    switched = await door.post("/api/v1/org/factors/okta_sms/lifecycle/deactivate")

    assert set(reply.body["_links"]) == {"self", "deactivate"}
    assert set(switched.body["_links"]) == {"self", "activate"}


async def test_RA22_RA24_a_question_is_replaced(door: Door) -> None:
    path = f"{USER}/factors"
    profile = {"question": "disliked_food", "answer": "Liver and onions"}
    made = await door.post(path, {"factorType": "question", "provider": "OKTA", "profile": profile})
    other = {"profile": {"question": "favorite_toy", "answer": "A tin robot"}}
    replaced = await door.call("PUT", f"{path}/{made.body['id']}", other)
    proved = await door.post(f"{path}/{made.body['id']}/verify", {"answer": "A tin robot"})
    refused = await door.call("PUT", f"{path}/{made.body['id']}", {"profile": {"question": "x", "answer": "A tin"}})

    assert replaced.body["profile"]["question"] == "favorite_toy"
    assert proved.body == {"factorResult": "SUCCESS"}
    assert refused.body["errorSummary"] == "Api validation failed: factorEnrollRequest"
    assert refused.causes == ["Invalid Profile."]


async def test_RB04_authenticators_tell_times_settings_and_their_switch(idx_door: Door) -> None:
    rows = {row["key"]: row for row in (await idx_door.get("/api/v1/authenticators")).body}

    assert all(row["created"] and row["lastUpdated"] for row in rows.values())
    assert rows["okta_email"]["settings"] == {"allowedFor": "any", "tokenLifetimeInMinutes": 5}
    assert set(rows["okta_password"]["_links"]) == {"self", "methods"}
    assert "deactivate" in rows["phone_number"]["_links"]


async def test_RB12_the_well_known_document_has_cell_and_settings(door: Door) -> None:
    body = (await door.get("/.well-known/okta-organization")).body

    assert set(body) == {"id", "cell", "pipeline", "settings", "_links"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/v1/brands"), ("POST", "/api/v1/zones"), ("GET", "/api/v1/zones/nzo1")],
)
async def test_what_is_not_simulated_is_refused_by_name(
    door: Door, caplog: pytest.LogCaptureFixture, method: str, path: str
) -> None:
    with caplog.at_level(logging.WARNING, "fakes.okta"):
        reply = await door.call(method, path)

    assert (reply.status, reply.error) == (501, "E0000060")
    assert reply.causes[0].startswith(f"{method} {path[:10]}")
    lines = [record.getMessage() for record in caplog.records if record.name == "fakes.okta"]
    assert [line.startswith(f"not simulated: {method} ") for line in lines] == [True]


async def test_what_is_not_simulated_needs_credentials_too(door: Door) -> None:
    door.token = None

    assert (await door.get("/api/v1/brands")).error == "E0000005"


def test_all_that_okta_publishes_is_simulated_or_refused() -> None:
    everything = list(published())
    refused = {(route.method, route.template.replace("{any}", "{}")) for route in others(ROUTES)}

    assert len(everything) == len(set(everything)) > 690
    assert refused < set(everything)
    assert ("GET", "/api/v1/users/{}") not in refused
