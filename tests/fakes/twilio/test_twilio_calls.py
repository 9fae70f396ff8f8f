"""Calls over the REST API, asked for by the official SDK. The exchange's part of them is in tests/simulator."""

from datetime import UTC, datetime

import pytest

from fakes.twilio.network import CallNews
from tests.fakes.twilio.account_door import OURS, THEIRS, URL, AccountDoor, refused


async def test_T72_a_created_call_is_queued(account: AccountDoor) -> None:
    call = await account.client().calls.create_async(to=THEIRS, from_=OURS, url=URL)

    assert (call.status, call.direction, call.to, call._from) == ("queued", "outbound-api", THEIRS, OURS)
    assert (call.to_formatted, call.api_version) == ("(773) 555-1234", "2010-04-01")
    assert (call.start_time, call.end_time, call.duration, call.price) == (None, None, None, None)
    assert call.date_created == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    assert call.uri == f"{account.root}/Calls/{call.sid}.json"
    assert call.subresource_uris["recordings"] == f"{account.root}/Calls/{call.sid}/Recordings.json"


async def test_a_created_call_answers_201_with_strings_and_nulls_as_twilio_has_them(account: AccountDoor) -> None:
    reply = await account.ask("POST", f"{account.root}/Calls.json", {"To": THEIRS, "From": OURS, "Url": URL})

    assert reply.status == 201
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.body["queue_time"] == "0"
    assert reply.body["date_created"] == "Tue, 24 Nov 2026 14:00:00 +0000"
    assert reply.body["answered_by"] is None


async def test_without_a_network_the_handset_moves_the_call(account: AccountDoor) -> None:
    calls = account.client().calls
    call = await calls.create_async(to=THEIRS, from_=OURS, twiml="<Response/>")

    account.twilio.answer(call.sid)
    answered = await calls(call.sid).fetch_async()
    account.clock.advance(61)
    account.twilio.hang_up(call.sid)
    over = await calls(call.sid).fetch_async()

    assert (answered.status, answered.duration, answered.end_time) == ("in-progress", None, None)
    assert (over.status, over.duration) == ("completed", "61")
    assert over.end_time == datetime(2026, 11, 24, 14, 1, 1, tzinfo=UTC)


async def test_a_call_that_nobody_takes_has_no_duration(account: AccountDoor) -> None:
    calls = account.client().calls
    call = await calls.create_async(to=THEIRS, from_=OURS, url=URL)

    account.twilio.decline(call.sid, "busy")

    over = await calls(call.sid).fetch_async()
    assert (over.status, over.duration) == ("busy", None)


async def test_T79_a_call_without_to_and_one_with_a_relative_url(account: AccountDoor) -> None:
    nobody = await account.ask("POST", f"{account.root}/Calls.json", {"From": OURS, "Url": URL})
    relative = await account.ask("POST", f"{account.root}/Calls.json", {"To": THEIRS, "From": OURS, "Url": "/out"})

    assert (nobody.status, nobody.code) == (400, 21201)
    assert nobody.body["message"] == "No 'To' number is specified"
    assert (relative.status, relative.code) == (400, 21205)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"From": ""}, 21213),
        ({"From": "+13125550100"}, 21210),
        ({"From": "gdygadba"}, 21210),
        ({"From": "+18667786"}, 21212),
        ({"To": "+18667786"}, 21217),
        ({"To": "!!###$%"}, 21217),
        ({"Url": ""}, 21205),
        ({"Url": "https://app.example/out?name=Jane Doe"}, 21205),
        ({"Url": "https://app.example/o\x07ut"}, 21205),
        ({"Url": "http://localhost:5000/out"}, 21205),
        ({"Url": "http://127.0.0.1/out"}, 21205),
        ({"Url": "http://192.168.1.7/out"}, 21205),
        ({"Url": "ftp://app.example/out"}, 21205),
        ({"Url": "http://[::1"}, 21205),
        ({"Url": "", "Twiml": "x" * 4001}, 32018),
        ({"ApplicationSid": "AP" + "0" * 32}, 21218),
        ({"Method": "PUT"}, 21209),
        ({"Timeout": "soon"}, 21208),
        ({"SendDigits": "1a"}, 21206),
        ({"SendDigits": "1" * 33}, 21206),
        ({"MachineDetection": "Guess"}, 21234),
        ({"StatusCallback": URL, "StatusCallbackEvent": "answered,completed"}, 21626),
    ],
)
async def test_calls_that_are_refused(account: AccountDoor, changes: dict[str, str], code: int) -> None:
    form = {"To": THEIRS, "From": OURS, "Url": URL, **changes}

    reply = await account.ask("POST", f"{account.root}/Calls.json", form)

    assert (reply.status, reply.code) == (400, code)
    assert not account.twilio.account.tables.calls


async def test_a_refusal_is_the_exception_of_the_sdk(account: AccountDoor) -> None:
    error = await refused(account.client().calls.create_async(to=THEIRS, from_="+13125550100", url=URL))

    assert (error.status, error.code) == (400, 21210)
    assert "+13125550100, is not yet verified for your account" in error.msg


async def test_ten_digits_are_a_north_american_number(account: AccountDoor) -> None:
    call = await account.client().calls.create_async(to="(773) 555-1234", from_=OURS, url=URL)

    assert call.to == THEIRS


async def test_T78_an_update_after_the_end_is_refused(account: AccountDoor) -> None:
    calls = account.client().calls
    call = await calls.create_async(to=THEIRS, from_=OURS, url=URL)
    await calls(call.sid).update_async(status="completed")

    by_url = await refused(calls(call.sid).update_async(url=URL))
    by_status = await refused(calls(call.sid).update_async(status="completed"))

    assert (by_url.status, by_url.code) == (400, 21220)
    assert by_url.msg.endswith("Call is not in-progress. Cannot redirect.")
    assert by_status.code == 21220


async def test_a_call_that_still_rings_cannot_be_redirected(account: AccountDoor) -> None:
    calls = account.client().calls
    call = await calls.create_async(to=THEIRS, from_=OURS, url=URL)
    account.twilio.report(CallNews(call.sid, "ringing"))

    error = await refused(calls(call.sid).update_async(twiml="<Response/>"))

    assert error.code == 21220


async def test_a_queued_call_is_canceled_and_one_in_progress_is_not(account: AccountDoor) -> None:
    calls = account.client().calls
    waiting = await calls.create_async(to=THEIRS, from_=OURS, url=URL)
    talking = await calls.create_async(to=THEIRS, from_=OURS, url=URL)
    account.twilio.answer(talking.sid)

    canceled = await calls(waiting.sid).update_async(status="canceled")
    untouched = await calls(talking.sid).update_async(status="canceled")

    assert (canceled.status, untouched.status) == ("canceled", "in-progress")


async def test_a_live_call_cannot_be_deleted_and_a_finished_one_can(account: AccountDoor) -> None:
    calls = account.client().calls
    call = await calls.create_async(to=THEIRS, from_=OURS, url=URL)

    error = await refused(calls(call.sid).delete_async())
    await calls(call.sid).update_async(status="canceled")
    deleted = await calls(call.sid).delete_async()
    gone = await refused(calls(call.sid).fetch_async())

    assert error.code == 20009
    assert deleted is True
    assert (gone.status, gone.code) == (404, 20404)


async def test_lists_are_paged_newest_first(account: AccountDoor) -> None:
    calls = account.client().calls
    sids = [(await calls.create_async(to=THEIRS, from_=OURS, url=URL)).sid for _ in range(5)]

    pages = await calls.list_async(page_size=2)
    first = await account.ask("GET", f"{account.root}/Calls.json?PageSize=2")
    second = await account.ask("GET", first.body["next_page_uri"])
    last = await account.ask("GET", second.body["next_page_uri"])

    assert [call.sid for call in pages] == sids[::-1]
    assert [call["sid"] for call in second.body["calls"]] == sids[::-1][2:4]
    assert (first.body["start"], first.body["end"], first.body["page"]) == (0, 1, 0)
    assert (second.body["start"], second.body["end"], second.body["page"]) == (2, 3, 1)
    assert first.body["previous_page_uri"] is None
    assert second.body["previous_page_uri"] == f"{account.root}/Calls.json?PageSize=2&Page=0"
    assert (last.body["page_size"], last.body["end"], last.body["next_page_uri"]) == (2, 4, None)


async def test_a_page_stays_in_place_when_a_new_call_comes(account: AccountDoor) -> None:
    calls = account.client().calls
    sids = [(await calls.create_async(to=THEIRS, from_=OURS, url=URL)).sid for _ in range(3)]
    page = await calls.page_async(page_size=1)

    await calls.create_async(to=THEIRS, from_=OURS, url=URL)
    following = await page.next_page_async()

    assert [call.sid for call in page] == [sids[2]]
    assert [call.sid for call in following] == [sids[1]]


async def test_lists_are_filtered(account: AccountDoor) -> None:
    calls = account.client().calls
    early = await calls.create_async(to=THEIRS, from_=OURS, url=URL)
    account.twilio.answer(early.sid)
    account.clock.advance(86_400)
    late = await calls.create_async(to="+13125550100", from_=OURS, url=URL)
    account.twilio.answer(late.sid)
    account.twilio.hang_up(late.sid)
    noon = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)

    async def found(**filters: object) -> list[str]:
        return [call.sid for call in await calls.list_async(**filters)]

    assert await found(to=THEIRS) == [early.sid]
    assert await found(from_=OURS) == [late.sid, early.sid]
    assert await found(status="completed") == [late.sid]
    assert await found(start_time_before=noon) == [early.sid]
    assert await found(start_time_after=noon) == [late.sid]
    assert await found(end_time_after=noon) == [late.sid]
    assert await found(parent_call_sid=early.sid) == []


async def test_a_start_time_that_is_a_day_means_that_day(account: AccountDoor) -> None:
    call = await account.client().calls.create_async(to=THEIRS, from_=OURS, url=URL)
    account.twilio.answer(call.sid)

    that_day = await account.ask("GET", f"{account.root}/Calls.json?StartTime=2026-11-24")
    next_day = await account.ask("GET", f"{account.root}/Calls.json?StartTime>=2026-11-25")
    no_day = await account.ask("GET", f"{account.root}/Calls.json?StartTime=soon")

    assert [each["sid"] for each in that_day.body["calls"]] == [call.sid]
    assert next_day.body["calls"] == []
    assert no_day.status == 400


async def test_a_call_by_application_uses_the_applications_urls(account: AccountDoor) -> None:
    client = account.client()
    app = await client.applications.create_async(friendly_name="line", voice_url=URL)

    call = await client.calls.create_async(to=THEIRS, from_=OURS, application_sid=app.sid)

    assert call.status == "queued"


async def test_clients_and_sip_addresses_can_be_called(account: AccountDoor) -> None:
    call = await account.client().calls.create_async(to="client:jane", from_=OURS, url=URL)

    assert (call.to, call.to_formatted) == ("client:jane", "client:jane")
