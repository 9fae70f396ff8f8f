"""The account's numbers and applications over the REST API."""

import pytest

from tests.fakes.twilio.account_door import OURS, AccountDoor, refused


async def test_a_number_is_found_and_its_voice_url_changed(account: AccountDoor) -> None:
    numbers = account.client().incoming_phone_numbers
    (found,) = await numbers.list_async(phone_number=OURS)

    changed = await numbers(found.sid).update_async(
        voice_url="https://new.example/voice",
        voice_method="GET",
        voice_fallback_url="https://new.example/oops",
        status_callback="https://new.example/status",
    )
    again = await numbers(found.sid).fetch_async()

    assert (found.phone_number, found.friendly_name, found.voice_url) == (
        OURS,
        "(207) 555-1234",
        "https://app.example/voice",
    )
    assert found.capabilities == {"voice": True, "sms": True, "mms": True, "fax": False}
    assert (changed.voice_url, changed.voice_method) == ("https://new.example/voice", "GET")
    assert (again.voice_fallback_url, again.voice_fallback_method) == ("https://new.example/oops", "POST")
    assert (again.status_callback, again.sms_url) == ("https://new.example/status", "https://app.example/sms")


async def test_numbers_are_found_by_part_and_by_name(account: AccountDoor) -> None:
    account.twilio.add_number("+14155550100", friendly_name="West")
    numbers = account.client().incoming_phone_numbers

    async def found(**filters: str) -> list[str]:
        return [each.phone_number for each in await numbers.list_async(**filters)]

    assert await found() == ["+14155550100", OURS]
    assert await found(phone_number="415") == ["+14155550100"]
    assert await found(phone_number="+1207***1234") == [OURS]
    assert await found(friendly_name="West") == ["+14155550100"]
    assert await found(friendly_name="East") == []


async def test_an_empty_url_clears_it(account: AccountDoor) -> None:
    (number,) = await account.client().incoming_phone_numbers.list_async()

    changed = await number._proxy.update_async(voice_url="")

    assert changed.voice_url == ""


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"VoiceUrl": "ivr/welcome"}, 400, 21402),
        ({"VoiceMethod": "PUT"}, 400, 21403),
        ({"VoiceApplicationSid": "AP" + "0" * 32}, 400, 21420),
        ({"FriendlyName": "x" * 65}, 400, 20001),
        ({"TrunkSid": "TK" + "0" * 32}, 501, 20501),
    ],
)
async def test_changes_that_are_refused(account: AccountDoor, form: dict[str, str], status: int, code: int) -> None:
    (number,) = await account.client().incoming_phone_numbers.list_async()

    reply = await account.ask("POST", f"{account.root}/IncomingPhoneNumbers/{number.sid}.json", form)

    assert (reply.status, reply.code) == (status, code)
    assert (await number.fetch_async()).voice_url == "https://app.example/voice"


async def test_a_number_can_be_bought_once(account: AccountDoor) -> None:
    numbers = account.client().incoming_phone_numbers

    bought = await numbers.create_async(phone_number="+14155550100", voice_url="https://app.example/west")
    again = await refused(numbers.create_async(phone_number="+14155550100"))
    nothing = await refused(numbers.create_async())

    assert (bought.phone_number, bought.voice_url) == ("+14155550100", "https://app.example/west")
    assert (again.code, nothing.code) == (21422, 21401)


async def test_applications_are_made_changed_listed_and_removed(account: AccountDoor) -> None:
    applications = account.client().applications
    made = await applications.create_async(friendly_name="line", voice_url="https://app.example/voice")

    changed = await applications(made.sid).update_async(voice_method="GET")
    listed = await applications.list_async(friendly_name="line")
    deleted = await applications(made.sid).delete_async()
    gone = await refused(applications(made.sid).fetch_async())

    assert (changed.voice_method, changed.voice_url) == ("GET", "https://app.example/voice")
    assert [each.sid for each in listed] == [made.sid]
    assert (deleted, gone.code) == (True, 20404)


async def test_without_a_network_there_are_no_recordings(account: AccountDoor) -> None:
    recordings = account.client().recordings

    assert await recordings.list_async() == []
    assert (await refused(recordings("RE" + "0" * 32).fetch_async())).code == 20404
