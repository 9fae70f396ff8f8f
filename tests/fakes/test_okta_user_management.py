"""U14 to U20: creating and changing users, their status, the schema and groups."""

from typing import Any

import pytest

from fakes.people import ATTRIBUTES, GROUP, JANE, LEA
from tests.fakes.door import Door, Reply

PASSWORD = "Corr3ct-horse"
SCHEMA = "/api/v1/meta/schemas/user/default"


def new_user(login: str = "mira.holt@ivr.example", **profile: Any) -> dict[str, Any]:
    return {"profile": {"login": login, "email": login, "firstName": "Mira", "lastName": "Holt", **profile}}


async def create(door: Door, query: str = "", **extra: Any) -> Reply:
    return await door.post(f"/api/v1/users{query}", {**new_user(), **extra})


async def lifecycle(door: Door, user_id: str, step: str) -> Reply:
    return await door.post(f"/api/v1/users/{user_id}/lifecycle/{step}")


async def status_of(door: Door, user_id: str) -> str:
    return str((await door.get(f"/api/v1/users/{user_id}")).body["status"])


@pytest.mark.parametrize("login", [JANE.login, "JANE.ivr@example.com", "Jáne.Ivr@example.com"])
async def test_U14_a_used_login_is_refused_whatever_its_case_and_accents(door: Door, login: str) -> None:
    reply = await door.post("/api/v1/users", new_user(login))

    assert (reply.status, reply.error) == (400, "E0000001")
    assert reply.causes == ["login: An object with this field already exists in the current organization"]


@pytest.mark.parametrize(
    ("query", "password", "status"),
    [
        ("?activate=false", None, "STAGED"),
        ("?activate=false", PASSWORD, "STAGED"),
        ("?activate=true", PASSWORD, "ACTIVE"),
        ("", PASSWORD, "ACTIVE"),
        ("", None, "PROVISIONED"),
        ("?activate=true&nextLogin=changePassword", PASSWORD, "PASSWORD_EXPIRED"),
    ],
)
async def test_U15_the_status_of_a_new_user(door: Door, query: str, password: str | None, status: str) -> None:
    extra = {"credentials": {"password": {"value": password}}} if password else {}

    reply = await create(door, query, **extra)

    assert (reply.status, reply.body["status"]) == (200, status)
    assert reply.body["id"].startswith("00u")
    assert len(reply.body["id"]) == 20
    assert ("password" in reply.body["credentials"]) is (password is not None)
    assert PASSWORD not in reply.text
    assert (await door.get(f"/api/v1/users/{reply.body['id']}")).body == reply.body


async def test_U16_post_keeps_what_put_nulls(door: Door) -> None:
    path = f"/api/v1/users/{JANE.id}"
    door.clock.advance(60)
    partial = await door.post(path, {"profile": {"ivrFactorPreference": "push"}})
    whole = await door.call("PUT", path, new_user(JANE.login, ivrFactorPreference="sms"))

    assert partial.body["profile"]["ivrFactorPreference"] == "push"
    assert partial.body["profile"]["ivrPhone"] == JANE.phone
    assert partial.body["lastUpdated"] == "2026-11-24T14:01:00.000Z"
    assert whole.body["profile"].get("ivrPhone") is None
    assert whole.body["profile"]["mobilePhone"] is None
    assert whole.body["profile"]["ivrFactorPreference"] == "sms"


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"ivrFactorPreference": "pigeon"}, "ivrFactorPreference"),
        ({"ivrPhone": "+" + "5" * 30}, "ivrPhone"),
        ({"ivrPhone": 5}, "ivrPhone"),
        ({"login": "abc"}, "login"),
        ({"login": None}, "login"),
        ({"firstName": True}, "firstName"),
        ({"unheardOf": "x"}, "Property name 'unheardOf' is not defined in profile"),
    ],
)
async def test_U17_a_value_outside_the_schema_is_refused(door: Door, changed: dict[str, Any], cause: str) -> None:
    before = await door.get(f"/api/v1/users/{JANE.id}")

    reply = await door.post(f"/api/v1/users/{JANE.id}", {"profile": {"lastName": "Other", **changed}})

    assert (reply.status, reply.error) == (400, "E0000001")
    assert reply.causes[0].startswith(cause)
    assert (await door.get(f"/api/v1/users/{JANE.id}")).body == before.body


async def test_U18_the_first_delete_deactivates_the_second_deletes(door: Door) -> None:
    first = await door.call("DELETE", f"/api/v1/users/{JANE.id}")
    between = await status_of(door, JANE.id)
    second = await door.call("DELETE", f"/api/v1/users/{JANE.id}")
    gone = await door.get(f"/api/v1/users/{JANE.id}")

    assert (first.status, between, second.status) == (204, "DEPROVISIONED", 204)
    assert (gone.status, gone.error) == (404, "E0000007")
    state = (await door.get("/_fake/state")).body
    assert JANE.id not in str(state)


async def test_U19_the_schema_is_changed_in_part(door: Door) -> None:
    colour = {"title": "Colour", "type": "string", "maxLength": 9}

    added = await door.post(SCHEMA, {"definitions": {"custom": {"properties": {"colour": colour}}}})
    read = await door.get(SCHEMA)
    removed = await door.post(SCHEMA, {"definitions": {"custom": {"properties": {"colour": None}}}})

    assert added.status == 200
    assert added.body == read.body
    custom = read.body["definitions"]["custom"]["properties"]
    assert set(custom) == {*ATTRIBUTES, "colour"}
    assert custom["colour"].items() >= {**colour, "scope": "NONE", "mutability": "READ_WRITE"}.items()
    assert set(removed.body["definitions"]["custom"]["properties"]) == set(ATTRIBUTES)


async def test_U19_removing_an_attribute_removes_its_values(door: Door) -> None:
    await door.post(SCHEMA, {"definitions": {"custom": {"properties": {"ivrPhone": None}}}})

    reply = await door.get(f"/api/v1/users/{JANE.id}")

    assert "ivrPhone" not in reply.body["profile"]
    assert (await door.search("profile.ivrPhone pr")).error == "E0000031"


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"a b": {"type": "string"}}, "E0000001"),
        ({"login": {"type": "string"}}, "E0000001"),
        ({"x": {"type": "colour"}}, "E0000001"),
        ({"x": "string"}, "E0000001"),
        ({"x": {"type": "string", "enum": ["a", "b"], "oneOf": [{"const": "b"}, {"const": "a"}]}}, "E0000001"),
        ({"x": {"type": "array", "enum": ["a"], "oneOf": [{"const": "b"}]}}, "E0000123"),
        ({"ivrPhone": {"type": "number"}}, "E0000001"),
        ({"x": {"type": "string", "enum": "ab"}}, "E0000001"),
        ({"x": {"type": "string", "oneOf": 5}}, "E0000001"),
        ({"x": {"type": "string", "maxLength": "9"}}, "E0000001"),
    ],
)
async def test_a_bad_attribute_is_refused_and_changes_nothing(
    door: Door, properties: dict[str, Any], code: str
) -> None:
    before = await door.get(SCHEMA)

    reply = await door.post(SCHEMA, {"definitions": {"custom": {"properties": {"fine": {}, **properties}}}})

    assert (reply.status, reply.error) == (400, code)
    assert (await door.get(SCHEMA)).body == before.body


async def test_U20_groups_are_made_filled_and_emptied(door: Door) -> None:
    made = await door.post("/api/v1/groups", {"profile": {"name": "Callers", "description": "x"}})
    group_id = made.body["id"]
    member = f"/api/v1/groups/{group_id}/users/{JANE.id}"
    put = [(await door.call("PUT", member)).status for _ in range(2)]
    members = await door.get(f"/api/v1/groups/{group_id}/users")
    deleted = await door.call("DELETE", member)
    after = await door.get(f"/api/v1/groups/{group_id}/users")

    assert made.status == 200
    assert group_id.startswith("00g")
    assert made.body["objectClass"] == ["okta:user_group"]
    assert made.body["type"] == "OKTA_GROUP"
    assert put == [204, 204]
    assert [user["id"] for user in members.body] == [JANE.id]
    assert (deleted.status, after.body) == (204, [])


async def test_groups_are_found_by_prefix_and_by_search(door: Door) -> None:
    for name in ("Auto", "Autobot IVR Staff"):
        await door.post("/api/v1/groups", {"profile": {"name": name}})

    by_q = await door.get("/api/v1/groups", query={"q": "autobot"})
    by_search = await door.get("/api/v1/groups", query={"search": f'profile.name eq "{GROUP}"'})
    bad = await door.get("/api/v1/groups", query={"search": 'profile.nme eq "x"'})

    assert [group["profile"]["name"] for group in by_q.body] == [GROUP, "Autobot IVR Staff"]
    assert [group["profile"]["name"] for group in by_search.body] == [GROUP]
    assert bad.error == "E0000031"


async def test_a_group_can_be_renamed_and_deleted_but_not_everyone(door: Door) -> None:
    everyone, group = (await door.get("/api/v1/groups")).body
    path = f"/api/v1/groups/{group['id']}"

    renamed = await door.call("PUT", path, {"profile": {"name": "Other"}})
    refused = await door.call("DELETE", f"/api/v1/groups/{everyone['id']}")
    deleted = await door.call("DELETE", path)

    assert (everyone["type"], everyone["profile"]["name"]) == ("BUILT_IN", "Everyone")
    assert renamed.body["profile"]["name"] == "Other"
    assert refused.status == 403
    assert (deleted.status, (await door.get(path)).error) == (204, "E0000007")


@pytest.mark.parametrize("name", [GROUP, "", None, [], {"a": 1}])
async def test_a_group_needs_a_name_of_its_own(door: Door, name: object) -> None:
    reply = await door.post("/api/v1/groups", {"profile": {"name": name}})

    assert (reply.status, reply.error) == (400, "E0000001")


async def test_a_new_user_can_join_groups_at_once(door: Door) -> None:
    _, group = (await door.get("/api/v1/groups")).body
    made = await create(door, groupIds=[group["id"]])

    theirs = await door.get(f"/api/v1/users/{made.body['id']}/groups")

    assert [each["profile"]["name"] for each in theirs.body] == ["Everyone", GROUP]


async def test_a_user_is_not_made_when_a_group_is_wrong(door: Door) -> None:
    everyone, _ = (await door.get("/api/v1/groups")).body

    unknown = await create(door, groupIds=["00gnone"])
    built_in = await create(door, groupIds=[everyone["id"]])

    assert (unknown.status, built_in.status) == (404, 403)
    assert (await door.get("/api/v1/users/mira.holt@ivr.example")).status == 404


@pytest.mark.parametrize("password", ["short1A", "nodigitshere", "12345678", "alllower1", "Mira.holt1", 12345678])
async def test_a_weak_password_is_refused(door: Door, password: object) -> None:
    reply = await create(door, credentials={"password": {"value": password}})

    assert (reply.status, reply.error) == (400, "E0000001")
    assert reply.causes[0].startswith("password: ")


async def test_the_moves_of_a_user_s_status(door: Door) -> None:
    made = await create(door, "?activate=false", credentials={"password": {"value": PASSWORD}})
    user = made.body["id"]

    mailed = await lifecycle(door, user, "activate?sendEmail=true")
    steps = [await status_of(door, user)]
    for step in ("suspend", "unsuspend", "deactivate"):
        assert (await lifecycle(door, user, step)).body == {}
        steps.append(await status_of(door, user))
    again = await lifecycle(door, user, "activate?sendEmail=false")

    assert mailed.body == {}
    assert steps == ["ACTIVE", "SUSPENDED", "ACTIVE", "DEPROVISIONED"]
    assert set(again.body) == {"activationUrl", "activationToken"}


@pytest.mark.parametrize(
    ("step", "status", "code"),
    [
        ("activate", 403, "E0000016"),
        ("unsuspend", 400, "E0000001"),
        ("unlock", 403, "E0000032"),
    ],
)
async def test_a_move_that_the_status_forbids_is_refused(door: Door, step: str, status: int, code: str) -> None:
    reply = await lifecycle(door, JANE.id, step)

    assert (reply.status, reply.error) == (status, code)
    assert await status_of(door, JANE.id) == "ACTIVE"


async def test_a_deactivated_user_cannot_be_changed_or_deactivated_again(door: Door) -> None:
    await lifecycle(door, JANE.id, "deactivate")

    changed = await door.post(f"/api/v1/users/{JANE.id}", {"profile": {"firstName": "X"}})
    again = await lifecycle(door, JANE.id, "deactivate")

    assert (changed.error, again.error) == ("E0000038", "E0000038")


async def test_unlocking_makes_a_locked_user_active(door: Door) -> None:
    assert (await lifecycle(door, LEA.id, "unlock")).body == {}

    assert await status_of(door, LEA.id) == "ACTIVE"
    path = await door.factor_path(LEA.id, "sms")
    assert (await door.post(f"{path}/verify")).status == 200


async def test_reset_factors_removes_all_enrolments(door: Door) -> None:
    assert (await lifecycle(door, JANE.id, "reset_factors")).body == {}

    assert (await door.get(f"/api/v1/users/{JANE.id}/factors")).body == []


async def test_an_array_attribute_matches_with_any_of_its_elements(door: Door) -> None:
    lines = {"type": "array", "items": {"type": "string"}}
    await door.post(SCHEMA, {"definitions": {"custom": {"properties": {"lines": lines}}}})
    await door.post(f"/api/v1/users/{JANE.id}", {"profile": {"lines": ["one", "two"]}})

    found = await door.search('profile.lines eq "two"')

    assert [user["id"] for user in found.body] == [JANE.id]
