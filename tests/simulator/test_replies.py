"""What becomes of the application's replies, good and bad. Statements T14 to T23, T30, and the fallback URL."""

import pytest

from simulator.vocabulary import Warned
from tests.simulator.feeding import FedCall, call

TWIML = "<Response><Say>hello</Say></Response>"
ANNOUNCEMENT = "We are sorry, an application error has occurred. Goodbye."


def heard_to_the_end(fed: FedCall) -> list[str]:
    while not fed.is_over:
        fed.listen()
    return fed.heard


def test_T14_a_500_is_not_executed_and_the_fallback_is_asked() -> None:
    fed = FedCall(fallback="http://app.example/fallback")

    fed.reply(TWIML, status=500)

    assert (fed.asked.url, fed.asked.purpose) == ("http://app.example/fallback", "fallback")
    assert fed.asked.params["ErrorCode"] == "11200"
    assert fed.asked.params["ErrorUrl"] == "http://app.example/voice"
    assert fed.asked.params["CallStatus"] == "ringing"
    fed.reply("<Say>sorry</Say>")
    assert heard_to_the_end(fed) == ["sorry"]


def test_the_fallback_gets_the_parameters_of_the_failed_request() -> None:
    fed = FedCall(fallback="http://app.example/fallback")
    fed.reply('<Gather numDigits="1" action="/g"/>')
    fed.press("7")

    fed.reply("", status=503)

    assert fed.asked.params["Digits"] == "7"
    assert fed.asked.params["ErrorUrl"] == "http://app.example/g"
    assert fed.asked.params["CallStatus"] == "in-progress"


def test_a_fallback_that_fails_too_ends_in_the_announcement() -> None:
    fed = FedCall(fallback="http://app.example/fallback")

    fed.reply("", status=500)
    fed.reply("", status=500)

    assert heard_to_the_end(fed) == [ANNOUNCEMENT]
    assert fed.requests == 2
    assert (fed.ended.status, fed.ended.ending) == ("completed", "application-error")


def test_an_error_in_the_document_of_a_fallback_asks_the_fallback_again() -> None:
    fed = FedCall(fallback="http://app.example/fallback")
    fed.reply("", status=500)
    fed.reply("<Redirect>/c</Redirect>")
    fed.reply("", status=500)

    assert fed.asked.url == "http://app.example/fallback"


def test_T15_without_fallback_the_caller_hears_that_an_error_occurred() -> None:
    fed = FedCall()

    fed.reply(TWIML, status=500)

    assert heard_to_the_end(fed) == [ANNOUNCEMENT]
    (warned,) = fed.of(Warned)
    assert (warned.code, warned.level) == (11200, "error")
    assert "answered 500" in warned.message
    assert warned.remedy


@pytest.mark.parametrize("kind", ["application/json", "image/png", "text/css", None])
def test_T16_other_content_types_are_refused(kind: str | None) -> None:
    fed = FedCall()

    fed.reply(TWIML, kind=kind)

    assert fed.codes == [12300]


def test_T17_plain_text_is_read_aloud_and_the_call_ends() -> None:
    fed = FedCall()

    fed.reply("Hello   there\n", kind="text/plain; charset=utf-8")

    assert heard_to_the_end(fed) == ["Hello there"]
    assert fed.ended.ending == "completed"


def test_plain_text_that_is_twiml_is_run() -> None:
    fed = FedCall()

    fed.reply(TWIML, kind="text/plain")

    assert heard_to_the_end(fed) == ["hello"]


@pytest.mark.parametrize("kind", ["text/html", "application/xml", "TEXT/XML; charset=utf-8"])
def test_T18_these_content_types_are_run(kind: str) -> None:
    fed = FedCall()

    fed.reply(TWIML, kind=kind)

    assert heard_to_the_end(fed) == ["hello"]


def test_other_statuses_of_success_are_accepted() -> None:
    fed = FedCall()

    fed.reply(TWIML, status=201)

    assert heard_to_the_end(fed) == ["hello"]


def test_T19_a_sound_is_played_and_the_call_ends() -> None:
    fed = FedCall()

    fed.reply(b"\xff\xfb", kind="audio/mpeg")
    fed.listen()

    assert fed.ended.status == "completed"


@pytest.mark.parametrize(
    "body",
    [
        "\n<?xml version='1.0'?><Response/>",
        "\ufeff<Response/>",
        "<Response><Say>you & me</Say></Response>",
        "<Response><Say>&nbsp;</Say></Response>",
        "<Response><Say></Response>",
        "<Response/><Response/>",
        "hello",
        "<!DOCTYPE Response><Response/>",
        '<!DOCTYPE r [<!ENTITY a "b">]><Response>&a;</Response>',
        '<!DOCTYPE r SYSTEM "file:///etc/passwd"><Response/>',
        "<Response>" + "<a>" * 100 + "</a>" * 100 + "</Response>",
    ],
)
def test_T20_T21_a_document_that_is_not_well_formed(body: str) -> None:
    fed = FedCall(fallback="http://app.example/fallback")

    fed.reply(body.encode())

    assert fed.codes == [12100]
    assert fed.asked.params["ErrorCode"] == "12100"


def test_the_line_of_the_error_is_named() -> None:
    fed = FedCall()

    fed.reply("<Response>\n<Say>a</Say>\n<Say>b & c</Say></Response>")

    assert fed.of(Warned)[0].line == 3


def test_a_foreign_root_element() -> None:
    fed = FedCall()

    fed.reply(b"<html/>", kind="text/html")

    assert fed.codes == [12102]


@pytest.mark.parametrize(("size", "codes"), [(65_536, []), (65_537, [11750]), (70_000, [11750])])
def test_T22_a_reply_over_64_kB(size: int, codes: list[int]) -> None:
    fed = FedCall()
    body = b"<Response><!--" + b"x" * (size - len("<Response><!----></Response>")) + b"--></Response>"
    assert len(body) == size

    fed.reply(body)

    assert fed.codes == codes


@pytest.mark.parametrize(("latency", "codes"), [(15.0, []), (15.1, [11205])])
def test_T23_a_reply_after_15_seconds_comes_too_late(latency: float, codes: list[int]) -> None:
    fed = FedCall()

    fed.reply(TWIML, latency=latency)

    assert fed.codes == codes


def test_an_unreachable_application() -> None:
    fed = FedCall()

    fed.fail(11205)

    assert fed.codes == [11205]
    assert heard_to_the_end(fed) == [ANNOUNCEMENT]


@pytest.mark.parametrize("status", [204, 200])
def test_T30_a_reply_without_a_body_is_an_error_and_ends_the_call(status: int) -> None:
    fed = FedCall()

    fed.reply(b"", status=status)

    assert fed.codes == [11770]
    heard_to_the_end(fed)


def test_text_between_verbs_means_nothing_and_is_reported() -> None:
    fed = call("hello <Say>a</Say> there")

    assert heard_to_the_end(fed) == ["a"]
    assert fed.codes == [12200]


def test_an_attribute_of_response_is_reported() -> None:
    assert call('<Response version="1"><Say>a</Say></Response>').codes == [12200]


def test_a_document_in_another_declared_encoding_is_read() -> None:
    fed = FedCall()

    fed.reply("<?xml version='1.0' encoding='iso-8859-1'?><Response><Say>déjà vu</Say></Response>".encode("latin-1"))

    assert heard_to_the_end(fed) == ["déjà vu"]


def test_an_encoding_nobody_knows_is_an_error() -> None:
    fed = FedCall()

    fed.reply(b"<?xml version='1.0' encoding='klingon'?><Response/>")

    assert fed.codes == [12100]
