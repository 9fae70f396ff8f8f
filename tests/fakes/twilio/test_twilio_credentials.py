"""Who may do what, and how everything else is refused: credentials, sids, methods, formats, test credentials."""

import base64

import pytest

from fakes.twilio.state import DEMO_KEY
from tests.fakes.twilio.account_door import OURS, THEIRS, URL, AccountDoor, refused


async def test_T80_a_wrong_auth_token(account: AccountDoor) -> None:
    reply = await account.ask("GET", f"{account.root}/Calls.json", auth=(account.twilio.account.sid, "wrong"))

    assert (reply.status, reply.code) == (401, 20003)
    assert reply.body["message"] == "Authenticate"
    assert reply.headers["WWW-Authenticate"] == 'Basic realm="Twilio API"'


@pytest.mark.parametrize(
    "header",
    ["", "Bearer abc", "Basic", "Basic ???", f"Basic {base64.b64encode(b'nocolon').decode()}", "Basic /w=="],
)
async def test_T80_credentials_that_are_none(account: AccountDoor, header: str) -> None:
    headers = {"Authorization": header} if header else {}

    reply = await account.ask("GET", f"{account.root}/Calls.json", headers=headers)

    assert (reply.status, reply.code) == (401, 20003)


async def test_an_api_key_works_like_the_token(account: AccountDoor) -> None:
    client = account.client(DEMO_KEY.sid, DEMO_KEY.secret)

    assert await client.calls.list_async() == []


async def test_a_standard_key_may_not_see_the_account(account: AccountDoor) -> None:
    owner = await account.client().api.accounts(account.twilio.account.sid).fetch_async()

    error = await refused(
        account.client(DEMO_KEY.sid, DEMO_KEY.secret).api.accounts(account.twilio.account.sid).fetch_async()
    )

    assert (owner.status, owner.type, owner.sid) == ("active", "Full", account.twilio.account.sid)
    assert (error.status, error.code) == (401, 20003)


async def test_another_account_is_not_ours(account: AccountDoor) -> None:
    reply = await account.ask("GET", f"/2010-04-01/Accounts/AC{'0' * 32}/Calls.json")

    assert (reply.status, reply.code) == (401, 20003)


@pytest.mark.parametrize(
    "path", ["/Calls/CA123.json", "/Messages/CA00000000000000000000000000000000.json", "/Fax.json"]
)
async def test_a_malformed_sid_and_an_unknown_path_are_20404(account: AccountDoor, path: str) -> None:
    reply = await account.ask("GET", account.root + path)

    assert (reply.status, reply.code) == (404, 20404)
    assert reply.body["message"] == f"The requested resource {account.root}{path} was not found"


async def test_a_malformed_account_sid_is_20404_whoever_asks(account: AccountDoor) -> None:
    reply = await account.ask("GET", "/2010-04-01/Accounts/mine/Calls.json", auth=("mine", "wrong"))

    assert reply.code == 20404


async def test_a_method_that_a_resource_does_not_take(account: AccountDoor) -> None:
    reply = await account.ask("PUT", f"{account.root}/Calls.json")

    assert (reply.status, reply.code) == (405, 20004)
    assert reply.headers["Allow"] == "GET, POST"


async def test_xml_is_refused_by_name(account: AccountDoor) -> None:
    reply = await account.ask("GET", f"{account.root}/Calls")

    assert (reply.status, reply.code) == (501, 20501)
    assert "XML" in reply.body["message"]


async def test_every_answer_has_twilios_headers(account: AccountDoor) -> None:
    first = await account.ask("GET", f"{account.root}/Calls.json")
    second = await account.ask("GET", "/nowhere")

    for reply in (first, second):
        assert reply.headers["Twilio-Request-Id"].startswith("RQ")
        assert len(reply.headers["Twilio-Request-Id"]) == 34
        assert reply.headers["X-Home-Region"] == "us1"
        assert reply.headers["X-API-Domain"] == "api.twilio.com"
        assert reply.headers["Date"] == "Tue, 24 Nov 2026 14:00:00 GMT"
    assert first.headers["Twilio-Request-Id"] != second.headers["Twilio-Request-Id"]


# ---------------------------------------------------------------- test credentials


@pytest.mark.parametrize(
    ("to", "sender", "code"),
    [
        ("+15005550001", "+15005550006", 21217),
        ("+15005550002", "+15005550006", 21214),
        ("+15005550003", "+15005550006", 21215),
        ("+15005550004", "+15005550006", 21216),
        (THEIRS, "+15005550001", 21212),
        (THEIRS, OURS, 21210),
    ],
)
async def test_magic_numbers_of_calls(account: AccountDoor, to: str, sender: str, code: int) -> None:
    error = await refused(account.test_client.calls.create_async(to=to, from_=sender, url=URL))

    assert error.code == code


@pytest.mark.parametrize(
    ("to", "sender", "code"),
    [
        ("+15005550001", "+15005550006", 21211),
        ("+15005550002", "+15005550006", 21612),
        ("+15005550003", "+15005550006", 21408),
        ("+15005550004", "+15005550006", 21610),
        ("+15005550009", "+15005550006", 21614),
        (THEIRS, "+15005550001", 21212),
        (THEIRS, "+15005550007", 21606),
        (THEIRS, "+15005550008", 21611),
        (THEIRS, OURS, 21606),
    ],
)
async def test_magic_numbers_of_messages(account: AccountDoor, to: str, sender: str, code: int) -> None:
    error = await refused(account.test_client.messages.create_async(to=to, from_=sender, body="Hi"))

    assert error.code == code


async def test_test_credentials_call_and_text_nobody(account: AccountDoor) -> None:
    call = await account.test_client.calls.create_async(to=THEIRS, from_="+15005550006", url=URL)
    message = await account.test_client.messages.create_async(to=THEIRS, from_="+15005550006", body="Hi")

    assert (call.status, message.status) == ("queued", "queued")
    assert call.account_sid == account.twilio.account.test_sid
    assert account.twilio.texts(THEIRS) == []
    assert await account.client().calls.list_async() == []


async def test_magic_numbers_of_purchases(account: AccountDoor) -> None:
    numbers = account.test_client.incoming_phone_numbers

    taken = await refused(numbers.create_async(phone_number="+15005550000"))
    invalid = await refused(numbers.create_async(phone_number="+15005550001"))
    nowhere = await refused(numbers.create_async(area_code="533"))
    bought = await numbers.create_async(area_code="500")

    assert (taken.code, invalid.code, nowhere.code) == (21422, 21421, 21452)
    assert (bought.phone_number, bought.friendly_name) == ("+15005550006", "(500) 555-0006")


async def test_everything_else_is_closed_to_test_credentials(account: AccountDoor) -> None:
    owner = account.twilio.account
    error = await refused(account.test_client.api.accounts(owner.test_sid).fetch_async())
    listing = await account.ask(
        "GET", f"/2010-04-01/Accounts/{owner.test_sid}/Calls.json", auth=(owner.test_sid, owner.test_token)
    )

    assert (error.status, error.code) == (403, 20008)
    assert (listing.status, listing.code) == (403, 20008)
