"""The `/_fake/` prefix: handsets, clock, faults, state and reset for programs that are not in this process."""

import json

from fakes.okta import factors, users
from fakes.okta.control import Control
from fakes.okta.state import Okta
from fakes.people import GROUP, JANE, JON
from fakes.web import Request
from tests.fakes.door import START, Door


async def test_the_handset_s_texts_can_be_read_without_credentials(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    await door.post(f"{path}/verify")
    door.token = None

    escaped = await door.get(f"/_fake/sms?to=%2B{JANE.phone[1:]}")
    bare = await door.get(f"/_fake/sms?to={JANE.phone}")
    other = await door.get(f"/_fake/sms?to=%2B{JON.phone[1:]}")

    (text,) = door.okta.texts(JANE.phone)
    delivered = {"to": JANE.phone, "body": text.body, "code": text.code, "at": START, "expiresAt": START + 300}
    assert escaped.body == [delivered]
    assert bare.body == escaped.body
    assert other.body == []


async def test_a_prompt_can_be_seen_and_approved(door: Door) -> None:
    path = await door.factor_path(JON.id, "push")
    started = await door.post(f"{path}/verify")

    seen = await door.get(f"/_fake/push/{JON.login}")
    answered = await door.post(f"/_fake/push/{JON.id}/approve")
    polled = await door.get(started.body["_links"]["poll"]["href"])

    assert [prompt["expiresAt"] for prompt in seen.body] == [START + 300]
    assert answered.body["result"] == "SUCCESS"
    assert polled.body == {"factorResult": "SUCCESS"}


async def test_an_administrator_changes_a_profile(door: Door) -> None:
    path = f"/_fake/users/{JANE.login}"
    before = (await door.get(path)).body["profile"]
    changed = await door.post(path, {"profile": {"ivrFactorPreference": "push"}})
    cleared = await door.post(path, {"profile": {"ivrFactorPreference": None}})
    refused = await door.post(path, {"profile": {"ivrFactorPreference": "pigeon"}})
    nonsense = await door.post(path, {"profile": "push"})

    assert changed.body["profile"] == {**before, "ivrFactorPreference": "push"}
    assert "ivrFactorPreference" not in cleared.body["profile"]
    assert (refused.status, nonsense.status) == (404, 400)
    assert "ivrFactorPreference" not in door.okta.profile(JANE.id)


async def test_a_preferred_factor_is_read_set_and_cleared(door: Door) -> None:
    path = f"/_fake/preferences/{JANE.id}"
    factors = ["sms", "push", "call", "totp"]
    choices = await door.get("/_fake/preferences")
    by_number = await door.get(f"/_fake/preferences/{JANE.phone}")
    changed = await door.post(path, {"preferred": "push"})
    refused = await door.post(path, {"preferred": "pigeon"})
    nonsense = await door.post(path, {"prefers": "push"})
    set_for_the_line = door.okta.profile(JANE.id)["ivrFactorPreference"]
    cleared = await door.post(path, {"preferred": None})
    nobody = await door.get("/_fake/preferences/nobody")

    assert choices.body == {"choices": factors}
    assert by_number.body == {"preferred": "sms", "choices": factors}
    assert changed.body == {"preferred": "push", "choices": factors}
    assert (refused.status, nonsense.status, nobody.status) == (404, 400, 404)
    assert set_for_the_line == "push"
    assert cleared.body == {"preferred": None, "choices": factors}


async def test_what_can_be_preferred_where_the_schema_does_not_say() -> None:
    control = Control(Okta(now=lambda: START).org)

    answer = control.answer(Request("GET", "", "/_fake/preferences"))

    assert json.loads(answer.body) == {"choices": ["sms", "push"]}


async def test_a_prompt_can_be_denied(door: Door) -> None:
    path = await door.factor_path(JON.id, "push")
    started = await door.post(f"{path}/verify")

    await door.post(f"/_fake/push/{JON.id}/deny")

    polled = await door.get(started.body["_links"]["poll"]["href"])
    assert polled.body["factorResult"] == "REJECTED"


async def test_a_number_challenge_shows_choices_and_not_the_answer(door: Door) -> None:
    path = await door.factor_path(JON.id, "push")
    started = await door.post(f"{path}/verify", {"useNumberMatchingChallenge": True})
    correct = started.body["_embedded"]["challenge"]["correctAnswer"]

    (prompt,) = (await door.get(f"/_fake/push/{JON.id}")).body
    without = await door.post(f"/_fake/push/{JON.id}/approve")
    right = await door.post(f"/_fake/push/{JON.id}/approve", {"number": correct})

    assert correct in prompt["choices"]
    assert "number" not in prompt
    assert without.status == 400
    assert right.body["result"] == "SUCCESS"


async def test_a_prompt_that_is_not_there_is_said_to_be_missing(door: Door) -> None:
    reply = await door.post(f"/_fake/push/{JON.id}/approve")

    assert reply.status == 404
    assert reply.body == {"error": f"no push prompt is waiting for {JON.id}"}


async def test_the_clock_goes_forward_on_demand(door: Door) -> None:
    before = await door.get("/_fake/clock")
    after = await door.post("/_fake/clock", {"advance": 300})

    assert (before.body["now"], before.body["utc"]) == (START, "2026-11-24T14:00:00.000Z")
    assert after.body["now"] == START + 300
    assert door.okta.now() == START + 300


async def test_an_ordered_failure_happens_once_on_its_route(door: Door) -> None:
    await door.post("/_fake/faults", {"fail_next": {"status": 503, "route": "/api/v1/users"}})

    elsewhere = await door.get(f"/api/v1/users/{JANE.id}")
    failed = await door.get("/api/v1/users")
    again = await door.get("/api/v1/users")

    assert elsewhere.status == 200
    assert (failed.status, failed.error) == (503, "E0000010")
    assert again.status == 200


async def test_a_failure_can_name_okta_s_code_and_a_number_of_times(door: Door) -> None:
    door.okta.faults.fail_next(500, "E0000138", times=2, route="POST /api/v1/users/{id}/factors/{factor}/verify")
    path = await door.factor_path(JANE.id, "sms")

    replies = [await door.post(f"{path}/verify") for _ in range(3)]

    assert [reply.status for reply in replies] == [500, 500, 200]
    assert replies[0].error == "E0000138"
    assert len(door.okta.texts(JANE.phone)) == 1


async def test_faults_can_be_listed_and_cleared(door: Door) -> None:
    await door.post("/_fake/faults", {"rate_limit": {"per_minute": 1}, "fail_next": {"status": 500}})

    listed = await door.get("/_fake/faults")
    await door.call("DELETE", "/_fake/faults")

    assert listed.body["rate_limit"] == [{"per_minute": 1, "route": "*"}]
    assert [(await door.get("/api/v1/users")).status for _ in range(2)] == [200, 200]


async def test_reset_goes_back_to_the_start(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    await door.post(f"{path}/verify")
    await door.post("/_fake/faults", {"fail_next": {"status": 500}})

    assert (await door.post("/_fake/reset")).status == 204

    assert door.okta.texts(JANE.phone) == []
    assert (await door.post(f"{path}/verify")).status == 200


async def test_what_the_org_was_asked_can_be_read(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    await door.post(f"{path}/verify")
    before = (await door.get("/_fake/requests")).body["newest"]
    await door.post(f"{path}/verify?token=very-secret", {"passCode": "000000"})

    reply = await door.get(f"/_fake/requests?since={before}")

    (asked,) = reply.body["requests"]
    assert (asked["method"], asked["path"], asked["status"]) == ("POST", f"{path}/verify?token=••••••", 403)
    assert asked["note"].startswith("E0000068")
    assert "000000" not in reply.text
    assert (await door.get("/_fake/requests?since=never")).status == 400


async def test_the_state_shows_people_and_no_secrets(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    await door.post(f"{path}/verify")

    reply = await door.get("/_fake/state")

    jane = next(user for user in reply.body["users"] if user["id"] == JANE.id)
    assert [factor["type"] for factor in jane["factors"]] == ["sms", "push"]
    assert [group["name"] for group in reply.body["groups"]] == ["Everyone", GROUP]
    assert door.okta.texts(JANE.phone)[-1].code not in reply.text
    assert "Demo-Jane" not in reply.text


async def test_the_state_shows_what_an_administrator_set(door: Door) -> None:
    await door.post("/api/v1/org/factors/okta_sms/lifecycle/deactivate")

    state = (await door.get("/_fake/state")).body

    assert state["attributes"]["ivrPhone"]["type"] == "string"
    assert state["switches"]["okta_sms"] == "INACTIVE"
    enrolment = next(policy for policy in state["policies"] if policy["name"] == f"{GROUP} Factor Policy")
    assert [rule["name"] for rule in enrolment["rules"]] == [f"{GROUP} Rule"]


async def test_an_unknown_control_path_says_so(door: Door) -> None:
    assert (await door.get("/_fake/nothing")).status == 404
    assert (await door.get("/_fake/reset")).status == 405


async def test_the_app_s_code_can_be_read(door: Door) -> None:
    org = door.okta.org
    nothing = await door.get(f"/_fake/totp/{JANE.id}")
    factors.add(org, users.find(org, JANE.id), "token:software:totp", {}, secret="GEZDGNBVGY3TQOJQ")

    shown = await door.get(f"/_fake/totp/{JANE.id}")

    assert nothing.status == 404
    now = door.okta.now()
    assert shown.body == {"code": door.okta.totp(JANE.id), "expiresAt": now - now % 30 + 30}
