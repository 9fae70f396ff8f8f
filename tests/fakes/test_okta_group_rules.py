"""Group rules: made, running, changed and deleted; and what their expressions say."""

from typing import Any

import pytest

from fakes.people import JANE, JON, LEA
from tests.fakes.door import Door, Reply

RULES = "/api/v1/groups/rules"
STARTS = 'String.startsWith(user.firstName, "J")'


async def group(door: Door, name: str = "Js") -> str:
    return str((await door.post("/api/v1/groups", {"profile": {"name": name}})).body["id"])


def rule(group_id: str, words: str = STARTS, *, exclude: list[str] | None = None, name: str = "Ours") -> dict[str, Any]:
    conditions = {
        "people": {"users": {"exclude": exclude or []}},
        "expression": {"type": "urn:okta:expression:1.0", "value": words},
    }
    actions = {"assignUserToGroups": {"groupIds": [group_id]}}
    return {"type": "group_rule", "name": name, "conditions": conditions, "actions": actions}


async def running(door: Door, group_id: str, words: str, **more: Any) -> Reply:
    made = await door.post(RULES, rule(group_id, words, **more))
    assert made.status == 200, made.text
    await door.post(f"{RULES}/{made.body['id']}/lifecycle/activate")
    return made


async def members(door: Door, group_id: str) -> set[str]:
    return {each["profile"]["firstName"] for each in (await door.get(f"/api/v1/groups/{group_id}/users")).body}


async def test_RA34_a_rule_is_inactive_at_first_and_filled_up(door: Door) -> None:
    group_id = await group(door)
    made = await door.post(RULES, rule(group_id))

    assert (made.status, made.body["status"], made.body["allGroupsValid"]) == (200, "INACTIVE", True)
    assert made.body["conditions"]["people"] == {"users": {"exclude": []}, "groups": {"exclude": []}}
    assert (await door.get(f"{RULES}/{made.body['id']}")).body == made.body
    assert (await door.get(RULES, query={"search": "our"})).body == [made.body]
    assert await members(door, group_id) == set()


async def test_an_active_rule_puts_people_in_and_takes_them_out(door: Door) -> None:
    group_id = await group(door)
    made = await running(door, group_id, STARTS, exclude=[JON.id])
    first = await members(door, group_id)
    await door.post(f"/api/v1/users/{LEA.id}", {"profile": {"firstName": "Jea"}})
    await door.post(f"/api/v1/users/{JANE.id}", {"profile": {"firstName": "Ane"}})
    second = await members(door, group_id)
    of_lea = [each["id"] for each in (await door.get(f"/api/v1/users/{LEA.id}/groups")).body]

    assert (first, second) == ({"Jane"}, {"Jea"})
    assert group_id in of_lea
    assert (await door.get(f"{RULES}/{made.body['id']}")).body["status"] == "ACTIVE"


@pytest.mark.parametrize(("query", "left"), [("", {"Jane", "Jon"}), ("?removeUsers=true", set())])
async def test_RA35_a_deleted_rule_leaves_people_unless_it_takes_them_out(
    door: Door, query: str, left: set[str]
) -> None:
    group_id = await group(door)
    path = f"{RULES}/{(await running(door, group_id, STARTS)).body['id']}"
    refused = [await door.call("DELETE", path), await door.call("PUT", path, rule(group_id))]
    off = await door.post(f"{path}/lifecycle/deactivate")
    stayed = await members(door, group_id)
    gone = await door.call("DELETE", path + query)

    assert [reply.error for reply in refused] == ["E0000001"] * 2
    assert (off.status, stayed) == (204, {"Jane", "Jon"})
    assert (gone.status, gone.body) == (202, {})
    assert await members(door, group_id) == left
    assert (await door.get(path)).error == "E0000007"


async def test_an_inactive_rule_is_replaced(door: Door) -> None:
    group_id = await group(door)
    made = await door.post(RULES, rule(group_id))
    after = await door.call("PUT", f"{RULES}/{made.body['id']}", rule(group_id, 'user.lastName == "Ivr"'))

    assert after.body["conditions"]["expression"]["value"] == 'user.lastName == "Ivr"'
    assert (await door.post(RULES, rule(group_id))).error == "E0000001"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ('String.startsWith(user.firstName,String.toLowerCase("J"))', set()),
        ('String.stringContains(String.toUpperCase(user.lastName), "IV")', {"Jane", "Jon"}),
        ('user.ivrFactorPreference eq "push" AND user.lastName == "Ivr"', {"Jon"}),
        ("user.lastName != 'Ivr' && !String.startsWith(user.firstName, 'L') && user.department == null", {"Max"}),
        ('(user.firstName == "Jane" || user.firstName == "Max") and not (user.lastName eq "Ivr")', {"Max"}),
        ('isMemberOfGroupName("Autobot IVR") && String.append(user.firstName, "x") == "Janex"', {"Jane"}),
        ('isMemberOfGroupNameStartsWith("Auto") and user.firstName == "Lea"', {"Lea"}),
        ('isMemberOfAnyGroup("00gNobody") or user.title == 7', set()),
    ],
)
async def test_what_an_expression_says(door: Door, words: str, names: set[str]) -> None:
    group_id = await group(door)
    await running(door, group_id, words)

    assert await members(door, group_id) & {"Jane", "Jon", "Max", "Lea"} == names


@pytest.mark.parametrize(
    "words",
    [
        "",
        "user.",
        "String.len(user.login) == 5",
        "(user.title",
        'user.title == "x',
        "user.a user.b",
        "app.x == 1",
        "String.append(1)",
        "(" * 80 + "true" + ")" * 80,
        "!" * 80 + "true",
    ],
)
async def test_what_is_no_expression_or_not_simulated_is_refused_by_name(door: Door, words: str) -> None:
    reply = await door.post(RULES, rule(await group(door), words))

    assert (reply.status, reply.error) == (400, "E0000001")
    assert reply.causes[0].startswith("conditions.expression.value: ")


async def test_an_enrolment_policy_sees_whom_a_rule_has_put_in(door: Door) -> None:
    group_id = await group(door)
    await running(door, group_id, STARTS)
    settings = {"factors": {"okta_push": {"enroll": {"self": "OPTIONAL"}}}}
    policy = {"type": "MFA_ENROLL", "name": "Js", "settings": settings, "priority": 1}
    await door.post("/api/v1/policies", {**policy, "conditions": {"people": {"groups": {"include": [group_id]}}}})

    assert [each["factorType"] for each in (await door.get(f"/api/v1/users/{JANE.id}/factors")).body] == ["push"]
