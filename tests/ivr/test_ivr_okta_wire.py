"""What goes to Okta over the SDK, and what comes of its answers."""

from __future__ import annotations

import json
import logging

import aiohttp
import pytest

from fakes.doors import served
from fakes.okta.app import create_app as okta_app
from fakes.people import JANE as JANE_IVR
from ivr.identity.directory import Directory
from ivr.identity.okta_factors import OktaFactors
from ivr.identity.okta_wire import OktaWire
from ivr.identity.protocol import (
    Attempt,
    Begun,
    CodeSent,
    Expired,
    Factor,
    Kind,
    Locked,
    Person,
    Push,
    Rejected,
    TooSoon,
    Trouble,
    Unavailable,
    Unknown,
    Unusable,
    Verified,
    Waiting,
    WrongCode,
)
from tests.ivr.handset import JANE, World
from tests.ivr.stand_ins import Canned, CannedSession

ORG = "https://org.example"
ATTEMPT = Attempt("00u1")
SMS, PUSH = Factor("sms1", Kind.SMS), Factor("opf1", Kind.PUSH)


def on(answer: Canned | Exception) -> tuple[OktaFactors, CannedSession]:
    session = CannedSession(answer)
    return OktaFactors(OktaWire(ORG, "token", session=session)), session


def error(code: str, status: int) -> Canned:
    return Canned(status, json.dumps({"errorCode": code, "errorSummary": "…", "errorCauses": []}))


def ok(**body: object) -> Canned:
    return Canned(200, json.dumps(body))


@pytest.mark.parametrize(
    ("phone", "sent"),
    [
        (JANE, "search=profile.ivrPhone%20eq%20%22%2B17735551234%22&limit="),
        ('+1" or id pr', "search=profile.ivrPhone%20eq%20%22%2B1%5C%22%20or%20id%20pr%22&limit="),
    ],
)
async def test_the_search_keeps_plus_and_quotes_where_they_belong(phone: str, sent: str) -> None:
    """U05: a bare + would arrive as a space; a bare quote would end the value."""
    session = CannedSession(Canned(200, "[]"))
    directory = Directory(OktaWire(ORG, "token", session=session))

    assert isinstance(await directory.find_caller(phone), Unknown)

    (method, url, options) = session.asked[0]
    assert (method, sent in url) == ("GET", True)
    assert options["headers"]["Authorization"] == "SSWS token"
    assert options["timeout"].total == 5


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (ok(factorResult="SUCCESS"), Verified()),
        (ok(factorResult="CHALLENGE"), Unavailable(Trouble.GARBLED, "200  CHALLENGE")),
        (ok(), Unavailable(Trouble.GARBLED, "200  None")),
        (Canned(200, "[]"), Unavailable(Trouble.GARBLED, "200  None")),
        (error("E0000068", 403), WrongCode()),
        (error("E0000082", 403), WrongCode()),
        (error("E0000083", 403), WrongCode()),
        (error("E0000069", 403), Locked()),
        (error("E0000006", 403), Unavailable(Trouble.REFUSED, "403 E0000006")),
        (error("E0000011", 401), Unavailable(Trouble.REFUSED, "401 E0000011")),
        (error("E0000007", 404), Unusable("404 E0000007")),
        (error("E0000047", 429), Unavailable(Trouble.BUSY, "429 E0000047")),
        (error("E0000009", 500), Unavailable(Trouble.OUT_OF_REACH, "500 E0000009")),
        (Canned(403, "", "text/plain"), Unavailable(Trouble.REFUSED, "403")),
        (Canned(302, "", "text/plain"), Unavailable(Trouble.GARBLED, "302")),
        (aiohttp.ClientConnectionError(), Unavailable(Trouble.OUT_OF_REACH, "ClientConnectionError")),
    ],
)
async def test_only_a_success_verifies_a_code(answer: Canned | Exception, result: object) -> None:
    identity, session = on(answer)

    assert await identity.verify(ATTEMPT, SMS, "123456") == result

    method, url, options = session.asked[0]
    assert (method, url) == ("POST", f"{ORG}/api/v1/users/00u1/factors/sms1/verify")
    assert json.loads(options["data"]) == {"passCode": "123456"}
    assert len(session.asked) == 1, "no retries"


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (ok(factorResult="CHALLENGE"), CodeSent()),
        (ok(factorResult="SUCCESS"), Unavailable(Trouble.GARBLED, "200  SUCCESS")),
        (error("E0000109", 429), TooSoon()),
        (error("E0000146", 429), Unusable("429 E0000146")),
        (error("E0000150", 403), Unusable("403 E0000150")),
        (error("E0000247", 403), Unusable("403 E0000247")),
        (error("E0000068", 403), Unavailable(Trouble.GARBLED, "403 E0000068 None")),
        (error("E0000069", 403), Locked()),
    ],
)
async def test_a_challenge_is_sent_or_the_reason_is_known(answer: Canned, result: object) -> None:
    identity, session = on(answer)

    assert await identity.challenge(ATTEMPT, SMS) == result
    assert "data" not in session.asked[0][2], "an empty body is what sends a code"


LINKS = {"_links": {"poll": {"href": "https://evil.example/api/v1/poll?x=1"}, "cancel": {"href": f"{ORG}/c"}}}


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ({"factorResult": "WAITING", **LINKS}, Push("/api/v1/poll?x=1", "/c")),
        (
            {"factorResult": "WAITING", "_embedded": {"challenge": {"correctAnswer": 0}}, **LINKS},
            Push("/api/v1/poll?x=1", "/c", 0),
        ),
        ({"factorResult": "WAITING"}, Unavailable(Trouble.GARBLED, "a push without a transaction")),
        ({"factorResult": "SUCCESS", **LINKS}, Unavailable(Trouble.GARBLED, "a push without a transaction")),
    ],
)
async def test_a_push_is_started_with_its_number_and_links_stay_at_the_org(
    body: dict[str, object], result: object
) -> None:
    identity, _ = on(Canned(201, json.dumps(body)))

    assert await identity.start_push(ATTEMPT, PUSH) == result


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (ok(factorResult="SUCCESS"), Verified()),
        (ok(factorResult="WAITING"), Waiting(None)),
        (ok(factorResult="WAITING", _embedded={"challenge": {"correctAnswer": 0}}), Waiting(0)),
        (ok(factorResult="REJECTED"), Rejected()),
        (ok(factorResult="TIMEOUT"), Expired()),
        (ok(factorResult="CANCELLED"), Expired()),
        (ok(factorResult="ERROR"), Unavailable(Trouble.GARBLED, "factorResult 'ERROR'")),
        (ok(), Unavailable(Trouble.GARBLED, "factorResult None")),
        (error("E0000007", 404), Expired()),
        (error("E0000191", 404), Expired()),
        (error("E0000073", 403), Rejected()),
        (error("E0000005", 403), Unavailable(Trouble.REFUSED, "403 E0000005")),
    ],
)
async def test_only_a_success_approves_a_push(answer: Canned, result: object) -> None:
    identity, session = on(answer)

    assert await identity.poll_push(ATTEMPT, Push("/api/v1/poll", None)) == result
    assert session.asked[0][1] == f"{ORG}/api/v1/poll"


async def test_only_active_okta_factors_that_work_on_the_phone_are_used() -> None:
    rows = [
        {"id": "1", "factorType": "sms", "provider": "OKTA", "status": "PENDING_ACTIVATION"},
        {"id": "2", "factorType": "email", "provider": "OKTA", "status": "ACTIVE"},
        {"id": "3", "factorType": "push", "provider": "CUSTOM", "status": "ACTIVE"},
        {"id": "4", "factorType": "claims_provider", "provider": "X", "status": "ACTIVE"},
        {"id": "5", "factorType": "push", "provider": "OKTA", "status": "ACTIVE"},
        {"id": 6, "factorType": "sms", "provider": "OKTA", "status": "ACTIVE"},
        "no row at all",
        {"id": "7", "factorType": "sms", "provider": "OKTA", "status": "ACTIVE"},
        {"id": "8", "factorType": "token:software:totp", "provider": "GOOGLE", "status": "ACTIVE"},
        {"id": "9", "factorType": "token:software:totp", "provider": "SYMANTEC", "status": "ACTIVE"},
    ]
    identity, _ = on(Canned(200, json.dumps(rows)))

    begun = await identity.begin(Person("00u1", "Jane", "sms"))

    assert begun == Begun(ATTEMPT, (Factor("5", Kind.PUSH), Factor("7", Kind.SMS), Factor("8", Kind.GOOGLE)))


async def test_the_sdk_s_own_log_is_silent_because_it_would_hold_tokens_and_codes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    identity, _ = on(error("E0000068", 403))
    with caplog.at_level(logging.DEBUG):
        await identity.verify(ATTEMPT, SMS, "918273")

    assert "918273" not in caplog.text
    assert "SSWS" not in caplog.text


async def test_the_same_identity_works_over_the_network_with_its_own_session(world: World) -> None:
    """Over loopback, as it would against a real org; the session is closed with the line."""
    async with served(okta_app(world.okta)) as base:
        wire = OktaWire(base, world.okta.org.api_token)
        directory, identity = Directory(wire), OktaFactors(wire)

        person = await directory.find_caller(JANE)
        assert isinstance(person, Person)
        begun = await identity.begin(person)
        assert isinstance(begun, Begun)
        sms = next(factor for factor in begun.factors if factor.kind is Kind.SMS)
        assert await identity.challenge(begun.attempt, sms) == CodeSent()
        assert await identity.challenge(begun.attempt, sms) == TooSoon()
        assert await identity.verify(begun.attempt, sms, "000000") == WrongCode()
        assert await identity.verify(begun.attempt, sms, world.code()) == Verified()
        assert await directory.health() is None
        await directory.close()

    assert person == Person(JANE_IVR.id, "Jane", "sms")


async def test_an_org_nobody_listens_at_is_out_of_reach() -> None:
    directory = Directory(OktaWire("http://127.0.0.1:1", "token"))

    found = await directory.find_caller(JANE)
    await directory.close()

    assert isinstance(found, Unavailable)
    assert found.trouble is Trouble.OUT_OF_REACH
