"""What recordings of real orgs show, by the rows of docs/okta.md ("What recorded orgs answer")."""

import gzip
import json
from typing import Any

import pytest

from fakes.people import JANE
from tests.fakes.conftest import OpenDoor
from tests.fakes.door import Door, Reply

PASSWORD = "Corr3ct-horse"
REQUIRED = ("login", "firstName", "lastName", "email")
SCHEMA = "/api/v1/meta/schemas/user/default"
ACTIVE = {"suspend", "deactivate", "resetPassword", "expirePassword", "changePassword", "changeRecoveryQuestion"}


async def create(door: Door, query: str = "", *, password: str | None = PASSWORD, **profile: Any) -> Reply:
    names = {"firstName": "Mira", "lastName": "Holt", "login": "mira@ivr.example", "email": "mira@ivr.example"}
    body: dict[str, Any] = {"profile": {**names, **profile}}
    if password is not None:
        body["credentials"] = {"password": {"value": password}}
    return await door.post(f"/api/v1/users{query}", body)


async def test_RA01_all_31_base_attributes_are_taken(door: Door) -> None:
    more = ["costCenter", "division", "manager", "managerId", "honorificPrefix", "honorificSuffix", "profileUrl"]
    more += ["streetAddress", "zipCode", "postalAddress"]

    made = await create(door, **dict.fromkeys(more, "x"))
    schema = await door.get(SCHEMA)

    assert made.status == 200
    assert all(made.body["profile"][name] == "x" for name in more)
    assert len(schema.body["definitions"]["base"]["properties"]) == 31


async def test_RA02_a_null_is_left_out_of_every_answer(door: Door) -> None:
    made = await create(door, postalAddress=None, title="Pilot")
    path = f"/api/v1/users/{made.body['id']}"
    changed = await door.post(path, {"profile": {"title": None}})

    expected = {"firstName", "lastName", "login", "email", "mobilePhone", "secondEmail"}
    assert set(made.body["profile"]) == expected | {"title"}
    assert set(changed.body["profile"]) == expected
    assert (changed.body["profile"]["mobilePhone"], changed.body["profile"]["secondEmail"]) == (None, None)


async def test_RA03_scope_and_master_of_an_attribute_are_kept(door: Door) -> None:
    own = {"title": "Colour", "type": "string", "scope": "SELF", "master": {"type": "OKTA"}}
    reply = await door.post(SCHEMA, {"definitions": {"custom": {"properties": {"colour": own}}}})

    colour = reply.body["definitions"]["custom"]["properties"]["colour"]
    assert (colour["scope"], colour["master"]) == ("SELF", {"type": "OKTA"})


async def test_RA04_login_has_no_unique_and_an_attribute_made_so_has(door: Door) -> None:
    own = {"title": "Badge", "type": "string", "unique": "UNIQUE_VALIDATED"}
    reply = await door.post(SCHEMA, {"definitions": {"custom": {"properties": {"badge": own}}}})

    assert "unique" not in reply.body["definitions"]["base"]["properties"]["login"]
    assert reply.body["definitions"]["custom"]["properties"]["badge"]["unique"] == "UNIQUE_VALIDATED"


async def test_RA05_a_user_needs_both_names(door: Door) -> None:
    replies = [await create(door, firstName=None), await create(door, lastName=None)]

    assert [(reply.status, reply.error) for reply in replies] == [(400, "E0000001")] * 2
    assert (await door.get(SCHEMA)).body["definitions"]["base"]["required"] == list(REQUIRED)


async def test_RA06_an_attribute_that_the_schema_lacks_is_named(door: Door) -> None:
    reply = await create(door, unheardOf="x")

    assert (reply.status, reply.body["errorSummary"]) == (400, "Api validation failed: newUser")
    assert reply.causes == ["Property name 'unheardOf' is not defined in profile"]


async def test_RA07_a_password_does_not_come_back_with_its_user(door: Door) -> None:
    made = await create(door)
    path = f"/api/v1/users/{made.body['id']}"
    await door.post(f"{path}/lifecycle/deactivate")
    gone = await door.get(path)
    door.clock.advance(60)
    await door.post(f"{path}/lifecycle/activate?sendEmail=false")
    back = await door.get(path)
    entry = await door.post("/api/v1/authn", {"username": "mira@ivr.example", "password": PASSWORD})

    assert (gone.body["passwordChanged"], back.body["status"]) == (None, "PROVISIONED")
    assert "password" not in back.body["credentials"]
    assert back.body["activated"] > made.body["activated"]
    assert entry.error == "E0000004"


@pytest.mark.parametrize("password", [None, PASSWORD])
async def test_RA08_a_staged_user_with_a_password_has_a_time_of_change(door: Door, password: str | None) -> None:
    made = await create(door, "?activate=false", password=password)

    assert made.body["status"] == "STAGED"
    times = (made.body["statusChanged"], made.body["passwordChanged"])
    assert times == ((None, None) if password is None else (made.body["created"],) * 2)


async def test_RA09_unlocking_who_is_not_locked_has_a_cause(door: Door) -> None:
    reply = await door.post(f"/api/v1/users/{JANE.id}/lifecycle/unlock")

    assert (reply.status, reply.error) == (403, "E0000032")
    assert "not locked" in reply.causes[0]


@pytest.mark.parametrize("kind", ["MFA_ENROLL", "OKTA_SIGN_ON"])
async def test_RA16_the_default_policy_is_last_of_everyone_and_stays(door: Door, kind: str) -> None:
    policies = (await door.get("/api/v1/policies", query={"type": kind})).body
    everyone = (await door.get("/api/v1/groups", query={"q": "Everyone"})).body[0]

    default = policies[-1]
    assert default["priority"] == len(policies)
    assert default["conditions"]["people"]["groups"]["include"] == [everyone["id"]]
    assert default["_links"]["self"]["hints"]["allow"] == ["GET", "PUT"]
    assert "deactivate" not in default["_links"]
    assert default["description"].endswith("if no other policy applies.")


async def test_RA17_a_rule_of_a_policy_that_is_gone_is_missed_by_its_own_name(door: Door) -> None:
    reply = await door.get("/api/v1/policies/00pgone/rules/0prgone")

    assert reply.body["errorSummary"] == "Not found: Resource not found: 0prgone (PolicyRule)"


@pytest.mark.parametrize(("kind", "names"), [("BUILT_IN", ["Everyone"]), ("APP_GROUP", [])])
async def test_RA18_groups_are_filtered_by_type(door: Door, kind: str, names: list[str]) -> None:
    reply = await door.get("/api/v1/groups", query={"filter": f'type eq "{kind}"', "limit": "5"})
    refused = await door.get("/api/v1/groups", query={"filter": 'profile.name eq "Everyone"'})

    assert (reply.status, [each["profile"]["name"] for each in reply.body]) == (200, names)
    assert refused.error == "E0000094"


@pytest.mark.parametrize("factor_type", ["sms", "call"])
async def test_RA23_a_wrong_code_is_called_a_token(door: Door, factor_type: str) -> None:
    user = JANE.id if factor_type == "sms" else "00ufakeVicVoice000d7"
    path = await door.factor_path(user, factor_type)
    await door.post(f"{path}/verify")
    reply = await door.post(f"{path}/verify", {"passCode": "1"})

    assert reply.causes == ["Your token doesn't match our records. Please try again."]


@pytest.mark.parametrize(
    ("steps", "links"),
    [
        ([], {*ACTIVE, "forgotPassword"}),
        (["suspend"], {"unsuspend", "deactivate"}),
        (["deactivate"], {"activate", "delete"}),
        (["deactivate", "activate"], {"suspend", "deactivate", "reactivate", "resetPassword"}),
    ],
)
@pytest.mark.parametrize("pipeline", ["v1", "idx"])
async def test_RB01_a_user_links_to_what_can_be_done(
    open_door: OpenDoor, pipeline: str, steps: list[str], links: set[str]
) -> None:
    door = await open_door(pipeline=pipeline)
    path = f"/api/v1/users/{(await create(door)).body['id']}"
    for step in steps:
        await door.post(f"{path}/lifecycle/{step}")

    found = (await door.get(path)).body["_links"]

    assert set(found) == {"self", "schema", "type", *links, *(["resetFactors"] if pipeline == "idx" else [])}
    if "delete" in found:
        assert found["delete"]["method"] == "DELETE"


async def test_RB02_a_recovery_question_is_shown_without_its_answer(door: Door) -> None:
    names = {"firstName": "Mira", "lastName": "Holt"}
    profile = {**names, "login": "mira@ivr.example", "email": "mira@ivr.example"}
    question = {"question": "Who was first?", "answer": "Annabelle"}
    made = await door.post("/api/v1/users", {"profile": profile, "credentials": {"recovery_question": question}})

    assert made.body["credentials"]["recovery_question"] == {"question": "Who was first?"}


async def test_RB03_a_group_links_to_logo_users_and_apps(door: Door) -> None:
    (group,) = (await door.get("/api/v1/groups", query={"q": "Everyone"})).body

    assert set(group["_links"]) == {"logo", "users", "apps"}
    assert [each["name"] for each in group["_links"]["logo"]] == ["medium", "large"]


async def test_RB06_a_question_links_to_the_questions(door: Door) -> None:
    path = f"/api/v1/users/{JANE.id}/factors"
    profile = {"question": "disliked_food", "answer": "Liver and onions"}
    made = await door.post(path, {"factorType": "question", "provider": "OKTA", "profile": profile})

    assert set(made.body["_links"]) == {"questions", "self", "user"}


async def test_RB07_a_pending_text_can_only_be_read(door: Door) -> None:
    path = "/api/v1/users/00ufakeTomTotp0000d7/factors"
    profile = {"phoneNumber": "+13055550182"}
    made = await door.post(path, {"factorType": "sms", "provider": "OKTA", "profile": profile})

    assert made.body["_links"]["self"]["hints"]["allow"] == ["GET"]


async def test_RB08_the_catalog_tells_that_nothing_is_set_up(door: Door) -> None:
    rows = (await door.get("/api/v1/users/00ufakeMaxNofact00d7/factors/catalog")).body

    assert {row["status"] for row in rows} <= {"NOT_SETUP", "PENDING_ACTIVATION"}
    assert {row["enrollment"] for row in rows} == {"OPTIONAL"}


async def test_RB09_one_question_is_not_asked(door: Door) -> None:
    rows = (await door.get(f"/api/v1/users/{JANE.id}/factors/questions")).body

    assert "first_kiss_location" not in [row["question"] for row in rows]


async def test_RB10_a_policy_and_its_rule_link_to_their_switch(door: Door) -> None:
    policy = (await door.get("/api/v1/policies", query={"type": "MFA_ENROLL"})).body[0]
    rule = (await door.get(f"/api/v1/policies/{policy['id']}/rules")).body[0]

    assert "deactivate" in policy["_links"]
    assert "deactivate" in rule["_links"]
    assert policy["_links"]["deactivate"]["hints"]["allow"] == ["POST"]


async def test_RB11_the_schema_is_written_as_orgs_write_it(door: Door) -> None:
    schema = (await door.get(SCHEMA)).body
    base = schema["definitions"]["base"]["properties"]

    assert schema["id"] == f"{door.base}/meta/schemas/user/default"
    assert set(schema["_links"]) == {"self", "type"}
    assert schema["description"]
    assert [name for name, body in base.items() if "required" in body] == list(REQUIRED)
    assert base["city"]["permissions"] == [{"principal": "SELF", "action": "HIDE"}]
    by_id = await door.get(schema["_links"]["self"]["href"])
    assert by_id.body["definitions"] == schema["definitions"]
    assert (await door.get("/api/v1/meta/schemas/user/oscNobody")).error == "E0000007"
    assert (base["profileUrl"]["format"], base["email"]["format"], base["firstName"]["minLength"]) == (
        "uri",
        "email",
        1,
    )
    assert "maxLength" not in base["email"]


async def test_RC01_every_answer_forbids_keeping_it(door: Door) -> None:
    for reply in (await door.get(f"/api/v1/users/{JANE.id}"), await door.get("/api/v1/users/nobody")):
        assert reply.headers["Cache-Control"] == "no-cache, no-store"
        assert (reply.headers["Pragma"], reply.headers["Expires"]) == ("no-cache", "0")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "max-age=" in reply.headers["Strict-Transport-Security"]


async def test_RC02_a_user_has_a_weak_etag_that_changes_with_them(door: Door) -> None:
    first = await door.get(f"/api/v1/users/{JANE.id}")
    same = await door.get(f"/api/v1/users/{JANE.id}")
    await door.post(f"/api/v1/users/{JANE.id}", {"profile": {"title": "Pilot"}})
    other = await door.get(f"/api/v1/users/{JANE.id}")

    assert first.headers["ETag"].startswith('W/"')
    assert first.headers["ETag"] == same.headers["ETag"] != other.headers["ETag"]


@pytest.mark.parametrize(
    ("path", "has_link"),
    [
        ("/api/v1/policies?type=MFA_ENROLL", True),
        (f"/api/v1/users/{JANE.id}/groups", True),
        ("/api/v1/groups?q=Every", False),
        (f"/api/v1/users/{JANE.id}/factors", False),
    ],
)
async def test_RC03_some_lists_link_to_themselves(door: Door, path: str, has_link: bool) -> None:
    reply = await door.get(path)

    assert ('rel="self"' in reply.headers.get("Link", "")) is has_link


async def test_RA25_a_login_with_a_slash_is_not_read_by_path(door: Door) -> None:
    made = await create(door, login="mira/holt@ivr.example")

    assert made.status == 200
    assert (await door.get("/api/v1/users/mira%2Fholt@ivr.example")).error == "E0000007"
    assert (await door.get(f"/api/v1/users/{made.body['id']}")).status == 200


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
async def test_RA15_a_sign_on_rule_is_filled_up(open_door: OpenDoor, pipeline: str) -> None:
    door = await open_door(pipeline=pipeline)
    policy = await door.post("/api/v1/policies", {"type": "OKTA_SIGN_ON", "name": "Ours"})
    sent = {
        "name": "All",
        "conditions": {"authContext": {"authType": "ANY"}},
        "actions": {"signon": {"access": "ALLOW"}},
    }
    rule = await door.post(f"/api/v1/policies/{policy.body['id']}/rules", sent)

    assert rule.body["conditions"] == {
        "people": {"users": {"exclude": []}},
        "network": {"connection": "ANYWHERE"},
        "authContext": {"authType": "ANY"},
        **({"risk": {"behaviors": []}} if pipeline == "idx" else {}),
    }
    first = rule.body["actions"]["signon"].get("primaryFactor")
    assert first == ("PASSWORD_IDP_ANY_FACTOR" if pipeline == "idx" else None)


async def test_RA26_after_a_text_factor_is_gone_another_number_needs_update_phone(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    await door.call("DELETE", path)
    body = {"factorType": "sms", "provider": "OKTA", "profile": {"phoneNumber": "+15550100123"}}
    refused = await door.post(f"/api/v1/users/{JANE.id}/factors", body)
    taken = await door.post(f"/api/v1/users/{JANE.id}/factors?updatePhone=true", body)

    assert refused.causes == ["There is an existing verified phone number."]
    assert taken.status == 200


async def test_RA10_an_authenticator_that_the_default_policy_enrols_stays_on(idx_door: Door) -> None:
    path = "/api/v1/authenticators/security_question/lifecycle/deactivate"
    own = (await idx_door.get("/api/v1/policies?type=MFA_ENROLL")).body[0]
    await idx_door.call("DELETE", f"/api/v1/policies/{own['id']}")
    refused = await idx_door.post(path)
    verify = await idx_door.post("/api/v1/authenticators/okta_verify/lifecycle/deactivate")

    assert (refused.status, refused.error) == (403, "E0000148")
    assert refused.causes == ["Authenticator Enrollment Policies: Default Policy"]
    assert refused.body["errorSummary"].endswith("disable the authenticator in these policies.")
    assert "Fastpass" in verify.body["errorSummary"]


async def test_RA14_an_enrolment_policy_lists_every_authenticator_of_the_org(idx_door: Door) -> None:
    sent = {"type": "AUTHENTICATORS", "authenticators": [{"key": "okta_password", "enroll": {"self": "REQUIRED"}}]}
    body = {"type": "MFA_ENROLL", "name": "Ours", "settings": sent}
    made = await idx_door.post("/api/v1/policies", body)

    keys = {each["key"] for each in (await idx_door.get("/api/v1/authenticators")).body}
    rows = {row["key"]: row["enroll"]["self"] for row in made.body["settings"]["authenticators"]}
    assert rows == {**dict.fromkeys(keys, "NOT_ALLOWED"), "okta_password": "REQUIRED"}


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
async def test_RA27_a_password_policy_is_filled_up_and_its_rules_say_what_people_may(
    open_door: OpenDoor, pipeline: str
) -> None:
    door = await open_door(pipeline=pipeline)
    default = (await door.get("/api/v1/policies?type=PASSWORD")).body[-1]
    settings = {"password": {"complexity": {"minLength": 12}}}
    made = await door.post("/api/v1/policies", {"type": "PASSWORD", "name": "Long", "settings": settings})
    actions = {"passwordChange": {"access": "ALLOW"}, "selfServiceUnlock": {"access": "DENY"}}
    rules = f"/api/v1/policies/{default['id']}/rules"
    rule = await door.post(rules, {"type": "PASSWORD", "name": "All", "actions": actions, "priority": 999})
    bad = await door.post(rules, {"name": "Bad", "actions": {"passwordChange": {"access": "PERHAPS"}}})

    complexity = made.body["settings"]["password"]["complexity"]
    assert (complexity["minLength"], complexity["minNumber"]) == (12, 1)
    assert ("breachedProtection" in made.body["settings"]["password"]) is (pipeline == "idx")
    assert made.body["conditions"]["authProvider"] == {"provider": "OKTA"}
    assert (default["settings"]["recovery"]["factors"]["okta_sms"], default["system"]) == ({"status": "INACTIVE"}, True)
    assert (rule.body["actions"], rule.body["priority"]) == (actions, 1)
    assert rule.body["conditions"] == {"people": {"users": {"exclude": []}}, "network": {"connection": "ANYWHERE"}}
    assert bad.error == "E0000001"


async def test_RA28_an_app_s_policy_has_a_catch_all_rule(idx_door: Door) -> None:
    made = await idx_door.post("/api/v1/policies", {"type": "ACCESS_POLICY", "name": "Ours", "priority": 1})
    rules = f"/api/v1/policies/{made.body['id']}/rules"
    verification = {"factorMode": "1FA", "type": "ASSURANCE", "reauthenticateIn": "PT2H"}
    actions = {"appSignOn": {"access": "ALLOW", "verificationMethod": verification}}
    body = {"type": "ACCESS_POLICY", "name": "One", "priority": 4, "actions": actions}
    added = await idx_door.post(rules, {**body, "conditions": {"network": {"connection": "ANYWHERE"}, "platform": {}}})
    listed = (await idx_door.get(rules)).body
    default = (await idx_door.get("/api/v1/policies?type=ACCESS_POLICY")).body[-1]

    assert listed[-1]["actions"]["appSignOn"]["verificationMethod"]["constraints"]
    assert made.body["id"].startswith("rst")
    assert (made.body["conditions"], made.body["priority"]) == (None, 1)
    assert [(each["name"], each["priority"], each["system"]) for each in listed] == [
        ("One", 4, False),
        ("Catch-all Rule", 99, True),
    ]
    assert added.body["actions"]["appSignOn"]["keepMeSignedIn"] == {"postAuth": "NOT_ALLOWED"}
    assert added.body["conditions"] == {
        "people": {"users": {"exclude": []}},
        "network": {"connection": "ANYWHERE"},
        "riskScore": {"level": "ANY"},
        "userType": {"include": [], "exclude": []},
    }
    assert (default["name"], default["system"]) == ("Any two factors", True)


async def test_apps_have_no_policies_on_classic(door: Door) -> None:
    assert (await door.get("/api/v1/policies?type=ACCESS_POLICY")).error == "E0000001"


@pytest.mark.parametrize(
    ("kind", "actions"),
    [("MFA_ENROLL", {"enroll": {"self": "LOGIN"}}), ("OKTA_SIGN_ON", {"signon": {"access": "ALLOW"}})],
)
async def test_RA29_a_default_policy_takes_further_rules(door: Door, kind: str, actions: dict[str, Any]) -> None:
    default = (await door.get(f"/api/v1/policies?type={kind}")).body[-1]
    rules = f"/api/v1/policies/{default['id']}/rules"
    first = await door.post(rules, {"name": "First", "actions": actions})
    before = await door.post(rules, {"name": "Before", "actions": actions, "priority": 1})

    listed = [(each["name"], each["priority"]) for each in (await door.get(rules)).body]
    assert (first.status, before.body["priority"]) == (200, 1)
    assert listed == [("Before", 1), ("First", 2), ("Default Rule", 3)]


async def test_RA30_a_policy_of_one_s_own_links_to_its_mappings(door: Door) -> None:
    own, *_, default = (await door.get("/api/v1/policies?type=MFA_ENROLL")).body

    assert own["_links"]["mappings"]["hints"]["allow"] == ["GET", "POST"]
    assert "mappings" not in default["_links"]


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
async def test_RB14_realms_and_owners_are_there_on_identity_engine(open_door: OpenDoor, pipeline: str) -> None:
    door = await open_door(pipeline=pipeline)
    made = await create(door)
    listed = (await door.search('profile.login eq "mira@ivr.example"')).body[0]
    (group,) = (await door.get("/api/v1/groups", query={"q": "Everyone"})).body

    has = pipeline == "idx"
    assert [("realmId" in each) for each in (made.body, listed)] == [has, has]
    assert ("owners" in group["_links"]) is has


async def test_RA31_a_password_hash_is_an_imported_password(door: Door) -> None:
    profile = {"firstName": "Mira", "lastName": "Holt", "login": "mira@ivr.example", "email": "mira@ivr.example"}
    digest = {"algorithm": "SHA-512", "salt": "TXlTYWx0", "saltOrder": "PREFIX", "value": "QrozP8a"}
    body = {"profile": profile, "credentials": {"password": {"hash": digest}}}
    made = await door.post("/api/v1/users?activate=false", body)

    assert made.body["credentials"] == {"password": {}, "provider": {"type": "IMPORT", "name": "IMPORT"}}
    assert made.body["statusChanged"] == made.body["passwordChanged"] == made.body["created"]


async def test_RA32_a_replacement_without_a_profile_changes_the_password_alone(door: Door) -> None:
    made = await create(door, title="Pilot")
    path = f"/api/v1/users/{made.body['id']}"
    door.clock.advance(60)
    changed = await door.call("PUT", path, {"credentials": {"password": {"value": "Sup3r-Secret"}}})
    empty = await door.call("PUT", path, {})
    entry = await door.post("/api/v1/authn", {"username": "mira@ivr.example", "password": "Sup3r-Secret"})

    assert (changed.body["profile"], changed.body["status"]) == (made.body["profile"], "ACTIVE")
    assert changed.body["passwordChanged"] > made.body["passwordChanged"]
    assert (empty.error, entry.body["status"]) == ("E0000001", "SUCCESS")


async def test_RA33_roles_are_listed_in_an_order_of_their_own(door: Door) -> None:
    path = f"/api/v1/users/{JANE.id}/roles"
    for kind in ("HELP_DESK_ADMIN", "SUPER_ADMIN", "APP_ADMIN"):
        await door.post(path, {"type": kind})
    listed = [each["type"] for each in (await door.get(path)).body]
    gone = await door.get(f"{path}/ra1nothing")

    assert listed == ["APP_ADMIN", "SUPER_ADMIN", "HELP_DESK_ADMIN"]
    assert gone.body["errorSummary"] == "Not found: Resource not found: ra1nothing (RoleAssignment)"


async def test_RB05_methods_tell_their_settings_and_their_switch(idx_door: Door) -> None:
    path = "/api/v1/authenticators"
    verify = (await idx_door.get(f"{path}/okta_verify/methods")).body
    (password,) = (await idx_door.get(f"{path}/okta_password/methods")).body
    off = await idx_door.post(f"{path}/phone_number/methods/voice/lifecycle/deactivate")

    assert [("settings" in each) for each in verify] == [True, True, True]
    assert (password["type"], password["_links"]["self"]["hints"]["allow"]) == ("password", ["GET", "PUT"])
    assert set(off.body["_links"]) == {"self", "activate"}
    assert "activate" not in password["_links"]


async def test_RC04_an_answer_is_compressed_for_who_takes_gzip(open_door: OpenDoor) -> None:
    door = await open_door()
    path = f"{door.base}/api/v1/users/{JANE.id}"
    headers = {"Authorization": f"SSWS {door.token}", "Accept-Encoding": "gzip"}
    async with door.session.request("GET", path, headers=headers) as response:
        body = await response.read()

    assert response.headers["Content-Encoding"] == "gzip"
    plain = (
        gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    )  # aiohttp decompresses, the session in process not
    assert json.loads(plain)["id"] == JANE.id
    assert "Content-Encoding" not in (await door.get("/_fake/clock")).headers
