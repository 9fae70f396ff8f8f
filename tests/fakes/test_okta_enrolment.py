"""L01, L02, E01 to E08: listing, enrolling, activating and removing factors."""

from typing import Any

import pytest

from fakes.okta import factors, users
from fakes.okta.records import Settings
from fakes.okta.verify import code_at, step_at
from fakes.people import JANE, MAX
from tests.fakes.conftest import OpenDoor
from tests.fakes.door import Door, Reply

NUMBER = "+14155550143"
QUESTION = {"factorType": "question", "provider": "OKTA"}
ANSWER = {"question": "disliked_food", "answer": "Liver and onions"}


@pytest.fixture
def no_factors(door: Door) -> Door:
    """Max has no factor at all, not even the pending one he is seeded with."""
    org = door.okta.org
    for factor in factors.of_user(org, users.find(org, MAX.id)):
        factors.remove(org, factor)
    return door


def path(user: str = MAX.id) -> str:
    return f"/api/v1/users/{user}/factors"


async def enrol(door: Door, kind: str = "sms", query: str = "", user: str = MAX.id, **profile: Any) -> Reply:
    body: dict[str, Any] = {"factorType": kind, "provider": "OKTA"}
    if profile:
        body["profile"] = profile
    return await door.post(f"{path(user)}{query}", body)


def link(reply: Reply, name: str) -> str:
    return str(reply.body["_links"][name]["href"])


async def test_L01_every_enrolment_is_listed_with_the_whole_phone_number(no_factors: Door) -> None:
    jane = await no_factors.get(path(JANE.id))
    nothing = await no_factors.get(path(MAX.id))

    assert [row["factorType"] for row in jane.body] == ["sms", "push"]
    assert jane.body[0]["profile"] == {"phoneNumber": JANE.phone}
    assert set(jane.body[0]["_links"]) == {"self", "verify", "user"}
    assert (await no_factors.get(link_of(jane.body[0], "self"))).body == jane.body[0]
    assert nothing.body == []


def link_of(row: Any, name: str) -> str:
    return str(row["_links"][name]["href"])


async def test_L01_a_factor_that_the_policy_forbids_is_not_listed(door: Door) -> None:
    policies = (await door.get("/api/v1/policies?type=MFA_ENROLL")).body
    settings = {
        "factors": {"okta_sms": {"enroll": {"self": "NOT_ALLOWED"}}, "okta_push": {"enroll": {"self": "REQUIRED"}}}
    }
    changed = {**policies[0], "settings": settings}
    assert (await door.call("PUT", f"/api/v1/policies/{policies[0]['id']}", changed)).status == 200

    reply = await door.get(path(JANE.id))

    assert [row["factorType"] for row in reply.body] == ["push"]


async def test_L02_identity_engine_enrols_email_by_itself_and_allows_two_devices(idx_door: Door) -> None:
    org = idx_door.okta.org
    factors.add(org, users.find(org, JANE.id), "push", factors.device(JANE.login, "Second phone"))

    reply = await idx_door.get(path(JANE.id))

    assert [row["factorType"] for row in reply.body] == ["email", "sms", "push", "push"]
    assert reply.body[0]["profile"] == {"email": JANE.login}


async def test_E01_sms_is_enrolled_with_the_code_that_was_sent(no_factors: Door) -> None:
    door = no_factors
    started = await enrol(door, phoneNumber=NUMBER)
    (text,) = door.okta.texts(NUMBER)
    wrong = await door.post(link(started, "activate"), {"passCode": "000000"})
    right = await door.post(link(started, "activate"), {"passCode": text.code})

    assert (started.status, started.body["status"]) == (200, "PENDING_ACTIVATION")
    assert started.body["id"].startswith("sms")
    assert set(started.body["_links"]) == {"self", "activate", "resend", "user"}
    assert started.body["_links"]["resend"][0]["name"] == "sms"
    assert (wrong.status, wrong.error, len(wrong.causes)) == (403, "E0000068", 1)
    assert (right.status, right.body["status"]) == (200, "ACTIVE")
    assert set(right.body["_links"]) == {"self", "verify", "user"}
    assert (await door.post(link(right, "verify"))).status == 429  # the enrolment's text is not 30 seconds old


async def test_E02_activate_at_once_sends_nothing(no_factors: Door) -> None:
    reply = await enrol(no_factors, query="?activate=true", phoneNumber=NUMBER)

    assert (reply.status, reply.body["status"]) == (200, "ACTIVE")
    assert no_factors.okta.texts(NUMBER) == []


@pytest.mark.parametrize("kind", ["call", "email"])
async def test_E02_calls_and_emails_can_be_activated_at_once_too(no_factors: Door, kind: str) -> None:
    profile = {"phoneNumber": NUMBER} if kind == "call" else {"email": "max@ivr.example"}

    reply = await enrol(no_factors, kind, "?activate=true", **profile)

    assert reply.body["status"] == "ACTIVE"
    assert no_factors.okta.org.tables.texts == []


async def test_E03_a_second_number_is_refused(door: Door) -> None:
    other = await enrol(door, user=JANE.id, phoneNumber=NUMBER)
    same = await enrol(door, user=JANE.id, phoneNumber=JANE.phone)

    assert (other.status, other.error) == (400, "E0000001")
    assert other.causes == ["There is an existing verified phone number."]
    assert same.causes == ["A factor of this type is already set up."]


@pytest.mark.parametrize("number", ["12", "", None, 5, "+0123456789", "call me", "+1" + "5" * 20])
async def test_E04_what_is_no_number_is_refused(no_factors: Door, number: object) -> None:
    reply = await enrol(no_factors, phoneNumber=number)

    assert (reply.status, reply.error) == (400, "E0000098")
    assert (await no_factors.get(path())).body == []


@pytest.mark.parametrize("written", ["+1-415-555-0143", "(415) 555-0143", "1 415 555 0143"])
async def test_a_number_comes_back_in_e164(no_factors: Door, written: str) -> None:
    reply = await enrol(no_factors, phoneNumber=written)

    assert reply.body["profile"]["phoneNumber"] == NUMBER


async def test_E05_push_is_enrolled_by_scanning(no_factors: Door) -> None:
    door = no_factors
    started = await enrol(door, "push")
    waiting = await door.post(link(started, "poll"))
    door.okta.scan_push(MAX.id, "Max phone")
    done = await door.post(link(started, "poll"))

    activation = started.body["_embedded"]["activation"]
    assert started.body["id"].startswith("opf")
    assert activation["expiresAt"] == "2026-11-24T14:10:00.000Z"
    assert activation["factorResult"] == waiting.body["factorResult"] == "WAITING"
    assert [each["name"] for each in activation["_links"]["send"]] == ["email", "sms"]
    assert set(waiting.body["_links"]) == {"poll", "qrcode", "send"}
    assert (done.body["status"], done.body["profile"]["name"]) == ("ACTIVE", "Max phone")


async def test_E05_an_activation_nobody_scans_times_out_and_can_begin_again(no_factors: Door) -> None:
    door = no_factors
    started = await enrol(door, "push")
    door.clock.advance(601)
    late = await door.post(link(started, "poll"))
    await door.post(link(late, "activate"))
    again = await door.post(link(started, "poll"))

    assert late.body["factorResult"] == "TIMEOUT"
    assert set(late.body["_links"]) == {"activate"}
    assert again.body["factorResult"] == "WAITING"


async def test_E05_a_device_can_be_scanned_through_the_control_plane(no_factors: Door) -> None:
    nothing = await no_factors.post(f"/_fake/devices/{MAX.id}")
    started = await enrol(no_factors, "push")
    scanned = await no_factors.post(f"/_fake/devices/{MAX.id}", {"name": "Tablet"})

    assert nothing.status == 404
    assert scanned.body == {"factorId": started.body["id"]}


async def test_E06_a_question_is_active_at_once_and_its_answer_never_shown(no_factors: Door) -> None:
    door = no_factors
    made = await door.post(path(), {**QUESTION, "profile": ANSWER})
    listed = await door.get(path())

    assert (made.status, made.body["status"]) == (200, "ACTIVE")
    assert made.body["profile"]["question"] == "disliked_food"
    assert set(made.body["profile"]) == {"question", "questionText"}
    assert ANSWER["answer"] not in made.text + listed.text


@pytest.mark.parametrize(
    "profile",
    [
        {},
        {"question": "disliked_food"},
        {**ANSWER, "answer": "abc"},
        {**ANSWER, "question": "shoe_size"},
        {**ANSWER, "question": "custom"},
    ],
)
async def test_a_question_needs_a_known_question_and_a_real_answer(no_factors: Door, profile: object) -> None:
    reply = await no_factors.post(path(), {**QUESTION, "profile": profile})

    assert (reply.status, reply.error) == (400, "E0000001")


async def test_E07_the_sixth_try_in_five_minutes_is_refused_and_so_is_a_resend(no_factors: Door) -> None:
    door = no_factors
    started = await enrol(door, phoneNumber=NUMBER)
    code = door.okta.texts(NUMBER)[-1].code
    activate = link(started, "activate")

    wrong = [await door.post(activate, {"passCode": "000000"}) for _ in range(5)]
    sixth = await door.post(activate, {"passCode": code})
    door.clock.advance(31)
    resent = await door.post(started.body["_links"]["resend"][0]["href"])
    door.clock.advance(269)
    later = await door.post(started.body["_links"]["resend"][0]["href"])

    assert [reply.error for reply in wrong] == ["E0000068"] * 5
    assert (sixth.status, sixth.error) == (429, "E0000047")
    assert (resent.status, resent.error) == (429, "E0000047")
    assert later.status == 200
    assert len(door.okta.texts(NUMBER)) == 2


async def test_a_resend_keeps_thirty_seconds_apart(no_factors: Door) -> None:
    started = await enrol(no_factors, phoneNumber=NUMBER)

    reply = await no_factors.post(started.body["_links"]["resend"][0]["href"], {"factorType": "sms"})

    assert (reply.status, reply.error) == (429, "E0000109")


async def test_a_pending_number_is_replaced_on_demand_only(no_factors: Door) -> None:
    other = "+14155550144"
    await enrol(no_factors, phoneNumber=NUMBER)

    refused = await enrol(no_factors, phoneNumber=other)
    replaced = await enrol(no_factors, query="?updatePhone=true", phoneNumber=other)

    assert refused.error == "E0000001"
    assert replaced.body["profile"]["phoneNumber"] == other
    assert [row["id"] for row in (await no_factors.get(path())).body] == [replaced.body["id"]]


async def test_E08_on_identity_engine_okta_verify_goes_as_a_whole(idx_door: Door) -> None:
    door = idx_door
    await enrol(door, "push")
    door.okta.scan_push(MAX.id)
    before = [row["factorType"] for row in (await door.get(path())).body]

    push = await door.factor_path(MAX.id, "push")
    deleted = await door.call("DELETE", push)

    assert before == ["email", "sms", "push", "token:software:totp", "signed_nonce"]
    assert deleted.status == 204
    assert [row["factorType"] for row in (await door.get(path())).body] == ["email", "sms"]


async def test_E08_on_classic_the_siblings_stay(no_factors: Door) -> None:
    door = no_factors
    await enrol(door, "token:software:totp")
    await enrol(door, "push")

    deleted = await door.call("DELETE", await door.factor_path(MAX.id, "push"))

    assert deleted.status == 204
    assert [row["factorType"] for row in (await door.get(path())).body] == ["token:software:totp"]


async def test_totp_shows_its_secret_once_and_is_activated_with_a_real_code(no_factors: Door) -> None:
    door = no_factors
    started = await enrol(door, "token:software:totp")
    listed = await door.get(path())
    activation = started.body["_embedded"]["activation"]
    code = code_at(activation["sharedSecret"], step_at(door.clock.at))

    wrong = await door.post(link(started, "activate"), {"passCode": "12345"})
    right = await door.post(link(started, "activate"), {"passCode": code})

    assert (activation["timeStep"], activation["encoding"], activation["keyLength"]) == (30, "base32", 6)
    assert activation["sharedSecret"] not in listed.text
    assert wrong.error == "E0000068"
    assert right.body["status"] == "ACTIVE"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_totp_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", step_at(seconds)) == code


async def test_a_call_is_enrolled_with_the_spoken_code(no_factors: Door) -> None:
    door = no_factors
    started = await enrol(door, "call", phoneNumber=NUMBER, phoneExtension="1234")
    (call,) = door.okta.calls(NUMBER)
    done = await door.post(link(started, "activate"), {"passCode": call.code})

    assert started.body["profile"] == {"phoneNumber": NUMBER, "phoneExtension": "1234"}
    assert ", ".join(call.code) in call.body
    assert done.body["status"] == "ACTIVE"
    assert (await door.get(f"/_fake/calls?to=%2B{NUMBER[1:]}")).body[0]["code"] == call.code


async def test_an_email_is_enrolled_with_its_code(no_factors: Door) -> None:
    started = await enrol(no_factors, "email")
    (mail,) = no_factors.okta.emails(MAX.login)
    done = await no_factors.post(link(started, "activate"), {"passCode": mail.code})

    assert done.body["status"] == "ACTIVE"
    assert (await no_factors.get("/_fake/emails")).body[0]["to"] == MAX.login


async def test_a_bad_extension_is_refused(no_factors: Door) -> None:
    reply = await enrol(no_factors, "call", phoneNumber=NUMBER, phoneExtension="x")

    assert reply.error == "E0000121"


@pytest.mark.parametrize(
    "body", [{}, {"factorType": "u2f"}, {"factorType": "sms", "provider": "GOOGLE"}, {"factorType": 5}]
)
async def test_a_factor_that_is_not_simulated_is_refused_by_name(no_factors: Door, body: dict[str, Any]) -> None:
    reply = await no_factors.post(path(), body)

    assert (reply.status, reply.error) == (400, "E0000001")
    assert reply.causes[0].startswith("factorType: ")


async def test_an_active_factor_is_not_activated_again(door: Door) -> None:
    reply = await door.post(f"{await door.factor_path(JANE.id, 'sms')}/lifecycle/activate", {"passCode": "1"})

    assert (reply.status, reply.error) == (400, "E0000001")


async def test_the_catalog_and_the_questions_can_be_read(door: Door) -> None:
    catalog = await door.get(f"{path()}/catalog")
    questions = await door.get(f"{path()}/questions")

    assert {row["factorType"] for row in catalog.body} >= {"sms", "push", "call", "token:software:totp"}
    assert {"question", "questionText"} == set(questions.body[0])


async def test_without_telephony_no_code_is_sent(open_door: OpenDoor) -> None:
    door = await open_door(settings=Settings(telephony=False))

    reply = await door.post(f"{await door.factor_path(JANE.id, 'sms')}/verify")

    assert (reply.status, reply.error) == (403, "E0000247")
