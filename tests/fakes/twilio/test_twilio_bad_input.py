"""Whatever is sent, the answer is Twilio's: no request and no reply of an application makes the fake fail."""

import json
from base64 import b64encode
from urllib.parse import quote, urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.twilio.app import TwilioHandler
from fakes.twilio.network import Reply
from fakes.twilio.state import Twilio
from fakes.web import Request
from tests.fakes.door import Clock
from tests.fakes.twilio.account_door import OURS, THEIRS, URL

NAMES = [
    "To", "From", "Url", "Twiml", "Method", "FallbackUrl", "StatusCallback", "StatusCallbackEvent", "Timeout", "Status",
    "Body", "MediaUrl", "SendDigits", "ApplicationSid", "PhoneNumber", "AreaCode", "VoiceUrl", "FriendlyName", "Page",
    "PageSize", "PageToken", "StartTime", "StartTime<", "DateSent>", "MachineDetection", "CallSid",
]  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=20), st.sampled_from([OURS, THEIRS, URL, "http://[", "0", "99999999999", "2026-13-01"])
)
FORMS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6)
RESOURCES = ["Calls", "Messages", "IncomingPhoneNumbers", "Applications", "Recordings"]


@settings(max_examples=150, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "PUT"]),
    resource=st.sampled_from(RESOURCES),
    rest=st.one_of(st.just(""), st.text(max_size=10)),
    form=FORMS,
    query=FORMS,
)
def test_every_request_is_answered_in_twilios_form(
    method: str, resource: str, rest: str, form: list[tuple[str, str]], query: list[tuple[str, str]]
) -> None:
    twilio = Twilio(now=Clock())
    twilio.add_number(OURS)
    path = f"/2010-04-01/Accounts/{twilio.account.sid}/{resource}{'/' if rest else ''}{quote(rest)}.json"
    password = b64encode(f"{twilio.account.sid}:{twilio.account.auth_token}".encode()).decode()

    answer = TwilioHandler(twilio.account).answer(
        Request(
            method,
            "https://api.twilio.com",
            path,
            urlencode(query),
            {"authorization": f"Basic {password}"},
            urlencode(form).encode(),
        )
    )

    assert answer.status != 500
    if answer.status >= 400:
        assert set(json.loads(answer.body)) == {"code", "message", "more_info", "status"}


DOCUMENTS = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=60).map(lambda text: f"<Response><Message>{text}</Message></Response>".encode()),
    st.sampled_from(
        [
            b"<Response><Redirect>http://[</Redirect></Response>",
            b"<Response><Redirect/></Response>",
            b'<Response><Message to="nobody" statusCallback="http://[">x</Message></Response>',
            b"<!DOCTYPE r [<!ENTITY a 'x'>]><Response>&a;</Response>",
            '<?xml version="1.0" encoding="utf-16"?><Response/>'.encode("utf-16"),
            b"<Response>" + b"<Message>" * 2000,
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(
    body=DOCUMENTS,
    content_type=st.sampled_from(["text/xml", "application/xml; charset=utf-8", "text/plain", "", "image/png"]),
    status=st.sampled_from([0, 200, 204, 302, 404, 500]),
)
def test_every_answer_of_an_application_is_taken(body: bytes, content_type: str, status: int) -> None:
    twilio = Twilio(now=Clock())
    twilio.add_number(OURS, sms_url=URL)
    twilio.text(THEIRS, OURS, "hello")

    twilio.take_reply(twilio.webhooks[-1].id, Reply(status, content_type, body))

    assert len(twilio.webhooks) <= 2
