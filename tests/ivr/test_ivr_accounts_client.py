"""The client of the accounts API: what it sends, and what it makes of answers good and bad."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import aiohttp
import pytest

from ivr.accounts import Account, AccountsDown, CallbackRequested, HttpAccounts, NoAccount
from tests.ivr.handset import JANE, sid
from tests.ivr.stand_ins import Canned, CannedSession

GOOD = {"userId": "00u1", "balance": "142.50", "currency": "USD", "dueDate": "2026-12-15"}


def on(answer: Canned | Exception) -> tuple[HttpAccounts, CannedSession]:
    session = CannedSession(answer)
    return HttpAccounts("http://accounts.internal/", "secret", session=session), session


async def test_an_account_is_asked_for_by_person_with_a_bearer_token() -> None:
    accounts, session = on(Canned(200, json.dumps(GOOD)))

    assert await accounts.standing("00u1") == Account(Decimal("142.50"), "USD", date(2026, 12, 15))

    method, url, options = session.asked[0]
    assert (method, url) == ("GET", "http://accounts.internal/v1/accounts/00u1")
    assert options["headers"]["Authorization"] == "Bearer secret"
    assert options["timeout"].total == 4
    assert options["allow_redirects"] is False


async def test_a_call_back_carries_a_key_that_is_the_same_for_the_same_call() -> None:
    accounts, session = on(Canned(201, json.dumps({"id": "cb_1", "status": "requested"})))

    for _ in range(2):
        result = await accounts.request_callback(person_id=None, phone=JANE, topic="support", call_sid=sid(1))
        assert result == CallbackRequested("cb_1")

    first, second = (options for _, _, options in session.asked)
    assert first["headers"]["Idempotency-Key"] == second["headers"]["Idempotency-Key"] == f"{sid(1)}-support"
    assert json.loads(first["data"]) == {"userId": None, "phone": JANE, "topic": "support", "callSid": sid(1)}


async def test_a_person_without_an_account_is_told_from_an_api_that_is_not_there() -> None:
    assert await on(Canned(404, '{"error": "account_not_found"}'))[0].standing("00u1") == NoAccount()
    assert isinstance(await on(Canned(404, "<html>nginx</html>", "text/html"))[0].standing("00u1"), AccountsDown)


@pytest.mark.parametrize(
    "wrong",
    [
        {"userId": "00u2"},
        {"balance": 142.5},
        {"balance": "a lot"},
        {"balance": "NaN"},
        {"balance": "1e999999"},
        {"currency": None},
        {"currency": "dollars"},
        {"dueDate": "15.12.2026"},
        {"dueDate": None},
    ],
    ids=str,
)
async def test_an_account_that_makes_no_sense_is_not_spoken(wrong: dict[str, object]) -> None:
    """Somebody else's account least of all."""
    accounts, _ = on(Canned(200, json.dumps({**GOOD, **wrong})))

    assert isinstance(await accounts.standing("00u1"), AccountsDown)


@pytest.mark.parametrize(
    "answer",
    [
        Canned(200, "null"),
        Canned(200, "[]"),
        Canned(200, "not json"),
        Canned(201, "{}"),
        Canned(302, ""),
        Canned(400, '{"error": "invalid_request"}'),
        Canned(401, '{"error": "unauthorized"}'),
        Canned(500, ""),
        aiohttp.ClientConnectionError("refused"),
        TimeoutError(),
    ],
    ids=repr,
)
async def test_any_other_answer_means_the_api_is_down(answer: Canned | Exception) -> None:
    accounts, _ = on(answer)

    assert isinstance(await accounts.standing("00u1"), AccountsDown)
    down = await accounts.request_callback(person_id="00u1", phone=JANE, topic="account", call_sid=sid(1))
    assert isinstance(down, AccountsDown)
    assert "secret" not in f"{down.why}{await accounts.health()}"


async def test_health_is_asked_for_with_an_account_that_nobody_has() -> None:
    accounts, session = on(Canned(500, ""))
    assert await accounts.health() is not None

    session.answer = Canned(404, '{"error": "account_not_found"}')

    assert await accounts.health() is None
    assert session.asked[-1][1].endswith("/v1/accounts/ivr-health")
