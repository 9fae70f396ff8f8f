"""Sessions made of session tokens, templates of texts, and the System Log of what was asked and done."""

import re

import pytest

from fakes.okta import system_log
from fakes.people import JANE, JON
from tests.fakes.door import Door

SESSIONS, SMS, LOGS = "/api/v1/sessions", "/api/v1/templates/sms", "/api/v1/logs"


async def session_token(door: Door) -> str:
    sign_in = {"username": "mira@ivr.example", "password": "Corr3ct-horse"}
    profile = {"firstName": "Mira", "lastName": "Holt", "login": "mira@ivr.example", "email": "mira@ivr.example"}
    await door.post("/api/v1/users", {"profile": profile, "credentials": {"password": {"value": sign_in["password"]}}})
    return str((await door.post("/api/v1/authn", sign_in)).body["sessionToken"])


async def test_RA36_a_session_is_made_of_a_session_token_once(door: Door) -> None:
    token = await session_token(door)
    made = await door.post(SESSIONS, {"sessionToken": token})
    again = await door.post(SESSIONS, {"sessionToken": token})
    path = f"{SESSIONS}/{made.body['id']}"
    read = await door.get(path)
    door.clock.advance(600)
    refreshed = await door.post(f"{path}/lifecycle/refresh")
    ended = await door.call("DELETE", path)

    assert (made.status, made.body["status"], made.body["amr"]) == (200, "ACTIVE", ["pwd"])
    assert made.body["_links"]["self"]["href"].endswith("/sessions/me")
    assert made.body["_links"]["user"]["name"] == "Mira Holt"
    assert (again.status, again.error) == (401, "E0000004")
    assert read.body["login"] == "mira@ivr.example"
    assert refreshed.body["expiresAt"] > read.body["expiresAt"]
    assert ended.status == 204
    gone = await door.get(path)
    assert gone.body["errorSummary"] == f"Not found: Resource not found: {made.body['id']} (AppSession)"


async def test_sessions_end_after_two_hours_or_all_at_once(door: Door) -> None:
    first = (await door.post(SESSIONS, {"sessionToken": await session_token(door)})).body
    ended = await door.call("DELETE", f"/api/v1/users/{first['userId']}/sessions?oauthTokens=true")
    after = await door.get(f"{SESSIONS}/{first['id']}")
    sign_in = {"username": "mira@ivr.example", "password": "Corr3ct-horse"}
    token = (await door.post("/api/v1/authn", sign_in)).body["sessionToken"]
    second = (await door.post(SESSIONS, {"sessionToken": token})).body
    door.clock.advance(7200)

    assert (ended.status, after.error) == (204, "E0000007")
    assert (await door.get(f"{SESSIONS}/{second['id']}")).error == "E0000007"
    assert (await door.call("DELETE", "/api/v1/users/nobody/sessions")).error == "E0000007"


async def test_a_session_token_lasts_five_minutes(door: Door) -> None:
    token = await session_token(door)
    door.clock.advance(301)

    assert (await door.post(SESSIONS, {"sessionToken": token})).error == "E0000004"


async def test_RA37_a_text_template_is_kept_and_shown(door: Door) -> None:
    body = {"name": "Custom", "type": "SMS_VERIFY_CODE", "template": "Code ${code}", "translations": {"es": "${code}."}}
    made = await door.post(SMS, body)
    path = f"{SMS}/{made.body['id']}"
    changed = await door.post(path, {"translations": {"fr": "Le ${code}"}})
    replaced = await door.call("PUT", path, {**body, "template": "Now ${code}", "translations": {}})
    listed = await door.get(SMS)
    refused = [await door.post(SMS, {**body, each: "x"}) for each in ("type", "template")]
    gone = await door.call("DELETE", path)

    assert made.body["id"].startswith("cst")
    assert {name: made.body[name] for name in body} == body
    assert set(changed.body["translations"]) == {"es", "fr"}
    assert (replaced.body["template"], replaced.body["translations"]) == ("Now ${code}", {})
    assert listed.body == [replaced.body]
    assert [reply.error for reply in refused] == ["E0000001"] * 2
    assert gone.status == 204
    assert (await door.get(path)).body["errorSummary"].endswith("(AppInstance)")


async def kinds(door: Door, **query: str) -> list[str]:
    return [each["eventType"] for each in (await door.get(LOGS, query=query)).body]


async def test_what_a_caller_proved_is_in_the_log(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    await door.post(f"{path}/verify")
    await door.post(f"{path}/verify", {"passCode": "wrong"})
    await door.post(f"{path}/verify", {"passCode": door.okta.texts(JANE.phone)[-1].code})
    push = await door.factor_path(JON.id, "push")
    await door.post(f"{push}/verify")
    door.okta.answer_push(JON.id, approve=False)

    events = (await door.get(LOGS)).body
    assert [(each["eventType"], each["outcome"]["result"], each["actor"]["alternateId"]) for each in events] == [
        ("system.sms.send_factor_verify_message", "SUCCESS", JANE.login),
        ("user.authentication.auth_via_mfa", "FAILURE", JANE.login),
        ("user.authentication.auth_via_mfa", "SUCCESS", JANE.login),
        ("system.push.send_factor_verify_push", "SUCCESS", JON.login),
        ("user.mfa.okta_verify.deny_push", "SUCCESS", JON.login),
    ]
    assert events[0]["transaction"]["id"].startswith("req")
    assert door.okta.texts(JANE.phone)[-1].code not in str(events)


async def test_a_lock_a_sign_in_and_what_an_administrator_did_are_in_the_log(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    for _ in range(5):
        await door.post(f"{path}/verify", {"passCode": "wrong"})
    await door.post(f"/api/v1/users/{JANE.login}/lifecycle/unlock")
    await session_token(door)
    await door.post("/api/v1/authn", {"username": "mira@ivr.example", "password": "wrong"})
    group = await door.post("/api/v1/groups", {"profile": {"name": "VIP"}})
    await door.call("PUT", f"/api/v1/groups/{group.body['id']}/users/{JANE.id}")
    await door.call("DELETE", f"/api/v1/groups/{group.body['id']}")
    await door.post("/api/v1/groups", {"profile": {"name": ""}})

    found = (await door.get(LOGS, query={"filter": 'eventType sw "user." and outcome.result eq "SUCCESS"'})).body
    assert [each["eventType"] for each in found] == [
        "user.account.unlock_by_admin",
        "user.lifecycle.create",
        "user.session.start",
    ]
    assert await kinds(door, filter='outcome.reason eq "LOCKED_OUT"') == ["user.account.lock"]
    assert found[0]["target"][0]["alternateId"] == JANE.login
    assert found[1]["target"][0]["displayName"] == "Mira Holt"
    groups = (await door.get(LOGS, query={"filter": 'eventType sw "group."'})).body
    assert [each["eventType"].rpartition(".")[2] for each in groups] == ["create", "add", "delete"]
    assert {target["displayName"] for each in groups for target in each["target"]} == {"VIP", "Jane Ivr"}
    assert await kinds(door, filter=f'target.id eq "{JANE.id}"', q="membership") == ["group.user_membership.add"]


async def test_the_log_comes_in_pages_and_the_last_links_to_what_will_come(door: Door) -> None:
    for name in ("A", "B", "C"):
        await door.post("/api/v1/groups", {"profile": {"name": name}})
        door.clock.advance(60)
    first = await door.get(LOGS, query={"limit": "2"})
    second = await door.get(next_of(first.headers))
    third = await door.get(next_of(second.headers))
    await door.post("/api/v1/groups", {"profile": {"name": "D"}})
    later = await door.get(next_of(third.headers))
    bounded = await door.get(LOGS, query={"until": "2099-01-01T00:00:00Z", "sortOrder": "DESCENDING", "limit": "9"})

    names = [[each["target"][0]["displayName"] for each in reply.body] for reply in (first, second, third, later)]
    assert names == [["A", "B"], ["C"], [], ["D"]]
    assert [each["target"][0]["displayName"] for each in bounded.body] == ["D", "C", "B", "A"]
    assert next_of(bounded.headers) == ""
    since = first.body[1]["published"]
    assert len((await door.get(LOGS, query={"since": since})).body) == 3
    assert len((await door.get(LOGS, query={"filter": f'published gt "{since}"'})).body) == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"filter": 'shoeSize eq "9"'}, "E0000031"),
        ({"filter": "eventType"}, "E0000031"),
        ({"since": "yesterday"}, "E0000001"),
        ({"sortOrder": "SIDEWAYS"}, "E0000001"),
        ({"limit": "none"}, "E0000029"),
        ({"after": "nothing"}, "E0000029"),
    ],
)
async def test_a_bad_query_of_the_log_is_refused(door: Door, query: dict[str, str], code: str) -> None:
    assert (await door.get(LOGS, query=query)).error == code


async def test_the_log_is_bounded_and_goes_with_a_reset(door: Door) -> None:
    org = door.okta.org
    for _ in range(system_log.MOST + 1):
        system_log.note(org, system_log.SESSION, None)
    most = len(org.tables.events)
    await door.post("/_fake/reset")

    assert system_log.MOST * 0.8 < most <= system_log.MOST
    assert (await door.get(LOGS)).body == []


def next_of(headers: object) -> str:
    values = headers.getall("Link")  # type: ignore[attr-defined]  # a multidict of either door
    found = [re.fullmatch(r'<(.*)>; rel="next"', each) for each in values]
    return next((each.group(1) for each in found if each), "")
