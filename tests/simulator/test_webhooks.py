"""Webhooks as HTTP: headers, encoding, signature, redirects, cookies, status callbacks; over a wire that remembers."""

from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from twilio.request_validator import RequestValidator

from simulator.applications import Endpoint
from simulator.callers.handset import Handset
from simulator.exchange.numbers import Number, nowhere
from simulator.network import build_network
from simulator.operator.clock import ManualClock
from simulator.operator.operator import Operator
from simulator.vocabulary import Tell
from simulator.wires.wire import WireError, WireReply, WireRequest
from tests.simulator.feeding import CALLED, CALLER

TOKEN = "secret-of-the-account"
Answer = Callable[[WireRequest], WireReply]


def twiml(document: str, *headers: tuple[str, str]) -> WireReply:
    return WireReply(200, [("Content-Type", "text/xml"), *headers], f"<Response>{document}</Response>".encode(), 0.0)


class Recorder:
    """A wire that answers by path and keeps every request."""

    def __init__(self, **answers: WireReply | Answer | WireError) -> None:
        self._answers = answers
        self.requests: list[WireRequest] = []

    async def send(self, request: WireRequest) -> WireReply:
        self.requests.append(request)
        answer = self._answers[urlsplit(request.url).path.strip("/")]
        if isinstance(answer, WireError):
            raise answer
        return answer(request) if callable(answer) else answer

    def headers(self, position: int = -1) -> dict[str, str]:
        return dict(self.requests[position].headers)

    def form(self, position: int = -1) -> dict[str, str]:
        return dict(parse_qsl(self.requests[position].body.decode(), keep_blank_values=True))


def an_operator(wire: Recorder, number: Number) -> tuple[Operator, ManualClock]:
    clock = ManualClock()
    network = build_network(Endpoint(number.voice_url, wire), clock, number, seed=7, auth_token=TOKEN, locate=nowhere)
    return network.operator, clock


def a_phone(wire: Recorder, number: Number | None = None) -> Handset:
    return Handset(*an_operator(wire, number or Number(CALLED, "http://app.example:8080/voice")), CALLER)


async def test_T05_headers_of_a_post() -> None:
    wire = Recorder(voice=twiml(""))

    await a_phone(wire).dial(CALLED)

    headers, (request,) = wire.headers(), wire.requests
    assert headers["User-Agent"] == "TwilioProxy/1.1"
    assert headers["Accept"] == "*/*"
    assert headers["X-Home-Region"] == "us1"
    assert headers["Host"] == "app.example:8080"
    assert len(headers["X-Twilio-Signature"]) == 28
    assert len(headers["I-Twilio-Idempotency-Token"]) == 36
    assert headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
    assert headers["Content-Length"] == str(len(request.body))
    assert b"From=%2B17735551234" in request.body


async def test_a_blank_is_percent_encoded_in_voice_requests_and_a_plus_in_those_about_messages() -> None:
    ok = WireReply(204, [], b"", 0.0)
    sms = '<Sms to="+13125550199" statusCallback="/sms">hi</Sms>'
    wire = Recorder(voice=twiml(sms), over=ok, sms=ok)
    number = Number(CALLED, "http://app.example/voice", status_callback="http://app.example/over")
    operator, clock = an_operator(wire, number)

    await Handset(operator, clock, CALLER).dial(CALLED)
    operator.request(Tell("SM1", "POST", "http://app.example/sms", {"MessageSid": "SM1", "Body": "1 + 1"}))
    await operator.settle()

    (over,) = [request for request in wire.requests if request.url.endswith("/over")]
    message = wire.requests[-1]
    assert b"%20%2B0000&" in over.body
    assert b"+" not in over.body
    assert message.body == b"MessageSid=SM1&Body=1+%2B+1"
    for request in (over, message):
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        assert RequestValidator(TOKEN).validate(request.url, form, dict(request.headers)["X-Twilio-Signature"])


async def test_a_blank_is_percent_encoded_in_the_query_of_a_get() -> None:
    wire = Recorder(voice=twiml('<Gather input="speech" action="/go" method="GET"/>'), go=twiml(""))
    phone = a_phone(wire)

    await phone.dial(CALLED)
    await phone.speak("my balance")

    assert "SpeechResult=my%20balance" in wire.requests[-1].url


async def test_the_signature_of_a_post_satisfies_the_sdk() -> None:
    wire = Recorder(voice=twiml(""))

    await a_phone(wire).dial(CALLED)

    (request,) = wire.requests
    assert RequestValidator(TOKEN).validate(request.url, wire.form(), wire.headers()["X-Twilio-Signature"])


async def test_T02_a_get_has_the_parameters_after_its_own_query_and_no_body() -> None:
    wire = Recorder(voice=twiml(""))

    await a_phone(wire, Number(CALLED, "http://app.example/voice?a=%7e1", "GET")).dial(CALLED)

    (request,) = wire.requests
    assert (request.method, request.body) == ("GET", b"")
    assert urlsplit(request.url).query.startswith("a=%7e1&AccountSid=AC")
    assert parse_qs(urlsplit(request.url).query, keep_blank_values=True)["FromCity"] == [""]
    assert "Content-Type" not in wire.headers()
    assert RequestValidator(TOKEN).validate(request.url, {}, wire.headers()["X-Twilio-Signature"])


async def test_T25_a_redirect_is_followed_with_get_and_loses_the_digits() -> None:
    moved = WireReply(302, [("Location", "/moved?x=1")], b"", 0.0)
    wire = Recorder(voice=twiml('<Gather numDigits="1" action="/go"/>'), go=moved, moved=twiml("<Say>here</Say>"))
    phone = a_phone(wire)

    await phone.dial(CALLED)
    await phone.press("1")

    assert wire.form(-2)["Digits"] == "1"
    request = wire.requests[-1]
    assert (request.method, urlsplit(request.url).path) == ("GET", "/moved")
    query = parse_qs(urlsplit(request.url).query, keep_blank_values=True)
    assert query["x"] == ["1"]
    assert "CallSid" in query
    assert "Digits" not in query
    assert [warned.level for warned in phone.record.warnings] == ["policy"]


async def test_T25_more_than_ten_redirects() -> None:
    again = WireReply(301, [("Location", "/voice")], b"", 0.0)
    wire = Recorder(voice=again)
    phone = a_phone(wire)

    await phone.dial(CALLED)

    assert [warned.code for warned in phone.record.warnings if warned.code] == [11215]
    assert len(wire.requests) == 11


async def test_T26_redirects_that_cannot_be_followed() -> None:
    for reply in (WireReply(304, [], b"", 0), WireReply(308, [("Location", "/x")], b"", 0), WireReply(302, [], b"", 0)):
        phone = a_phone(Recorder(voice=reply))
        await phone.dial(CALLED)
        assert [warned.code for warned in phone.record.warnings] == [11216]


async def test_relative_urls_are_resolved_against_the_url_that_answered() -> None:
    moved = WireReply(307, [("Location", "/deep/er")], b"", 0.0)
    wire = Recorder(voice=moved, **{"deep/er": twiml("<Redirect>next</Redirect>"), "deep/next": twiml("")})

    await a_phone(wire).dial(CALLED)

    assert urlsplit(wire.requests[-1].url).path == "/deep/next"


async def test_T11_cookies_live_as_long_as_the_call() -> None:
    wire = Recorder(
        voice=twiml("<Redirect>/next</Redirect>", ("Set-Cookie", "session=abc; Path=/")),
        next=twiml(""),
    )
    phone = a_phone(wire)

    await phone.dial(CALLED)
    assert wire.headers()["Cookie"] == "session=abc"
    await phone.until(lambda: not phone.is_up)
    await phone.dial(CALLED)
    assert "Cookie" not in wire.headers(2)


async def test_the_status_callback_is_sent_and_its_failure_touches_nothing() -> None:
    for answer in (WireReply(500, [], b"", 0.0), WireError(11205, "down"), twiml("<Say>ignored</Say>")):
        wire = Recorder(voice=twiml("<Say>hello</Say>"), status=answer)
        phone = a_phone(wire, Number(CALLED, "http://app.example/voice", status_callback="http://app.example/status"))
        await phone.dial(CALLED)
        await phone.until(lambda phone=phone: not phone.is_up)  # type: ignore[misc]  # bound to this loop's phone
        assert wire.form()["CallStatus"] == "completed"
        assert "Cookie" not in wire.headers()
        assert phone.record.ended is not None
        assert phone.record.ended.ending == "completed"


async def test_a_refused_status_callback_says_why_and_what_to_do() -> None:
    wire = Recorder(
        voice=twiml("<Say>hello</Say>"), status=WireReply(403, [], b"Twilio Request Validation Failed.", 0.0)
    )
    phone = a_phone(wire, Number(CALLED, "http://app.example/voice", status_callback="http://app.example/status"))

    await phone.dial(CALLED)
    await phone.until(lambda: not phone.is_up)

    (warned,) = phone.record.warnings
    assert warned.message.endswith("http://app.example/status answered 403: Twilio Request Validation Failed.")
    assert "--auth-token" in warned.remedy


CALLBACK_ANSWERS: list[tuple[WireReply | WireError, list[int]]] = [
    (WireReply(200, [], b"", 0.0), []),
    (WireReply(204, [("Content-Type", "application/json")], b"", 0.0), []),
    (twiml("<Say>ignored</Say>"), []),
    (WireReply(200, [("Content-Type", "text/plain; charset=utf-8")], b"thanks", 0.0), []),
    (WireReply(200, [("Content-Type", "application/json")], b"{}", 0.0), [15003]),
    (WireReply(302, [("Location", "/other")], b"", 0.0), [15003]),
    (WireReply(500, [], b"", 0.0), [11200]),
    (WireError(11210, "no such host"), [11210]),
]


@pytest.mark.parametrize(("answer", "codes"), CALLBACK_ANSWERS, ids=str)
async def test_the_debugger_shows_what_is_wrong_with_the_answer_to_a_status_callback(
    answer: WireReply | WireError, codes: list[int]
) -> None:
    phone = a_phone(
        Recorder(voice=twiml(""), status=answer),
        Number(CALLED, "http://app.example/voice", status_callback="http://app.example/status"),
    )

    await phone.dial(CALLED)

    assert [warned.code for warned in phone.record.warnings] == codes
    assert [warned.url for warned in phone.record.warnings] == ["http://app.example/status"] * len(codes)
    assert phone.record.ended is not None
    assert phone.record.ended.ending == "completed"


async def test_user_and_password_in_the_url_are_neither_sent_nor_signed() -> None:
    wire = Recorder(voice=twiml(""))

    await a_phone(wire, Number(CALLED, "https://user:pw@app.example/voice")).dial(CALLED)

    (request,) = wire.requests
    assert request.url == "https://app.example/voice"
    assert wire.headers()["Host"] == "app.example"
    assert RequestValidator(TOKEN).validate(request.url, wire.form(), wire.headers()["X-Twilio-Signature"])
