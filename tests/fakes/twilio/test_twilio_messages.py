"""Messages over the REST API and from handsets: delivery, callbacks, webhooks and their answers."""

import pytest

from fakes.twilio.network import Reply, Webhook
from fakes.twilio.records import segments
from tests.fakes.twilio.account_door import OURS, THEIRS, AccountDoor, refused

STATUS = "https://app.example/status"


async def test_a_message_is_queued_and_then_on_the_handset(account: AccountDoor) -> None:
    messages = account.client().messages

    created = await messages.create_async(to=THEIRS, from_=OURS, body="Your agent calls soon.")
    later = await messages(created.sid).fetch_async()

    assert (created.status, created.direction, created.num_segments, created.num_media) == (
        "queued",
        "outbound-api",
        "1",
        "0",
    )
    assert created.date_sent is None
    assert (later.status, later.error_code) == ("delivered", None)
    assert [(text.sender, text.body) for text in account.twilio.texts(THEIRS)] == [(OURS, "Your agent calls soon.")]


async def test_every_status_but_the_first_is_told(account: AccountDoor) -> None:
    message = await account.client().messages.create_async(to=THEIRS, from_=OURS, body="Hi", status_callback=STATUS)

    told = account.twilio.webhooks
    assert [(each.method, each.url, each.answer) for each in told] == [("POST", STATUS, False)] * 3
    assert [each.params["MessageStatus"] for each in told] == ["sending", "sent", "delivered"]
    assert told[0].params == {
        "AccountSid": account.twilio.account.sid,
        "ApiVersion": "2010-04-01",
        "From": OURS,
        "MessageSid": message.sid,
        "MessageStatus": "sending",
        "SmsSid": message.sid,
        "SmsStatus": "sending",
        "To": THEIRS,
    }


async def test_a_handset_out_of_reach(account: AccountDoor) -> None:
    account.twilio.lose(THEIRS)
    messages = account.client().messages

    created = await messages.create_async(to=THEIRS, from_=OURS, body="Hi", status_callback=STATUS)
    later = await messages(created.sid).fetch_async()

    assert (later.status, later.error_code, later.error_message) == (
        "undelivered",
        30003,
        "Unreachable destination handset",
    )
    assert account.twilio.webhooks[-1].params["ErrorCode"] == "30003"
    assert account.twilio.texts(THEIRS) == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"To": ""}, 400, 21604),
        ({"To": "123"}, 400, 21211),
        ({"To": OURS}, 400, 21266),
        ({"To": "whatsapp:+17735551234"}, 501, 20501),
        ({"From": ""}, 400, 21603),
        ({"From": "+13125550100"}, 400, 21606),
        ({"From": "Atko"}, 400, 21212),
        ({"Body": ""}, 400, 21602),
        ({"Body": "x" * 1601}, 400, 21617),
        ({"MediaUrl": ["https://app.example/1.png"] * 11}, 400, 21623),
        ({"MediaUrl": "1.png"}, 400, 21620),
        ({"StatusCallback": "/status"}, 400, 21609),
        ({"MessagingServiceSid": "MG" + "0" * 32}, 404, 21701),
        ({"ContentSid": "HX" + "0" * 32}, 400, 21655),
        ({"SendAt": "2026-12-01T00:00:00Z"}, 400, 35118),
    ],
)
async def test_messages_that_are_refused(
    account: AccountDoor, changes: dict[str, object], status: int, code: int
) -> None:
    form = {"To": THEIRS, "From": OURS, "Body": "Hi", **changes}

    reply = await account.ask("POST", f"{account.root}/Messages.json", form)

    assert (reply.status, reply.code) == (status, code)
    assert account.twilio.texts(THEIRS) == []


async def test_pictures_make_an_mms(account: AccountDoor) -> None:
    message = await account.client().messages.create_async(
        to=THEIRS, from_=OURS, media_url=["https://app.example/1.png", "https://app.example/2.png"]
    )

    assert (message.sid[:2], message.num_media) == ("MM", "2")
    assert account.twilio.texts(THEIRS)[0].media == ("https://app.example/1.png", "https://app.example/2.png")


async def test_messages_are_listed_by_party_and_date(account: AccountDoor) -> None:
    client = account.client()
    sent = await client.messages.create_async(to=THEIRS, from_=OURS, body="Hi")
    came = account.twilio.text(THEIRS, OURS, "Hello")

    assert [each.sid for each in await client.messages.list_async()] == [came.sid, sent.sid]
    assert [each.sid for each in await client.messages.list_async(to=THEIRS)] == [sent.sid]
    assert [each.direction for each in await client.messages.list_async(from_=THEIRS)] == ["inbound"]
    assert await client.messages.list_async(date_sent_after=sent.date_created.replace(year=2027)) == []


async def test_a_message_can_be_redacted_and_deleted(account: AccountDoor) -> None:
    messages = account.client().messages
    message = await messages.create_async(to=THEIRS, from_=OURS, body="secret")

    error = await refused(messages(message.sid).update_async(body="another"))
    redacted = await messages(message.sid).update_async(body="")
    deleted = await messages(message.sid).delete_async()
    gone = await refused(messages(message.sid).fetch_async())

    assert error.status == 400
    assert (redacted.body, deleted, gone.code) == ("", True, 20404)


# ---------------------------------------------------------------- texts from a handset


async def test_a_handset_texts_the_number(account: AccountDoor) -> None:
    came = account.twilio.text(THEIRS, OURS, "balance please")

    (webhook,) = account.twilio.webhooks
    assert (webhook.method, webhook.url, webhook.answer) == ("POST", "https://app.example/sms", True)
    assert webhook.params == {
        "AccountSid": account.twilio.account.sid,
        "ApiVersion": "2010-04-01",
        "Body": "balance please",
        "From": THEIRS,
        "MessageSid": came.sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": came.sid,
        "SmsSid": came.sid,
        "SmsStatus": "received",
        "To": OURS,
        **{f"{party}{part}": "" for party in ("From", "To") for part in ("City", "State", "Zip", "Country")},
    }


def reply_to(account: AccountDoor, body: str, content_type: str = "text/xml", status: int = 200) -> Webhook:
    """A handset has texted; the application answers the newest webhook."""
    account.twilio.text(THEIRS, OURS, "hello")
    webhook = account.twilio.webhooks[-1]
    account.twilio.take_reply(webhook.id, Reply(status, content_type, body.encode()))
    return webhook


async def test_the_answer_to_a_text_is_sent_to_the_handset(account: AccountDoor) -> None:
    reply_to(
        account,
        '<Response><Message>One</Message><Message to="+13125550100"><Body>Two</Body></Message></Response>',
    )

    assert [text.body for text in account.twilio.texts(THEIRS)] == ["One"]
    assert [text.body for text in account.twilio.texts("+13125550100")] == ["Two"]
    newest = (await account.client().messages.list_async(limit=1))[0]
    assert (newest.direction, newest.from_, newest.status) == ("outbound-reply", OURS, "delivered")


async def test_plain_text_is_an_answer_too_and_nothing_is_none(account: AccountDoor) -> None:
    reply_to(account, "Thanks!", "text/plain")
    reply_to(account, "<Response/>")
    reply_to(account, "")

    assert [text.body for text in account.twilio.texts(THEIRS)] == ["Thanks!"]


async def test_a_redirect_asks_for_another_document(account: AccountDoor) -> None:
    reply_to(account, '<Response><Redirect method="GET">/more</Redirect><Message>never</Message></Response>')

    newest = account.twilio.webhooks[-1]
    assert (newest.method, newest.url, newest.params["Body"]) == ("GET", "https://app.example/more", "hello")
    assert account.twilio.texts(THEIRS) == []


async def test_redirects_end_after_fifty_documents(account: AccountDoor) -> None:
    account.twilio.text(THEIRS, OURS, "hello")

    for _ in range(60):
        again = Reply(200, "text/xml", b"<Response><Redirect>/sms</Redirect></Response>")
        account.twilio.take_reply(account.twilio.webhooks[-1].id, again)

    assert len(account.twilio.webhooks) == 50


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("<Response><Message>no</Message></Response>", "text/xml", 500, "11200"),
        ("<Response>", "text/xml", 200, "12100"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><Response/>", "text/xml", 200, "12100"),
        ("<Answer/>", "text/xml", 200, "12102"),
        ("{}", "application/json", 200, "12300"),
        ("x" * 70_000, "text/xml", 200, "11750"),
        ("", "", 0, "11200"),
    ],
)
async def test_an_answer_that_cannot_be_used_turns_to_the_fallback_once(
    account: AccountDoor, body: str, content_type: str, status: int, code: str
) -> None:
    (number,) = await account.client().incoming_phone_numbers.list_async()
    await number.update_async(sms_fallback_url="https://app.example/fallback", sms_fallback_method="GET")

    failed = reply_to(account, body, content_type, status)
    fallback = account.twilio.webhooks[-1]
    account.twilio.take_reply(fallback.id, Reply(500))

    assert (fallback.method, fallback.url) == ("GET", "https://app.example/fallback")
    assert fallback.params == {**failed.params, "ErrorCode": code, "ErrorUrl": "https://app.example/sms"}
    assert account.twilio.webhooks[-1] is fallback
    assert account.twilio.texts(THEIRS) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("😀" * 36, 2),
    ],
)
def test_segments(body: str, count: int) -> None:
    assert segments(body) == count
