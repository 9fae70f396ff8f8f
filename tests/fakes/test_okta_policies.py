"""Policies and rules of both kinds: what they take, in which order they count, and what they decide."""

from typing import Any

import pytest

from fakes.people import GROUP, JANE
from tests.fakes.door import Door, Reply

ENROL: dict[str, Any] = {
    "type": "MFA_ENROLL",
    "name": "Mine",
    "settings": {"factors": {"okta_sms": {"enroll": {"self": "REQUIRED"}}}},
}
SIGN_ON: dict[str, Any] = {"type": "OKTA_SIGN_ON", "name": "Mine"}
RULE: dict[str, Any] = {
    "type": "SIGN_ON",
    "name": "Always",
    "actions": {"signon": {"access": "ALLOW", "requireFactor": True}},
}


async def names(door: Door, kind: str) -> list[str]:
    return [policy["name"] for policy in (await door.get(f"/api/v1/policies?type={kind}")).body]


async def made(door: Door, body: dict[str, Any], query: str = "") -> Reply:
    reply = await door.post(f"/api/v1/policies{query}", body)
    assert reply.status == 200, reply.text
    return reply


async def group_id(door: Door) -> str:
    groups = (await door.get("/api/v1/groups")).body
    return str(next(group["id"] for group in groups if group["profile"]["name"] == GROUP))


async def test_the_default_policy_comes_last_and_cannot_be_removed(door: Door) -> None:
    policies = (await door.get("/api/v1/policies?type=MFA_ENROLL")).body
    default = policies[-1]
    rules = await door.get(f"/api/v1/policies/{default['id']}/rules")

    replies = [
        await door.call("DELETE", f"/api/v1/policies/{default['id']}"),
        await door.post(f"/api/v1/policies/{default['id']}/lifecycle/deactivate"),
        await door.call("DELETE", f"/api/v1/policies/{default['id']}/rules/{rules.body[0]['id']}"),
    ]

    assert [policy["name"] for policy in policies] == [f"{GROUP} Factor Policy", "Default Policy"]
    assert (default["system"], rules.body[0]["system"]) == (True, True)
    assert [reply.status for reply in replies] == [403, 403, 403]


async def test_policies_behind_a_deleted_one_move_up(door: Door) -> None:
    first = await made(door, {**ENROL, "name": "First", "priority": 1})
    before = {
        policy["name"]: policy["priority"] for policy in (await door.get("/api/v1/policies?type=MFA_ENROLL")).body
    }

    await door.call("DELETE", f"/api/v1/policies/{first.body['id']}")
    after = {policy["name"]: policy["priority"] for policy in (await door.get("/api/v1/policies?type=MFA_ENROLL")).body}

    assert before[f"{GROUP} Factor Policy"] == 2
    assert after[f"{GROUP} Factor Policy"] == 1


async def test_a_policy_is_made_read_changed_and_deleted(door: Door) -> None:
    group = await group_id(door)
    body = {**ENROL, "description": "d", "conditions": {"people": {"groups": {"include": [group]}}}}
    created = await made(door, body, "?activate=false")
    path = f"/api/v1/policies/{created.body['id']}"
    changed = await door.call("PUT", path, {**body, "name": "Other"})
    activated = await door.post(f"{path}/lifecycle/activate")
    read = await door.get(path)
    deleted = await door.call("DELETE", path)

    assert created.body["id"].startswith("00p")
    assert (created.body["status"], created.body["priority"], created.body["system"]) == ("INACTIVE", 2, False)
    assert created.body["conditions"] == body["conditions"]
    assert created.body["settings"] == ENROL["settings"]
    assert (changed.body["name"], activated.status, read.body["status"]) == ("Other", 204, "ACTIVE")
    assert (deleted.status, (await door.get(path)).error) == (204, "E0000007")


async def test_a_policy_can_be_put_before_the_others(door: Door) -> None:
    await made(door, {**SIGN_ON, "priority": 1})

    assert await names(door, "OKTA_SIGN_ON") == ["Mine", f"{GROUP} Policy", "Default Policy"]


async def test_rules_are_made_read_changed_and_deleted(door: Door) -> None:
    policy = await made(door, SIGN_ON)
    rules = f"/api/v1/policies/{policy.body['id']}/rules"
    created = await door.post(rules, RULE)
    path = f"{rules}/{created.body['id']}"
    off = await door.post(f"{path}/lifecycle/deactivate")
    changed = await door.call("PUT", path, {**RULE, "name": "Never"})
    listed = await door.get(rules)
    deleted = await door.call("DELETE", path)

    assert (created.status, created.body["status"]) == (200, "ACTIVE")
    assert created.body["id"].startswith("0pr")
    assert created.body["actions"]["signon"]["session"]["maxSessionIdleMinutes"] == 120
    assert off.status == 204
    assert [(rule["name"], rule["status"]) for rule in listed.body] == [("Never", "INACTIVE")]
    assert listed.body[0] == changed.body
    assert (deleted.status, (await door.get(path)).error) == (204, "E0000007")


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "IDP_DISCOVERY"},
        {"type": None},
        {"name": ""},
        {"name": f"{GROUP} Factor Policy"},
        {"settings": {}},
        {"settings": 5},
        {"settings": {"factors": {"pigeon": {"enroll": {"self": "REQUIRED"}}}}},
        {"settings": {"factors": {"okta_sms": {"enroll": {"self": "MAYBE"}}}}},
        {"settings": {"factors": {"okta_sms": 5}}},
        {"settings": {"authenticators": [{"key": "phone_number", "enroll": {"self": "REQUIRED"}}]}},
        {"priority": "first"},
        {"conditions": []},
    ],
)
async def test_a_bad_policy_is_refused(door: Door, changed: dict[str, Any]) -> None:
    before = await names(door, "MFA_ENROLL")

    reply = await door.post("/api/v1/policies", {**ENROL, **changed})

    assert (reply.status, reply.error) == (400, "E0000001")
    assert await names(door, "MFA_ENROLL") == before


@pytest.mark.parametrize(
    "signon",
    [
        {},
        {"access": "MAYBE"},
        {"access": "ALLOW", "requireFactor": "yes"},
        {"access": "CHALLENGE"},
        {"access": "CHALLENGE", "challenge": {"chain": []}},
        {"access": "CHALLENGE", "challenge": {"chain": [{"criteria": []}]}},
        {"access": "CHALLENGE", "challenge": {"chain": [{"criteria": [{"provider": "OKTA"}]}]}},
    ],
)
async def test_a_bad_sign_on_rule_is_refused(door: Door, signon: dict[str, Any]) -> None:
    policy = await made(door, SIGN_ON)

    reply = await door.post(f"/api/v1/policies/{policy.body['id']}/rules", {**RULE, "actions": {"signon": signon}})

    assert (reply.status, reply.error) == (400, "E0000001")


async def test_a_chain_without_an_end_is_refused(door: Door) -> None:
    policy = await made(door, SIGN_ON)
    chain: list[Any] = []
    for _ in range(100):
        chain = [{"criteria": [{"factorType": "sms"}], **({"next": chain} if chain else {})}]
    signon = {"access": "CHALLENGE", "challenge": {"chain": chain}}

    reply = await door.post(f"/api/v1/policies/{policy.body['id']}/rules", {**RULE, "actions": {"signon": signon}})

    assert (reply.status, reply.error) == (400, "E0000001")


async def test_a_group_that_is_not_there_is_not_found(door: Door) -> None:
    reply = await door.post("/api/v1/policies", {**ENROL, "conditions": {"people": {"groups": {"include": ["00gx"]}}}})

    assert (reply.status, reply.error) == (404, "E0000007")


async def test_enrolment_obeys_the_first_policy_of_the_user_s_groups(door: Door) -> None:
    included = {"people": {"groups": {"include": [await group_id(door)]}}}
    await made(door, {**ENROL, "priority": 1, "conditions": included})

    refused = await door.post(f"/api/v1/users/{JANE.id}/factors", {"factorType": "call", "profile": {}})
    catalog = await door.get(f"/api/v1/users/{JANE.id}/factors/catalog")

    assert refused.status == 400
    assert [row["factorType"] for row in catalog.body] == ["sms"]


async def test_an_inactive_policy_decides_nothing(door: Door) -> None:
    included = {"people": {"groups": {"include": [await group_id(door)]}}}
    await made(door, {**ENROL, "priority": 1, "conditions": included}, "?activate=false")

    catalog = await door.get(f"/api/v1/users/{JANE.id}/factors/catalog")

    assert len(catalog.body) > 1


@pytest.mark.parametrize("form", ["factors", "authenticators"])
async def test_identity_engine_takes_both_forms_of_settings(idx_door: Door, form: str) -> None:
    settings: dict[str, Any] = ENROL["settings"]
    if form == "authenticators":
        entry = {"key": "phone_number", "enroll": {"self": "REQUIRED"}}
        settings = {"type": "AUTHENTICATORS", "authenticators": [entry]}

    reply = await made(idx_door, {**ENROL, "settings": settings})

    shown = reply.body["settings"]
    if form == "authenticators":
        shown = {**shown, "authenticators": [row for row in shown["authenticators"] if row["key"] == "phone_number"]}
    assert shown == settings


@pytest.mark.parametrize("when", ["LOGIN", "CHALLENGE", "NEVER"])
async def test_an_enrolment_rule_says_when(door: Door, when: str) -> None:
    policy = await made(door, ENROL)
    rules = f"/api/v1/policies/{policy.body['id']}/rules"
    body = {"type": "MFA_ENROLL", "name": "When", "actions": {"enroll": {"self": when}}}

    good = await door.post(rules, body)
    bad = await door.post(rules, {**body, "name": "Bad", "actions": {"enroll": {"self": "SOMETIMES"}}})

    assert (good.status, good.body["actions"]) == (200, body["actions"])
    assert bad.error == "E0000001"


async def test_policies_are_listed_by_type_only(door: Door) -> None:
    assert (await door.get("/api/v1/policies")).error == "E0000001"
    assert (await door.get("/api/v1/policies?type=ACCESS_POLICY")).error == "E0000001"
