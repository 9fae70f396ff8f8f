"""What Twilio's API has and the fake has not: refused by name, never with 404 or 405, which mean something else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException

from fakes.twilio.app import ROUTES
from fakes.twilio.endpoints.others import others, published
from tests.fakes.twilio.account_door import OURS, THEIRS, URL, AccountDoor, refused

CALL = "CA" + "1" * 32
RECORDING = "RE" + "1" * 32
MESSAGE = "SM" + "1" * 32
KNOWN = {"CallSid": CALL, "RecordingSid": RECORDING, "MessageSid": MESSAGE, "PhoneNumberSid": "PN" + "1" * 32}
"""Sids of the right shape, where the shape is looked at."""


@pytest.mark.parametrize(
    ("ask", "what"),
    [
        (
            lambda client: client.calls(CALL).streams.create_async(url="wss://app.example"),
            "POST …/Calls/{CallSid}/Streams",
        ),
        (
            lambda client: client.calls(CALL).streams("MZ" + "1" * 32).update_async(status="stopped"),
            "POST …/Calls/{CallSid}/Streams/{Sid}",
        ),
        (lambda client: client.calls(CALL).transcriptions.create_async(), "POST …/Calls/{CallSid}/Transcriptions"),
        (
            lambda client: client.calls(CALL).payments.create_async(idempotency_key="1", status_callback=URL),
            "POST …/Calls/{CallSid}/Payments",
        ),
        (lambda client: client.calls(CALL).events.list_async(), "GET …/Calls/{CallSid}/Events"),
        (lambda client: client.calls(CALL).notifications.list_async(), "GET …/Calls/{CallSid}/Notifications"),
        (lambda client: client.calls(CALL).recordings.create_async(), "POST …/Calls/{CallSid}/Recordings"),
        (lambda client: client.recordings(RECORDING).delete_async(), "DELETE …/Recordings/{Sid}"),
        (lambda client: client.messages(MESSAGE).media.list_async(), "GET …/Messages/{MessageSid}/Media"),
        (lambda client: client.conferences.list_async(), "GET …/Conferences"),
        (
            lambda client: client.conferences("CF" + "1" * 32).participants(CALL).update_async(hold=True),
            "POST …/Conferences/{Sid}/Participants/{Sid}",
        ),
        (lambda client: client.queues.create_async(friendly_name="support"), "POST …/Queues"),
        (
            lambda client: client.queues("QU" + "1" * 32).members("Front").update_async(url=URL),
            "POST …/Queues/{Sid}/Members/{Sid}",
        ),
        (
            lambda client: client.available_phone_numbers("US").local.list_async(area_code=207),
            "GET …/AvailablePhoneNumbers/{Country}/Local",
        ),
        (lambda client: client.incoming_phone_numbers.local.list_async(), "GET …/IncomingPhoneNumbers/Local"),
        (lambda client: client.api.accounts.list_async(), "GET /2010-04-01/Accounts"),
        (lambda client: client.usage.records.list_async(), "GET …/Usage/Records"),
    ],
)
async def test_the_sdk_is_told_what_is_not_simulated(
    account: AccountDoor, ask: Callable[[Any], Any], what: str
) -> None:
    with pytest.raises(TwilioException) as raised:  # of a list, the SDK gives the body only
        await ask(account.client())

    assert "501" in str(raised.value)
    assert what in str(raised.value)


async def test_every_published_path_is_simulated_or_refused_by_name(account: AccountDoor) -> None:
    left = [(route.method, route.template) for route in others(ROUTES)]

    def filled(path: str) -> str:
        path = path.replace("{AccountSid}", account.twilio.account.sid)
        return re.sub(r"\{(\w+)\}", lambda name: KNOWN.get(name[1], "X1"), path) + ".json"

    answers = {(method, path): await account.ask(method, filled(path)) for method, path in left}

    assert left
    assert {(reply.status, reply.code) for reply in answers.values()} == {(501, 20501)}
    assert [path for (method, path), reply in answers.items() if method not in reply.body["message"]] == []


def test_what_is_simulated_is_published() -> None:
    def shapes(routes: Any) -> set[tuple[str, str]]:
        return {(method, re.sub(r"\{\w+\}", "{}", path)) for method, path in routes}

    assert shapes((route.method, route.template) for route in ROUTES) <= shapes(published())


async def test_credentials_are_asked_for_first(account: AccountDoor) -> None:
    owner = account.twilio.account
    stranger = await account.ask("GET", f"{account.root}/Queues.json", auth=(owner.sid, "wrong"))
    tester = await account.ask(
        "GET", f"/2010-04-01/Accounts/{owner.test_sid}/Queues.json", auth=(owner.test_sid, owner.test_token)
    )

    assert (stranger.status, stranger.code) == (401, 20003)
    assert (tester.status, tester.code) == (403, 20008)


async def test_an_ordered_failure_comes_before(account: AccountDoor) -> None:
    account.twilio.account.faults.fail_next(503, route="*/Queues*")

    first = await account.ask("GET", f"{account.root}/Queues.json")

    assert first.status == 503


async def test_methods_that_twilio_has_not_either_are_405(account: AccountDoor) -> None:
    deleted = await account.ask("DELETE", f"{account.root}/Queues.json")
    put = await account.ask("PUT", f"{account.root}/Calls/{CALL}.json")

    assert (deleted.status, deleted.code, deleted.headers["Allow"]) == (405, 20004, "GET, POST")
    assert (put.status, put.code, put.headers["Allow"]) == (405, 20004, "DELETE, GET, POST")


async def test_what_is_gone_stays_404(account: AccountDoor) -> None:
    """Simulated resources answer for themselves: only what they lack is refused by name."""
    error = await refused(account.client().calls(CALL).fetch_async())
    placed = await account.client().calls.create_async(to=THEIRS, from_=OURS, url=URL)

    assert (error.status, error.code) == (404, 20404)
    assert (await account.client().calls(placed.sid).fetch_async()).sid == placed.sid
