"""A01 to A18: the Authentication API, with a password and, under factor sequencing, without one."""

from dataclasses import dataclass
from typing import Any

import pytest

from fakes.okta import factors, users
from fakes.okta.records import Factor, Settings, User
from fakes.people import JANE, JON, LEA, MAX
from tests.fakes.conftest import OpenDoor
from tests.fakes.door import Door, Reply

LOGIN, PASSWORD, PHONE = "mira.holt@ivr.example", "Corr3ct-horse", "+15550100123"


@dataclass
class Mira:
    """Somebody outside the demo's group: signs on with a password, and with a factor where `policy` says so."""

    door: Door
    user: User
    sms: Factor
    push: Factor

    async def sign_on(self) -> Reply:
        return await primary(self.door, LOGIN, PASSWORD)


@pytest.fixture
def mira(door: Door) -> Mira:
    org = door.okta.org
    profile = {"login": LOGIN, "email": LOGIN, "firstName": "Mira", "lastName": "Holt"}
    user = users.create(org, profile, password=PASSWORD)
    sms = factors.add(org, user, "sms", {"phoneNumber": PHONE})
    push = factors.add(org, user, "push", factors.device(LOGIN, "Mira phone"))
    return Mira(door, user, sms, push)


@pytest.fixture
async def mira_with_mfa(mira: Mira) -> Mira:
    await require_factor(mira)
    return mira


async def require_factor(mira: Mira, **signon: Any) -> None:
    """A sign-on policy for Mira's group alone."""
    door = mira.door
    group = (await door.post("/api/v1/groups", {"profile": {"name": "Staff"}})).body["id"]
    await door.call("PUT", f"/api/v1/groups/{group}/users/{mira.user.id}")
    included = {"people": {"groups": {"include": [group]}}}
    policy = {"type": "OKTA_SIGN_ON", "name": "Staff", "conditions": included}
    made = await door.post("/api/v1/policies", policy)
    actions = {"signon": {"access": "ALLOW", "requireFactor": True, "factorPromptMode": "ALWAYS", **signon}}
    rule = await door.post(f"/api/v1/policies/{made.body['id']}/rules", {"name": "Always", "actions": actions})
    assert rule.status == 200, rule.text


async def primary(door: Door, username: str, password: str | None = None) -> Reply:
    body = {"username": username} | ({"password": password} if password is not None else {})
    return await door.post("/api/v1/authn", body, headers={"Authorization": ""})


async def step(door: Door, path: str, token: str, **body: Any) -> Reply:
    return await door.post(f"/api/v1/authn/{path}", {"stateToken": token, **body}, headers={"Authorization": ""})


def row(reply: Reply, kind: str) -> Any:
    return next(each for each in reply.body["_embedded"]["factors"] if each["factorType"] == kind)


def kinds(reply: Reply) -> list[str]:
    return [each["factorType"] for each in reply.body["_embedded"]["factors"]]


async def test_A01_a_password_alone_is_enough_without_mfa(mira: Mira) -> None:
    reply = await mira.sign_on()

    assert (reply.status, reply.body["status"]) == (200, "SUCCESS")
    assert reply.body["sessionToken"].startswith("20111")
    assert "stateToken" not in reply.body
    assert reply.body["expiresAt"] == "2026-11-24T14:05:00.000Z"
    assert reply.body["_embedded"]["user"]["profile"] == {
        "login": LOGIN,
        "firstName": "Mira",
        "lastName": "Holt",
        "locale": "en_US",
        "timeZone": "America/Los_Angeles",
    }
    signed_on = await mira.door.get(f"/api/v1/users/{mira.user.id}")
    assert signed_on.body["lastLogin"] == "2026-11-24T14:00:00.000Z"


async def test_A02_a_wrong_password_and_an_unknown_user_look_alike(mira: Mira) -> None:
    wrong = await primary(mira.door, LOGIN, "wrong")
    unknown = await primary(mira.door, "nobody@ivr.example", PASSWORD)

    assert (wrong.status, wrong.error) == (401, "E0000004")
    assert unknown.status == 401
    assert {**wrong.body, "errorId": ""} == {**unknown.body, "errorId": ""}


async def test_A03_an_mfa_policy_asks_for_a_factor_with_the_phone_masked(mira_with_mfa: Mira) -> None:
    reply = await mira_with_mfa.sign_on()

    assert (reply.status, reply.body["status"]) == (200, "MFA_REQUIRED")
    assert kinds(reply) == ["sms", "push"]
    assert row(reply, "sms")["profile"] == {"phoneNumber": "+1 XXX-XXX-0123"}
    assert row(reply, "push")["profile"]["name"] == "Mira phone"
    assert reply.body["_embedded"]["user"]["id"] == mira_with_mfa.user.id
    assert reply.body["_embedded"]["policy"]["factorsPolicyInfo"] == {mira_with_mfa.push.id: {"autoPushEnabled": False}}
    assert set(reply.body["_links"]) == {"cancel"}
    assert PHONE not in reply.text


async def test_A04_a_username_alone_starts_factor_sequencing(door: Door) -> None:
    reply = await primary(door, JANE.login)

    assert (reply.status, reply.body["status"]) == (200, "UNAUTHENTICATED")
    assert kinds(reply) == ["sms", "push", "password"]
    assert row(reply, "sms")["profile"] == {"phoneNumber": "+1 XXX-XXX-1234"}
    assert row(reply, "push")["profile"] == {}
    assert set(reply.body["_embedded"]) == {"factors", "policy"}
    assert JANE.id not in reply.text


async def test_A04_the_status_of_2020_can_be_switched_on(open_door: OpenDoor) -> None:
    door = await open_door(settings=Settings(sequencing_status="MFA_REQUIRED"))

    reply = await primary(door, JANE.login)

    assert reply.body["status"] == "MFA_REQUIRED"
    assert reply.body["_embedded"]["user"]["id"] == JANE.id


async def test_A05_an_unknown_username_is_offered_a_password(door: Door) -> None:
    reply = await primary(door, "nobody@example.com")
    password = row(reply, "password")
    wrong = await step(door, f"factors/{password['id']}/verify", reply.body["stateToken"], password="x")

    assert (reply.status, reply.body["status"]) == (200, "UNAUTHENTICATED")
    assert kinds(reply) == ["password"]
    assert (wrong.status, wrong.error, wrong.causes) == (403, "E0000068", ["Password is incorrect"])


async def test_A06_a_username_alone_fails_without_the_feature(open_door: OpenDoor) -> None:
    door = await open_door(settings=Settings(factor_sequencing=False))

    reply = await primary(door, JANE.login)

    assert (reply.status, reply.error) == (401, "E0000004")


async def test_A06_a_username_alone_fails_on_identity_engine(idx_door: Door) -> None:
    reply = await primary(idx_door, JANE.login)

    assert (reply.status, reply.error) == (401, "E0000004")


async def test_A07_verify_without_a_code_challenges(mira_with_mfa: Mira) -> None:
    door, sms = mira_with_mfa.door, mira_with_mfa.sms.id
    token = (await mira_with_mfa.sign_on()).body["stateToken"]

    reply = await step(door, f"factors/{sms}/verify", token)

    verify = f"{door.base}/api/v1/authn/factors/{sms}/verify"
    assert (reply.status, reply.body["status"], reply.body["factorResult"]) == (200, "MFA_CHALLENGE", "CHALLENGE")
    assert reply.body["stateToken"] == token
    assert reply.body["_links"]["next"] == {"name": "verify", "href": verify, "hints": {"allow": ["POST"]}}
    assert reply.body["_links"]["resend"][0] == {
        "name": "sms",
        "href": f"{verify}/resend",
        "hints": {"allow": ["POST"]},
    }
    assert set(reply.body["_links"]) == {"next", "cancel", "prev", "resend"}
    assert reply.body["_embedded"]["factor"]["profile"] == {"phoneNumber": "+1 XXX-XXX-0123"}
    assert len(door.okta.texts(PHONE)) == 1


async def test_A08_a_wrong_code_has_no_status_and_the_right_one_succeeds(mira_with_mfa: Mira) -> None:
    door, path = mira_with_mfa.door, f"factors/{mira_with_mfa.sms.id}/verify"
    token = (await mira_with_mfa.sign_on()).body["stateToken"]
    await step(door, path, token)

    wrong = await step(door, path, token, passCode="000000")
    right = await step(door, path, token, passCode=door.okta.texts(PHONE)[-1].code)

    assert (wrong.status, wrong.error) == (403, "E0000068")
    assert "status" not in wrong.body
    assert right.body["status"] == "SUCCESS"
    assert "stateToken" not in right.body
    assert (await step(door, path, token)).error == "E0000011"


async def test_A09_a_resend_within_thirty_seconds_is_refused(mira_with_mfa: Mira) -> None:
    door, path = mira_with_mfa.door, f"factors/{mira_with_mfa.sms.id}/verify"
    token = (await mira_with_mfa.sign_on()).body["stateToken"]
    await step(door, path, token)

    early = await step(door, f"{path}/resend", token)
    door.clock.advance(30)
    later = await step(door, f"{path}/resend", token)

    assert (early.status, early.error) == (429, "E0000109")
    assert (later.status, later.body["status"]) == (200, "MFA_CHALLENGE")
    assert len(door.okta.texts(PHONE)) == 2


async def test_A10_the_same_call_starts_and_polls_a_push(mira_with_mfa: Mira) -> None:
    door, path = mira_with_mfa.door, f"factors/{mira_with_mfa.push.id}/verify"
    token = (await mira_with_mfa.sign_on()).body["stateToken"]

    started = await step(door, path, token)
    polled = await step(door, path, token)
    prompts = len(door.okta.prompts(mira_with_mfa.user.id))
    door.okta.answer_push(mira_with_mfa.user.id, True)
    done = await step(door, path, token)

    for reply in (started, polled):
        assert (reply.body["status"], reply.body["factorResult"]) == ("MFA_CHALLENGE", "WAITING")
        assert reply.body["_links"]["next"]["name"] == "poll"
        assert reply.body["_links"]["resend"][0]["name"] == "push"
    assert prompts == 1
    assert done.body["status"] == "SUCCESS"


@pytest.mark.parametrize(("how", "result"), [("deny", "REJECTED"), ("wait", "TIMEOUT")])
async def test_A11_after_a_failed_push_the_next_call_sends_another(mira_with_mfa: Mira, how: str, result: str) -> None:
    door, path, user = mira_with_mfa.door, f"factors/{mira_with_mfa.push.id}/verify", mira_with_mfa.user.id
    token = (await mira_with_mfa.sign_on()).body["stateToken"]
    await step(door, path, token)
    if how == "deny":
        door.okta.answer_push(user, False)
    else:
        for _ in range(2):
            door.clock.advance(151)
            last = await step(door, path, token)

    told = await step(door, path, token) if how == "deny" else last
    sent_before = len(door.okta.prompts(user))
    again = await step(door, path, token)

    assert (told.body["status"], told.body["factorResult"]) == ("MFA_CHALLENGE", result)
    assert told.body["_links"]["next"]["name"] == "verify"
    assert sent_before == 0
    assert again.body["factorResult"] == "WAITING"
    assert len(door.okta.prompts(user)) == 1


async def test_A12_the_right_number_is_told_once_the_device_shows_it(open_door: OpenDoor) -> None:
    door = await open_door(settings=Settings(number_challenge="always"))
    begun = await primary(door, JON.login)
    token, push = begun.body["stateToken"], row(begun, "push")["id"]

    started = await step(door, f"factors/{push}/verify", token)
    before = await step(door, f"factors/{push}/verify", token)
    (prompt,) = door.okta.prompts(JON.id)
    after = await step(door, f"factors/{push}/verify", token)

    assert "_embedded" not in started.body["_embedded"]["factor"]
    assert "_embedded" not in before.body["_embedded"]["factor"]
    assert after.body["_embedded"]["factor"]["_embedded"]["challenge"] == {"correctAnswer": prompt.number}


async def test_A13_a_chain_goes_on_to_its_next_step(door: Door) -> None:
    begun = await primary(door, JANE.login)
    token = begun.body["stateToken"]

    path = f"factors/{row(begun, 'password')['id']}/verify"
    second = await step(door, path, token, password="Demo-Jane-2026")
    sms = f"factors/{row(second, 'sms')['id']}/verify"
    await step(door, sms, token)
    done = await step(door, sms, token, passCode=door.okta.texts(JANE.phone)[-1].code)

    assert (second.body["status"], second.body["stateToken"]) == ("MFA_REQUIRED", token)
    assert kinds(second) == ["sms"]
    assert second.body["_embedded"]["user"]["id"] == JANE.id
    assert done.body["status"] == "SUCCESS"


async def test_A14_previous_goes_back_and_cancel_ends(mira_with_mfa: Mira) -> None:
    door = mira_with_mfa.door
    token = (await mira_with_mfa.sign_on()).body["stateToken"]
    await step(door, f"factors/{mira_with_mfa.sms.id}/verify", token)

    back = await step(door, "previous", token)
    cancelled = await step(door, "cancel", token)
    after = await step(door, "previous", token)

    assert (back.status, back.body["status"]) == (200, "MFA_REQUIRED")
    assert kinds(back) == ["sms", "push"]
    assert cancelled.status == 200
    assert (after.status, after.error) == (401, "E0000011")


async def test_A15_a_state_token_lives_five_idle_minutes(mira_with_mfa: Mira) -> None:
    door = mira_with_mfa.door
    token = (await mira_with_mfa.sign_on()).body["stateToken"]

    door.clock.advance(299)
    renewed = await door.post("/api/v1/authn", {"stateToken": token})
    door.clock.advance(299)
    again = await door.post("/api/v1/authn", {"stateToken": token})
    door.clock.advance(300)
    late = await door.post("/api/v1/authn", {"stateToken": token})

    assert renewed.body["expiresAt"] == "2026-11-24T14:09:59.000Z"
    assert again.body["status"] == "MFA_REQUIRED"
    assert (late.status, late.error) == (401, "E0000011")


async def test_A16_a_code_that_was_never_sent_is_wrong(mira_with_mfa: Mira) -> None:
    token = (await mira_with_mfa.sign_on()).body["stateToken"]

    reply = await step(mira_with_mfa.door, f"factors/{mira_with_mfa.sms.id}/verify", token, passCode="123456")

    assert (reply.status, reply.error) == (403, "E0000068")


async def test_A16_enrolling_during_a_challenge_is_out_of_place(mira_with_mfa: Mira) -> None:
    door, sms = mira_with_mfa.door, mira_with_mfa.sms.id
    token = (await mira_with_mfa.sign_on()).body["stateToken"]
    await step(door, f"factors/{sms}/verify", token)

    replies = [
        await step(door, "factors", token, factorType="sms", provider="OKTA"),
        await step(door, f"factors/{sms}/lifecycle/activate", token, passCode="1"),
        await step(door, f"factors/{sms}/lifecycle/activate/poll", token),
        await step(door, f"factors/{sms}/lifecycle/resend", token),
        await step(door, "skip", token),
        await step(door, f"factors/{mira_with_mfa.push.id}/verify", token),
    ]

    assert [(reply.status, reply.error) for reply in replies] == [(403, "E0000079")] * 6


@pytest.mark.parametrize("password", [None, "Demo-Lea-2026"])
async def test_A17_a_locked_user_is_hidden_by_default(door: Door, password: str | None) -> None:
    reply = await primary(door, LEA.login, password)

    assert (reply.status, reply.error) == (401, "E0000004")


async def test_A17_an_org_may_show_the_lock(open_door: OpenDoor) -> None:
    door = await open_door(settings=Settings(show_lock_out=True))

    reply = await primary(door, LEA.login, "Demo-Lea-2026")

    assert (reply.status, reply.body["status"]) == (200, "LOCKED_OUT")
    assert reply.body["_links"]["next"]["name"] == "unlock"
    assert "stateToken" not in reply.body


async def test_A18_a_username_has_four_calls_a_second(mira: Mira) -> None:
    replies = [await mira.sign_on() for _ in range(5)]
    other = await primary(mira.door, JANE.login)
    mira.door.clock.advance(1)
    later = await mira.sign_on()

    assert [reply.status for reply in replies] == [200, 200, 200, 200, 429]
    assert replies[4].error == "E0000047"
    assert (other.status, later.status) == (200, 200)


async def test_the_original_demo_s_flow_by_sms(door: Door) -> None:
    """Search, username only, challenge, code: what the original demo does, and reads."""
    found = await door.search(f'profile.ivrPhone eq "{JANE.phone}"')
    listed = await door.get(f"/api/v1/users/{found.body[0]['id']}/factors")
    sms = next(each for each in listed.body if each["factorType"] == "sms")
    begun = await primary(door, found.body[0]["profile"]["login"])
    token = begun.body["stateToken"]
    await step(door, f"factors/{sms['id']}/verify", token)
    done = await step(door, f"factors/{sms['id']}/verify", token, passCode=door.okta.texts(JANE.phone)[-1].code)

    assert done.body["status"] == "SUCCESS"


async def test_five_wrong_codes_lock_the_user_here_too(mira_with_mfa: Mira) -> None:
    door, path = mira_with_mfa.door, f"factors/{mira_with_mfa.sms.id}/verify"
    token = (await mira_with_mfa.sign_on()).body["stateToken"]
    await step(door, path, token)

    wrong = [await step(door, path, token, passCode="000000") for _ in range(5)]
    locked = await step(door, path, token, passCode=door.okta.texts(PHONE)[-1].code)

    assert [reply.error for reply in wrong] == ["E0000068"] * 5
    assert (locked.status, locked.error) == (403, "E0000069")


async def test_a_denied_sign_on_looks_like_a_wrong_password(mira: Mira) -> None:
    await require_factor(mira, access="DENY")

    assert (await mira.sign_on()).error == "E0000004"


async def test_an_expired_password_comes_after_the_factor(mira_with_mfa: Mira) -> None:
    door, path = mira_with_mfa.door, f"factors/{mira_with_mfa.sms.id}/verify"
    users.set_status(door.okta.org, mira_with_mfa.user, "PASSWORD_EXPIRED")
    begun = await mira_with_mfa.sign_on()
    token = begun.body["stateToken"]
    await step(door, path, token)
    done = await step(door, path, token, passCode=door.okta.texts(PHONE)[-1].code)

    assert begun.body["status"] == "MFA_REQUIRED"
    assert (done.body["status"], done.body["_links"]["next"]["name"]) == ("PASSWORD_EXPIRED", "changePassword")


async def test_without_a_factor_one_is_enrolled_on_the_way_in(mira_with_mfa: Mira) -> None:
    door, org = mira_with_mfa.door, mira_with_mfa.door.okta.org
    for factor in factors.of_user(org, mira_with_mfa.user):
        factors.remove(org, factor)
    begun = await mira_with_mfa.sign_on()
    token = begun.body["stateToken"]
    asked = await step(door, "factors", token, factorType="sms", provider="OKTA", profile={"phoneNumber": PHONE})
    sms = asked.body["_embedded"]["factor"]["id"]
    back = await step(door, "previous", token)
    again = await step(door, "factors", token, factorType="question", provider="OKTA", profile={})
    door.clock.advance(30)
    await step(door, "factors", token, factorType="sms", provider="OKTA", profile={"phoneNumber": PHONE})
    pending = factors.of_user(org, mira_with_mfa.user)[0].id
    wrong = await step(door, f"factors/{pending}/lifecycle/activate", token, passCode="000000")
    code = door.okta.texts(PHONE)[-1].code
    done = await step(door, f"factors/{pending}/lifecycle/activate", token, passCode=code)

    assert begun.body["status"] == "MFA_ENROLL"
    assert "sms" in kinds(begun)
    assert (asked.body["status"], asked.body["_links"]["next"]["name"]) == ("MFA_ENROLL_ACTIVATE", "activate")
    assert sms.startswith("sms")
    assert back.body["status"] == "MFA_ENROLL"
    assert again.error == "E0000001"
    assert wrong.error == "E0000068"
    assert done.body["status"] == "SUCCESS"


async def test_a_push_is_enrolled_on_the_way_in_by_polling(mira_with_mfa: Mira) -> None:
    door, org = mira_with_mfa.door, mira_with_mfa.door.okta.org
    for factor in factors.of_user(org, mira_with_mfa.user):
        factors.remove(org, factor)
    token = (await mira_with_mfa.sign_on()).body["stateToken"]
    asked = await step(door, "factors", token, factorType="push", provider="OKTA")
    poll = f"factors/{asked.body['_embedded']['factor']['id']}/lifecycle/activate/poll"
    waiting = await step(door, poll, token)
    door.okta.scan_push(mira_with_mfa.user.id)
    read = await door.post("/api/v1/authn", {"stateToken": token})
    done = await step(door, poll, token)

    assert (waiting.body["status"], waiting.body["factorResult"]) == ("MFA_ENROLL_ACTIVATE", "WAITING")
    assert waiting.body["_links"]["next"]["name"] == "poll"
    assert read.body["status"] == "MFA_ENROLL_ACTIVATE"
    assert done.body["status"] == "SUCCESS"


@pytest.mark.parametrize(("kind", "links"), [("push", {"qrcode", "send"}), ("token:software:totp", {"qrcode"})])
async def test_RB13_an_activation_on_the_way_in_links_to_its_picture(
    mira_with_mfa: Mira, kind: str, links: set[str]
) -> None:
    org = mira_with_mfa.door.okta.org
    for factor in factors.of_user(org, mira_with_mfa.user):
        factors.remove(org, factor)
    token = (await mira_with_mfa.sign_on()).body["stateToken"]
    asked = await step(mira_with_mfa.door, "factors", token, factorType=kind, provider="OKTA")

    assert set(asked.body["_embedded"]["factor"]["_embedded"]["activation"]["_links"]) == links


async def test_a_question_or_a_skip_ends_the_enrolment(mira_with_mfa: Mira) -> None:
    door, org = mira_with_mfa.door, mira_with_mfa.door.okta.org
    for factor in factors.of_user(org, mira_with_mfa.user):
        factors.remove(org, factor)
    first = (await mira_with_mfa.sign_on()).body["stateToken"]
    skipped = await step(door, "skip", first)
    token = (await mira_with_mfa.sign_on()).body["stateToken"]
    answer = {"question": "disliked_food", "answer": "Liver and onions"}
    done = await step(door, "factors", token, factorType="question", provider="OKTA", profile=answer)

    assert (skipped.body["status"], done.body["status"]) == ("SUCCESS", "SUCCESS")


async def test_a_totp_and_a_question_are_proved_without_delivery(mira_with_mfa: Mira) -> None:
    door, org = mira_with_mfa.door, mira_with_mfa.door.okta.org
    totp = factors.add(org, mira_with_mfa.user, "token:software:totp", {}, secret="GEZDGNBVGY3TQOJQ")
    question = factors.add(org, mira_with_mfa.user, "question", {"question": "disliked_food"}, secret="Liver")
    first = (await mira_with_mfa.sign_on()).body["stateToken"]
    asked = await step(door, f"factors/{totp.id}/verify", first)
    by_totp = await step(door, f"factors/{totp.id}/verify", first, passCode=door.okta.totp(mira_with_mfa.user.id))
    second = (await mira_with_mfa.sign_on()).body["stateToken"]
    by_answer = await step(door, f"factors/{question.id}/verify", second, answer="liver")

    assert asked.body["status"] == "MFA_CHALLENGE"
    assert "resend" not in asked.body["_links"]
    assert (by_totp.body["status"], by_answer.body["status"]) == ("SUCCESS", "SUCCESS")


@pytest.mark.parametrize("body", [{}, {"username": ""}, {"password": "x"}, {"username": []}, {"token": "x"}])
async def test_a_primary_call_without_a_username_is_refused(door: Door, body: object) -> None:
    reply = await door.post("/api/v1/authn", body)

    assert (reply.status, reply.error) == (400, "E0000001")


@pytest.mark.parametrize("token", [None, "", "00nonsense"])
async def test_a_bad_state_token_is_refused(door: Door, token: object) -> None:
    reply = await door.post("/api/v1/authn/factors/sms1/verify", {"stateToken": token})

    assert (reply.status, reply.error) == (401, "E0000011")


async def test_a_factor_of_somebody_else_is_not_verified(door: Door) -> None:
    token = (await primary(door, JANE.login)).body["stateToken"]
    jons = (await door.factor_path(JON.id, "push")).rpartition("/")[2]

    reply = await step(door, f"factors/{jons}/verify", token)

    assert (reply.status, reply.error) == (404, "E0000007")
    assert door.okta.prompts(JON.id) == []


async def test_a_pending_factor_is_not_offered(door: Door) -> None:
    reply = await primary(door, MAX.login)

    assert kinds(reply) == ["password"]


@pytest.mark.parametrize("gone", ["factor", "user"])
async def test_a_transaction_ends_with_its_factor_or_user(mira_with_mfa: Mira, gone: str) -> None:
    door = mira_with_mfa.door
    token = (await mira_with_mfa.sign_on()).body["stateToken"]
    await step(door, f"factors/{mira_with_mfa.sms.id}/verify", token)
    path = f"/api/v1/users/{mira_with_mfa.user.id}"
    if gone == "factor":
        await door.call("DELETE", f"{path}/factors/{mira_with_mfa.sms.id}")
    else:
        await door.call("DELETE", path)
        await door.call("DELETE", path)

    reply = await door.post("/api/v1/authn", {"stateToken": token})

    assert (reply.status, reply.error) == (401, "E0000011")
