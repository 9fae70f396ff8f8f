"""Abuse by telephone: guessing, locking out, ordering texts, wearing people down, and caller IDs not to be believed."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.okta import users
from fakes.people import JANE as JANE_IVR
from fakes.people import JON as JON_IVR
from ivr.app import create_app
from ivr.limits import Count, Limit, MemoryLimits
from tests.ivr.conftest import Build, build_world
from tests.ivr.handset import JANE, JON, STRANGER, Handset, World

SEVERAL = settings(max_examples=15, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.lists(st.tuples(st.sampled_from([JANE, JANE, JON]), st.sampled_from([0.0, 31.0, 299.0, 1200.0, 3601.0])),
                min_size=1, max_size=14)  # fmt: skip


async def guessing(world: World, phone: Handset) -> None:
    """A call that types wrong codes for as long as the line takes any, and orders new ones in between."""
    await phone.reach("1")
    for keys in ("1", "000000", "*", "1", "000000", "000000", "000000", "000000", "*", "1", "000000"):
        if phone.reply is None or not phone.reply.action:
            return
        world.clock.at += 1
        await phone.press(keys)


@SEVERAL
@given(calls=DAYS)
def test_no_number_of_calls_locks_an_account_or_sends_more_texts_than_the_limits(
    calls: list[tuple[str, float]],
) -> None:
    """A stranger with the caller IDs of customers, at any pace."""
    world = build_world(IVR_CHALLENGES_PER_HOUR="3", IVR_CHALLENGES_OF_ALL="5", IVR_WRONG_CODES_WINDOW="300")
    world.change_profile(JON_IVR.id, ivrFactorPreference="sms")

    async def lives() -> set[tuple[float, str, str | None]]:
        sent: set[tuple[float, str, str | None]] = set()
        for number, (caller, seconds) in enumerate(calls, start=1):
            await guessing(world, world.handset(caller, number=number))
            sent |= {(text.at, who, text.code) for who in (JANE, JON) for text in world.okta.texts(who)}
            world.clock.at += seconds
        return sent

    sent = asyncio.run(lives())

    for person in (JANE_IVR, JON_IVR):
        assert users.find(world.okta.org, person.id).status == "ACTIVE"
    assert sent
    for at, who, _ in sent:
        hour = [to for when, to, _ in sent if at - 3600 < when <= at]
        assert len(hour) <= 5
        assert hour.count(who) <= 3


class Forgetful(MemoryLimits):
    """Limits that never hold anybody back."""

    async def take(self, *counts: Count) -> Limit | None:
        return None


async def test_without_the_limits_a_stranger_would_lock_the_account(world: World) -> None:
    """So the test above can fail."""
    world.app = create_app(replace(world.line, limits=Forgetful(world.clock)))
    for number in (1, 2):
        await guessing(world, world.handset(JANE, number=number))
        world.clock.at += 31  # by Direct Authentication a call can only check a code that it has ordered

    assert users.find(world.okta.org, JANE_IVR.id).status == "LOCKED_OUT"


async def test_texts_go_to_enrolled_phones_only_whoever_calls(world: World) -> None:
    """The calling number is never written to: a stranger cannot have texts sent to a number of their own."""
    for number, caller in enumerate(("+19005550123", "+882125550123", STRANGER), start=1):
        await world.handset(caller, number=number).reach("1", "1")

        assert not world.okta.texts(caller)

    assert not world.okta.org.tables.codes


async def push(world: World, number: int, *, answer: bool | None = None) -> Handset:
    """A call by push; the person answers, or lets it be."""
    phone = world.handset(JON, number=number)
    await phone.reach("1", "1")
    if answer is not None:
        world.okta.answer_push(JON_IVR.id, approve=answer)
        await phone.wait()
    return phone


def prompts(world: World) -> int:
    return len(world.okta.org.tables.pushes)


async def test_a_person_gets_so_many_pushes_an_hour(build: Build) -> None:
    world = build(IVR_PUSHES_PER_HOUR="2")
    for number in (1, 2, 3):
        phone = await push(world, number)

    assert "too many requests recently" in phone.said
    assert prompts(world) == 2
    world.clock.at += 3600
    await push(world, 4)
    assert prompts(world) == 3


async def test_after_two_denials_there_are_no_pushes_for_a_day(build: Build) -> None:
    world = build()
    for number in (1, 2):
        phone = await push(world, number, answer=False)
        assert "For your safety, I am ending this call" in phone.said
    world.clock.at += 3601

    refused = await push(world, 3)

    assert "too many requests recently" in refused.said
    assert not world.okta.prompts(JON_IVR.id)
    world.clock.at += 24 * 3600
    await push(world, 4)
    assert len(world.okta.prompts(JON_IVR.id)) == 1


async def test_denials_are_not_forgotten_when_the_person_comes_in_otherwise(build: Build) -> None:
    """Whoever denied a stranger's push and then calls themselves does not open the door for the next one."""
    world = build()
    for number in (1, 2):
        await push(world, number, answer=False)
    phone = world.handset(JON, number=3)
    await phone.reach("1", "*", "1")
    await phone.press(world.code(JON))
    assert "Jon" in phone.said

    await push(world, 4)

    assert prompts(world) == 2


async def test_an_approved_push_clears_the_count_of_pushes(build: Build) -> None:
    world = build(IVR_PUSHES_PER_HOUR="1")
    await push(world, 1, answer=True)

    phone = await push(world, 2)

    assert "sent a request" in phone.said


PASSED = ["TN-Validation-Passed-A", "TN-Validation-Passed-B", "TN-Validation-Passed-C"]
SUFFIXED = ["TN-Validation-Passed-A-Diverted", "TN-Validation-Passed-B-Passthrough"]
NONE = ["", "No-TN-Validation"]
FAILED = ["TN-Validation-Failed", "TN-Validation-Failed-A", "TN-Validation-Failed-C"]
RULES = {
    "any": [*PASSED, *SUFFIXED, *NONE, *FAILED],
    "not-failed": [*PASSED, *SUFFIXED, *NONE],
    "passed": [*PASSED, *SUFFIXED],
    "passed-a": PASSED[:1],
}


@pytest.mark.parametrize("verdict", RULES["any"])
@pytest.mark.parametrize("rule", list(RULES))
async def test_a_caller_id_that_is_not_to_be_believed_is_a_stranger_s(rule: str, verdict: str) -> None:
    world = build_world(IVR_CALLER_ID=rule)
    phone = world.handset(JANE)
    await phone.post("/ivr/welcome", **({"StirVerstat": verdict} if verdict else {}))
    await phone.press("1")
    await phone.press("1")

    is_believed = verdict in RULES[rule]

    assert bool(world.okta.org.tables.codes) is is_believed


async def test_a_forged_caller_id_is_treated_like_an_honest_stranger_s(world: World) -> None:
    forged, honest = world.handset(JANE, number=1), world.handset("+17735550000", number=2)

    first = await forged.post("/ivr/welcome", StirVerstat="TN-Validation-Failed-A"), await honest.dial()
    assert first[0].text == first[1].text
    await forged.press("1")
    await honest.press("1")

    assert "I need to verify who you are" in forged.said
    assert "I need to verify who you are" in honest.said


async def test_the_best_verdict_proves_nothing(world: World) -> None:
    phone = world.handset(JANE)

    await phone.post("/ivr/welcome", StirVerstat="TN-Validation-Passed-A")
    await phone.press("1")

    assert "Jane" not in phone.said
    assert (await phone.post("/ivr/account_menu", Digits="1")).redirect == "/ivr/menu"


HOSTILE = st.text(
    st.sampled_from("<>&'\"/]! \x00\x01\x1b\ud800Aä\u202e") | st.characters(), max_size=60
) | st.sampled_from(
    [
        "</Say><Dial>+19005550123</Dial><Say>",
        "]]><Hangup/>",
        "<!--",
        "&lol;",
        "<![CDATA[<Redirect>http://evil</Redirect>",
    ]
)
SPOKEN = {"Response", "Gather", "Say", "Hangup", "Redirect", "Pause"}


@SEVERAL
@given(name=HOSTILE, place=HOSTILE, company=HOSTILE)
def test_whatever_a_profile_or_a_location_says_is_spoken_never_obeyed(name: str, place: str, company: str) -> None:
    world = build_world(APP_CUSTOMER_NAME=clean(company)[:80].strip() or "ATKO")
    world.change_profile(JANE_IVR.id, firstName=name[:50] or "Jane")  # Okta takes 1 to 50 characters

    async def told() -> list[tuple[str, set[str]]]:
        phone = world.handset(JANE)
        replies = [await phone.post("/ivr/welcome", FromCity=clean(place), FromState=clean(place), FromCountry="XX")]
        replies += [await phone.press(key) for key in ("1", "1")]
        replies += [await phone.press(world.code())]
        return [(reply.text, {element.tag for element in reply.root.iter()}) for reply in replies]

    for text, tags in asyncio.run(told()):
        assert tags <= SPOKEN
        assert "evil" not in text.partition("<Redirect")[2]


def clean(text: str) -> str:
    """What a form and an environment can hold at all: no lone surrogates, no null."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


@pytest.mark.parametrize(("caller", "preference"), [(JANE, "sms"), (JANE, "push"), (STRANGER, "sms")])
async def test_no_answer_may_be_cached_recorded_or_taken_by_voice(world: World, caller: str, preference: str) -> None:
    """Every answer of whole calls: no-store, no recording, and codes by keys alone."""
    world.change_profile(JANE_IVR.id, ivrFactorPreference=preference)
    phone = world.handset(caller)
    client = world.app.test_client()
    await phone.reach("1", "1")
    for path in (
        "welcome",
        "menu",
        "authenticate",
        "verify_sms",
        "verify_okta_push",
        "account_welcome",
        "account_menu",
    ):
        response = await client.post(f"/ivr/{path}", form={"CallSid": phone.call_sid, "From": caller,
                                                           "AccountSid": "AC" + "0" * 32})  # fmt: skip
        text = str(await response.get_data(as_text=True))

        assert response.headers["Cache-Control"] == "no-store"
        assert not [
            word for word in ("Record", "record", "transcri", "Play", "Start", "Stream", "speech") if word in text
        ]


async def test_what_is_typed_is_never_logged_whatever_it_is(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="ivr")
    phone = world.handset(JANE)
    await phone.reach("1", "1")

    for keys in ("918273", "55501", "*", "1"):
        await phone.press(keys)

    assert "keys=6" in caplog.text
    assert not [each for each in ("918273", "55501", world.code()) if each in caplog.text]
