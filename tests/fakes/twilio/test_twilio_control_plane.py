"""The control plane of the fake account: handsets, clock, faults, state and reset over HTTP."""

import pytest

from tests.fakes.twilio.account_door import OURS, THEIRS, URL, AccountDoor, refused
from tests.foreign_texts import FOREIGN, WHOLE


async def test_texts_are_read_by_number(account: AccountDoor) -> None:
    await account.client().messages.create_async(to=THEIRS, from_=OURS, body="Hi")

    one = await account.ask("GET", "/_fake/sms?to=%2B17735551234")
    bare = await account.ask("GET", "/_fake/sms?to=+17735551234")
    other = await account.ask("GET", "/_fake/sms?to=%2B13125550100")
    every = await account.ask("GET", "/_fake/sms")

    (text,) = one.body
    assert (text["from"], text["body"], text["at"]) == (OURS, "Hi", account.clock.at)
    assert bare.body == every.body == one.body
    assert other.body == []


async def test_a_handset_sends_a_text(account: AccountDoor) -> None:
    sent = await account.ask("POST", "/_fake/sms", document={"from": THEIRS, "to": OURS, "body": "hello"})
    nobody = await account.ask("POST", "/_fake/sms", document={"from": THEIRS, "to": THEIRS, "body": "hello"})
    wrong = await account.ask("POST", "/_fake/sms", document={"from": THEIRS})

    assert (sent.status, nobody.status, wrong.status) == (201, 404, 400)
    webhooks = (await account.ask("GET", "/_fake/webhooks")).body
    assert [(each["url"], each["params"]["MessageSid"]) for each in webhooks] == [
        ("https://app.example/sms", sent.body["sid"])
    ]


async def test_a_text_with_half_characters_and_nulls_is_made_whole(account: AccountDoor) -> None:
    sent = await account.ask("POST", "/_fake/sms", document={"from": THEIRS, "to": OURS, "body": FOREIGN})
    (webhook,) = (await account.ask("GET", "/_fake/webhooks")).body

    assert sent.status == 201
    assert webhook["params"]["Body"] == WHOLE


async def test_a_handset_goes_out_of_reach_and_comes_back(account: AccountDoor) -> None:
    messages = account.client().messages

    gone = await account.ask("POST", f"/_fake/handsets/{THEIRS}", document={"reachable": False, "code": 30005})
    lost = await messages.create_async(to=THEIRS, from_=OURS, body="1")
    back = await account.ask("POST", f"/_fake/handsets/{THEIRS}", document={"reachable": True})
    found = await messages.create_async(to=THEIRS, from_=OURS, body="2")

    assert (gone.status, back.status) == (204, 204)
    assert (await messages(lost.sid).fetch_async()).error_code == 30005
    assert (await messages(found.sid).fetch_async()).status == "delivered"


@pytest.mark.parametrize(
    ("act", "document", "status"),
    [
        ("answer", None, "in-progress"),
        ("decline", None, "busy"),
        ("decline", {"outcome": "no-answer"}, "no-answer"),
        ("hangup", None, "no-answer"),
    ],
)
async def test_a_handset_answers_declines_or_hangs_up(
    account: AccountDoor, act: str, document: object, status: str
) -> None:
    call = await account.client().calls.create_async(to=THEIRS, from_=OURS, url=URL)
    (waiting,) = (await account.ask("GET", "/_fake/calls?to=%2B17735551234")).body

    done = await account.ask("POST", f"/_fake/calls/{waiting['sid']}/{act}", document=document)

    assert waiting["sid"] == call.sid
    assert (done.status, done.body["status"]) == (200, status)
    assert (await account.client().calls(call.sid).fetch_async()).status == status


async def test_acts_that_make_no_sense(account: AccountDoor) -> None:
    call = await account.client().calls.create_async(to=THEIRS, from_=OURS, url=URL)
    path = f"/_fake/calls/{call.sid}"

    unknown = await account.ask("POST", f"{path}/sing")
    outcome = await account.ask("POST", f"{path}/decline", document={"outcome": "sulking"})
    await account.ask("POST", f"{path}/answer")
    twice = await account.ask("POST", f"{path}/answer")
    await account.ask("POST", f"{path}/hangup")
    over = await account.ask("POST", f"{path}/hangup")

    assert [reply.status for reply in (unknown, outcome, twice, over)] == [400, 400, 400, 404]


async def test_the_clock_goes_forward(account: AccountDoor) -> None:
    moved = await account.ask("POST", "/_fake/clock", document={"advance": 300})
    back = await account.ask("POST", "/_fake/clock", document={"advance": -1})
    seen = await account.ask("GET", "/_fake/clock")

    assert (
        moved.body
        == seen.body
        == {
            "now": account.clock.at + 300,
            "utc": "Tue, 24 Nov 2026 14:05:00 +0000",
            "ahead": 300.0,
        }
    )
    assert back.status == 400


async def test_faults_fail_slow_down_and_limit(account: AccountDoor) -> None:
    route = "GET /2010-04-01/Accounts/{AccountSid}/Calls.json"
    path = f"{account.root}/Calls.json"

    await account.ask("POST", "/_fake/faults", document={"fail_next": {"status": 503, "times": 1, "route": route}})
    failed, well = await account.ask("GET", path), await account.ask("GET", path)
    await account.ask("POST", "/_fake/faults", document={"fail_next": {"status": 400, "code": "21215"}})
    ordered = await account.ask("GET", path)
    await account.ask("POST", "/_fake/faults", document={"rate_limit": {"per_minute": 1, "route": route}})
    first, second = await account.ask("GET", path), await account.ask("GET", path)
    account.clock.advance(60)
    later = await account.ask("GET", path)
    await account.ask("POST", "/_fake/faults", document={"slow_by": {"seconds": 2}})
    slow = await account.ask("GET", path)
    shown = await account.ask("GET", "/_fake/faults")
    await account.ask("DELETE", "/_fake/faults")

    assert (failed.status, failed.code, well.status) == (503, 20500, 200)
    assert (ordered.status, ordered.code) == (400, 21215)
    assert (first.status, second.status, second.code, later.status) == (200, 429, 20429, 200)
    assert slow.headers["Twilio-Request-Duration"] == "2.000"
    assert shown.body["slow_by"] == [{"seconds": 2, "route": "*"}]
    assert (await account.ask("GET", "/_fake/faults")).body["slow_by"] == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            21608,
            "The number +1773555XXXX is unverified. Trial accounts cannot send messages to unverified numbers; "
            "verify +1773555XXXX at twilio.com/user/account/phone-numbers/verified, or purchase a Twilio number "
            "to send messages to unverified numbers.",
        ),
        (21612, f"The 'To' phone number {THEIRS} is not currently reachable via SMS"),
        (21606, "The From phone number ordered by a fault is not a valid, SMS-capable inbound phone number"),
    ],
)
async def test_an_ordered_failure_names_the_number_that_was_texted(account: AccountDoor, code: int, words: str) -> None:
    account.twilio.account.faults.fail_next(400, str(code))

    error = await refused(account.client().messages.create_async(to=THEIRS, from_=OURS, body="Hi"))

    assert (error.status, error.code) == (400, code)
    assert words in error.msg


@pytest.mark.parametrize("document", [{}, {"explode": {}}, {"fail_next": {"status": 200}}, {"slow_by": {"minutes": 1}}])
async def test_faults_that_are_none(account: AccountDoor, document: object) -> None:
    reply = await account.ask("POST", "/_fake/faults", document=document)

    assert reply.status == 400


async def test_the_state_tells_no_secret_and_no_words(account: AccountDoor) -> None:
    client = account.client()
    call = await client.calls.create_async(to=THEIRS, from_=OURS, url=URL)
    message = await client.messages.create_async(to=THEIRS, from_=OURS, body="4711 is your code")

    state = await account.ask("GET", "/_fake/state")

    assert [each["sid"] for each in state.body["calls"]] == [call.sid]
    assert [each["sid"] for each in state.body["messages"]] == [message.sid]
    assert state.body["numbers"][0]["voice_url"] == "https://app.example/voice"
    assert state.body["has_network"] is False
    owner = account.twilio.account
    for secret in (owner.auth_token, owner.test_token, "4711", *(key.secret for key in owner.api_keys.values())):
        assert secret not in state.content.decode()


async def test_a_reset_goes_back_to_the_start(account: AccountDoor) -> None:
    before = await account.ask("GET", "/_fake/state")
    first = await account.client().calls.create_async(to=THEIRS, from_=OURS, url=URL)
    await account.ask("POST", "/_fake/faults", document={"slow_by": {"seconds": 2}})

    reset = await account.ask("POST", "/_fake/reset")
    after = await account.ask("GET", "/_fake/state")
    again = await account.client().calls.create_async(to=THEIRS, from_=OURS, url=URL)

    assert reset.status == 204
    assert after.body == before.body
    assert again.sid == first.sid


async def test_there_is_nothing_else(account: AccountDoor) -> None:
    nowhere, method = await account.ask("GET", "/_fake/weather"), await account.ask("PUT", "/_fake/sms")
    broken = await account.ask("POST", "/_fake/clock", [("x", "y")])

    assert (nowhere.status, method.status, broken.status) == (404, 405, 400)
