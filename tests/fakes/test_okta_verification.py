"""V01 to V15: proving a factor with a code or an answer through the Factors API."""

import pytest

from fakes.okta import factors, users
from fakes.people import JANE, LEA, MAX
from tests.fakes.door import Door

WRONG = "000000"
SECRET = "GEZDGNBVGY3TQOJQ"


async def challenge(door: Door, path: str) -> str:
    """Start an SMS challenge; returns the code that arrived."""
    reply = await door.post(f"{path}/verify")
    assert reply.status == 200, reply.text
    return door.okta.texts(JANE.phone)[-1].code


async def test_V01_an_empty_verify_sends_exactly_one_code(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")

    reply = await door.post(f"{path}/verify")

    assert reply.status == 200
    assert reply.body == {
        "factorResult": "CHALLENGE",
        "profile": {"phoneNumber": JANE.phone},
        "_links": {
            "verify": {"href": f"{door.base}{path}/verify", "hints": {"allow": ["POST"]}},
            "factor": {"href": f"{door.base}{path}", "hints": {"allow": ["GET", "DELETE"]}},
        },
    }
    (text,) = door.okta.texts(JANE.phone)
    assert len(text.code) == 6
    assert text.code in text.body
    assert text.at == door.clock.at


async def test_V02_second_sms_within_30_seconds_is_refused(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    await challenge(door, path)

    door.clock.advance(29.9)
    refused = await door.post(f"{path}/verify")
    door.clock.advance(0.1)
    accepted = await door.post(f"{path}/verify")

    assert (refused.status, refused.error) == (429, "E0000109")
    assert accepted.status == 200
    assert len(door.okta.texts(JANE.phone)) == 2


async def test_V03_the_right_code_is_a_bare_success(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    code = await challenge(door, path)

    reply = await door.post(f"{path}/verify", {"passCode": code})

    assert reply.status == 200
    assert reply.body == {"factorResult": "SUCCESS"}


async def test_V04_a_wrong_code_is_refused_and_the_challenge_stays_usable(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    code = await challenge(door, path)

    wrong = await door.post(f"{path}/verify", {"passCode": WRONG})
    right = await door.post(f"{path}/verify", {"passCode": code})

    assert (wrong.status, wrong.error, len(wrong.causes)) == (403, "E0000068", 1)
    assert right.status == 200


async def test_V05_the_right_code_after_five_minutes_is_refused(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    code = await challenge(door, path)

    door.clock.advance(300)
    reply = await door.post(f"{path}/verify", {"passCode": code})

    assert (reply.status, reply.error) == (403, "E0000068")


async def test_V05_the_right_code_just_before_five_minutes_is_good(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    code = await challenge(door, path)

    door.clock.advance(299.9)
    reply = await door.post(f"{path}/verify", {"passCode": code})

    assert reply.body == {"factorResult": "SUCCESS"}


async def test_V06_on_classic_the_first_code_survives_a_resend(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    first = await challenge(door, path)
    door.clock.advance(30)
    await challenge(door, path)

    reply = await door.post(f"{path}/verify", {"passCode": first})

    assert reply.body == {"factorResult": "SUCCESS"}


async def test_V06_on_identity_engine_a_resend_voids_the_first_code(idx_door: Door) -> None:
    door = idx_door
    path = await door.factor_path(JANE.id, "sms")
    first = await challenge(door, path)
    door.clock.advance(30)
    second = await challenge(door, path)

    old = await door.post(f"{path}/verify", {"passCode": first})
    new = await door.post(f"{path}/verify", {"passCode": second})

    assert (old.status, old.error) == (403, "E0000068")
    assert new.body == {"factorResult": "SUCCESS"}


async def test_V07_a_used_code_is_refused(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    code = await challenge(door, path)
    await door.post(f"{path}/verify", {"passCode": code})

    again = await door.post(f"{path}/verify", {"passCode": code})

    assert (again.status, again.error) == (403, "E0000068")


async def test_V09_five_wrong_codes_lock_the_user(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    code = await challenge(door, path)

    wrong = [await door.post(f"{path}/verify", {"passCode": WRONG}) for _ in range(5)]
    locked = await door.post(f"{path}/verify", {"passCode": code})

    assert [reply.error for reply in wrong] == ["E0000068"] * 5
    assert (locked.status, locked.error) == (403, "E0000069")
    assert (await door.get(f"/api/v1/users/{JANE.id}")).body["status"] == "LOCKED_OUT"


async def test_V09_a_success_resets_the_count(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    for _ in range(2):
        code = await challenge(door, path)
        for _ in range(4):
            await door.post(f"{path}/verify", {"passCode": WRONG})
        assert (await door.post(f"{path}/verify", {"passCode": code})).status == 200
        door.clock.advance(30)

    assert (await door.get(f"/api/v1/users/{JANE.id}")).body["status"] == "ACTIVE"


async def test_V09_failures_more_than_five_minutes_apart_do_not_add_up(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    for _ in range(6):
        await door.post(f"{path}/verify", {"passCode": WRONG})
        door.clock.advance(76)

    assert (await door.get(f"/api/v1/users/{JANE.id}")).body["status"] == "ACTIVE"


async def test_a_locked_user_gets_no_code(door: Door) -> None:
    path = await door.factor_path(LEA.id, "sms")

    reply = await door.post(f"{path}/verify")

    assert (reply.status, reply.error) == (403, "E0000069")
    assert door.okta.texts(LEA.phone) == []


async def test_V12_an_unknown_factor_is_not_found(door: Door) -> None:
    reply = await door.post(f"/api/v1/users/{JANE.id}/factors/smsunknown/verify")

    assert (reply.status, reply.error) == (404, "E0000007")


async def test_V13_a_pending_factor_is_not_verified(door: Door) -> None:
    path = await door.factor_path(MAX.id, "sms")

    reply = await door.post(f"{path}/verify")

    assert (reply.status, reply.error) == (400, "E0000001")
    assert door.okta.texts(MAX.phone) == []


@pytest.mark.parametrize(
    "raw", ["{", "[1]", '"code"', "nonsense", "[" * 100_000, '{"a": NaN}', '{"a": 1e999}', '{"a": "\\ud800"}', b"\xff"]
)
async def test_V14_a_broken_body_is_refused_and_nothing_is_sent(door: Door, raw: str | bytes) -> None:
    path = await door.factor_path(JANE.id, "sms")

    reply = await door.post(f"{path}/verify", raw=raw, headers={"Content-Type": "application/json"})

    assert (reply.status, reply.error) == (400, "E0000003")
    assert door.okta.texts(JANE.phone) == []


async def test_V15_an_empty_body_of_type_json_is_no_body(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")

    reply = await door.post(f"{path}/verify", raw=b"", headers={"Content-Type": "application/json"})

    assert reply.body["factorResult"] == "CHALLENGE"


async def enrolled(door: Door, kind: str, **profile: str) -> str:
    """The path of a factor that Jane has in addition; codes go out only when asked for."""
    org = door.okta.org
    secret = profile.pop("secret", "")
    factor = factors.add(org, users.find(org, JANE.id), kind, profile, secret=secret)
    return f"/api/v1/users/{JANE.id}/factors/{factor.id}"


async def test_V08_a_second_call_within_30_seconds_is_refused(door: Door) -> None:
    path = await enrolled(door, "call", phoneNumber=JANE.phone)

    first = await door.post(f"{path}/verify")
    refused = await door.post(f"{path}/verify")
    door.clock.advance(30)
    later = await door.post(f"{path}/verify")

    assert first.status == 200
    assert (refused.status, refused.error) == (429, "E0000133")
    assert later.status == 200
    calls = door.okta.calls(JANE.phone)
    assert len(calls) == 2
    assert (await door.post(f"{path}/verify", {"passCode": calls[-1].code})).body == {"factorResult": "SUCCESS"}


async def test_V08_an_email_has_a_pause_of_five_seconds(door: Door) -> None:
    path = await enrolled(door, "email", email=JANE.login)
    await door.post(f"{path}/verify")

    refused = await door.post(f"{path}/verify")
    door.clock.advance(5)
    later = await door.post(f"{path}/verify")

    assert (refused.status, refused.error) == (429, "E0000118")
    assert later.status == 200


@pytest.mark.parametrize(("lifetime", "is_good"), [("3600", True), ("60", False)])
async def test_the_lifetime_of_an_email_code_can_be_chosen(door: Door, lifetime: str, is_good: bool) -> None:
    path = await enrolled(door, "email", email=JANE.login)
    await door.post(f"{path}/verify?tokenLifetimeSeconds={lifetime}")
    code = door.okta.emails(JANE.login)[-1].code

    door.clock.advance(600 if is_good else 60)
    reply = await door.post(f"{path}/verify", {"passCode": code})

    assert (reply.status == 200) is is_good


@pytest.mark.parametrize("lifetime", ["0", "86401", "soon"])
async def test_a_lifetime_out_of_range_is_refused(door: Door, lifetime: str) -> None:
    path = await enrolled(door, "email", email=JANE.login)

    reply = await door.post(f"{path}/verify?tokenLifetimeSeconds={lifetime}")

    assert (reply.status, reply.error) == (400, "E0000001")


async def test_V10_a_totp_code_is_good_once(door: Door) -> None:
    path = await enrolled(door, "token:software:totp", secret=SECRET)
    code = door.okta.totp(JANE.id)

    right = await door.post(f"{path}/verify", {"passCode": code})
    again = await door.post(f"{path}/verify", {"passCode": code})
    door.clock.advance(30)
    next_step = await door.post(f"{path}/verify", {"passCode": door.okta.totp(JANE.id)})

    assert right.body == {"factorResult": "SUCCESS"}
    assert (again.status, again.error) == (403, "E0000082")
    assert next_step.body == {"factorResult": "SUCCESS"}


async def test_V10_a_totp_code_out_of_its_window_is_named(door: Door) -> None:
    path = await enrolled(door, "token:software:totp", secret=SECRET)
    code = door.okta.totp(JANE.id)

    door.clock.advance(120)
    late = await door.post(f"{path}/verify", {"passCode": code})
    wrong = await door.post(f"{path}/verify", {"passCode": "12345"})
    nothing = await door.post(f"{path}/verify")

    assert (late.status, late.error) == (403, "E0000083")
    assert (wrong.status, wrong.error) == (403, "E0000068")
    assert (nothing.status, nothing.error) == (400, "E0000001")


@pytest.mark.parametrize("answer", ["Liver and Onions", " liver and onions "])
async def test_V11_an_answer_is_compared_without_case(door: Door, answer: str) -> None:
    path = await enrolled(door, "question", question="disliked_food", secret="Liver and onions")

    right = await door.post(f"{path}/verify", {"answer": answer})
    wrong = await door.post(f"{path}/verify", {"answer": "spinach"})

    assert right.body == {"factorResult": "SUCCESS"}
    assert (wrong.status, wrong.error) == (403, "E0000068")


async def test_V09_an_unlocked_user_starts_anew(door: Door) -> None:
    path = await door.factor_path(JANE.id, "sms")
    for _ in range(5):
        await door.post(f"{path}/verify", {"passCode": WRONG})
    await door.post(f"/api/v1/users/{JANE.id}/lifecycle/unlock")

    again = await door.post(f"{path}/verify", {"passCode": WRONG})
    code = await challenge(door, path)
    right = await door.post(f"{path}/verify", {"passCode": code})

    assert again.error == "E0000068"
    assert right.body == {"factorResult": "SUCCESS"}
