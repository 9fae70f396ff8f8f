"""What every webhook carries, and the status callback at the end. Statements T01 to T04, T47, T74."""

import subprocess
import sys

import pytest

from simulator.exchange.exchange import Exchange
from simulator.exchange.numbers import Locate, Number, Place, nowhere
from simulator.geography import locate
from simulator.numbers import Stir
from simulator.vocabulary import Ask, CallerId, Replied
from tests.simulator.feeding import CALLED, CALLER, FedCall, call

GEOGRAPHIC = {
    prefix + suffix for prefix in ("From", "Caller", "To", "Called") for suffix in ("City", "State", "Zip", "Country")
}


def test_T01_the_first_request_of_an_inbound_call() -> None:
    fed = FedCall()

    ask, params = fed.asked, fed.asked.params
    assert (ask.method, ask.url) == ("POST", "http://app.example/voice")
    assert (params["CallStatus"], params["Direction"], params["ApiVersion"]) == ("ringing", "inbound", "2010-04-01")
    assert params["From"] == params["Caller"] == CALLER
    assert params["To"] == params["Called"] == CALLED
    assert params["CallSid"] == fed.sid
    assert (fed.sid[:2], len(fed.sid)) == ("CA", 34)
    assert (params["AccountSid"][:2], len(params["AccountSid"])) == ("AC", 34)


def test_T03_all_sixteen_geographic_parameters_are_there_and_unknown_ones_are_empty() -> None:
    nowhere, somewhere = FedCall(), FedCall(locate=lambda number: Place("CHICAGO", "IL", "", "US"))

    assert set(nowhere.asked.params) >= GEOGRAPHIC
    assert {nowhere.asked.params[name] for name in GEOGRAPHIC} == {""}
    assert somewhere.asked.params["FromCity"] == somewhere.asked.params["CallerCity"] == "CHICAGO"
    assert somewhere.asked.params["ToZip"] == ""


def in_the_us(number: str) -> Place:
    return Place(country="US" if number.startswith("+1") else "GB")


def dialled(caller: str = CALLER, caller_id: CallerId = CallerId(), locate: Locate = in_the_us) -> dict[str, str]:  # noqa: B008 - it is frozen
    """The parameters of the first request of a call."""
    exchange = Exchange(locate=locate)
    exchange.own(Number(CALLED, "http://app.example/voice"))
    _, effects = exchange.place(caller=caller, called=CALLED, now=0.0, caller_id=caller_id)
    (ask,) = [effect for effect in effects if isinstance(effect, Ask)]
    return dict(ask.params)


@pytest.mark.parametrize(
    ("stir", "verstat"),
    [
        ("A", "TN-Validation-Passed-A"),
        ("B", "TN-Validation-Passed-B"),
        ("C", "TN-Validation-Passed-C"),
        ("failed", "TN-Validation-Failed-A"),
        ("none", None),
        (None, "TN-Validation-Passed-A"),
    ],
)
def test_a_calling_number_is_vouched_for_as_the_call_says(stir: Stir | None, verstat: str | None) -> None:
    assert dialled(caller_id=CallerId(stir)).get("StirVerstat") == verstat


def test_usually_only_us_numbers_are_vouched_for() -> None:
    assert "StirVerstat" not in dialled("+442079460000")
    assert "StirVerstat" not in dialled("anonymous")
    assert "StirVerstat" not in dialled(locate=nowhere)
    assert dialled("+442079460000", CallerId("C"))["StirVerstat"] == "TN-Validation-Passed-C"


def test_an_exchange_may_vouch_for_its_callers_in_another_way_usually() -> None:
    exchange = Exchange(locate=in_the_us)
    exchange.own(Number(CALLED, "http://app.example/voice"))
    exchange.usual_stir = "C"

    params = [
        effect.params
        for caller_id in (CallerId(), CallerId("B"))
        for effect in exchange.place(caller=CALLER, called=CALLED, now=0.0, caller_id=caller_id)[1]
        if isinstance(effect, Ask)
    ]

    assert [each["StirVerstat"] for each in params] == ["TN-Validation-Passed-C", "TN-Validation-Passed-B"]


def test_only_the_first_request_of_a_call_is_told_of_its_signature() -> None:
    """One captured call shows both: its first request has them, the one after a Gather has not."""
    fed = FedCall(locate=in_the_us, status_callback="http://app.example/status")
    first = fed.asked.params
    fed.reply('<Gather numDigits="1" action="/g"/>')
    fed.press("1")
    fed.reply("")

    assert {"CallToken", "StirVerstat"} <= first.keys()
    assert not {"CallToken", "StirVerstat"} & (fed.asked.params.keys() | fed.told[0].params.keys())


def test_the_fallback_of_the_first_request_is_told_what_that_was_told() -> None:
    fed = FedCall(locate=in_the_us, fallback="http://app.example/fallback")

    fed.reply("", status=500)

    assert fed.asked.url == "http://app.example/fallback"
    assert {"CallToken", "StirVerstat"} <= fed.asked.params.keys()


def test_the_callers_name_and_who_diverted_the_call_are_told_with_every_request() -> None:
    exchange = Exchange()
    exchange.own(Number(CALLED, "http://app.example/voice"))
    said = CallerId(caller_name="ANN EXAMPLE", forwarded_from="+13125550100")

    sid, effects = exchange.place(caller=CALLER, called=CALLED, now=0.0, caller_id=said)
    (first,) = [effect for effect in effects if isinstance(effect, Ask)]
    document = b"<Response><Redirect>/b</Redirect></Response>"
    effects = exchange.receive(sid, Replied(first.request, 200, "text/xml", document, first.url), 0.0)
    (second,) = [effect for effect in effects if isinstance(effect, Ask)]

    for ask in (first, second):
        assert ask.params["CallerName"] == "ANN EXAMPLE"
        assert ask.params["ForwardedFrom"] == ask.params["CalledVia"] == "+13125550100"
    assert "CallerName" not in dialled()


def test_T04_later_requests_have_the_same_call_sid_and_are_in_progress() -> None:
    fed = call('<Gather numDigits="1" action="/g"/>')
    fed.press("1")

    assert fed.asked.params["CallSid"] == fed.sid
    assert fed.asked.params["CallStatus"] == "in-progress"


def test_T09_a_fragment_is_never_sent() -> None:
    assert FedCall(url="http://app.example/voice?a=1#rc=2").asked.url == "http://app.example/voice?a=1"


def test_T74_the_status_callback_tells_seconds_and_minutes_begun() -> None:
    fed = call("<Gather timeout='61'/>", status_callback="http://app.example/status")

    fed.wait(61)

    (told,) = fed.told
    assert (told.method, told.url) == ("POST", "http://app.example/status")
    assert (told.params["CallDuration"], told.params["Duration"]) == ("61", "2")
    assert told.params["CallStatus"] == "completed"
    assert told.params["CallSid"] == fed.sid
    assert told.params["Timestamp"] == "Thu, 01 Jan 1970 00:01:01 +0000"
    assert told.params["CallbackSource"] == "call-progress-events"


def test_places_of_numbers_are_derived_offline() -> None:
    assert locate("+17735551234") == Place("CHICAGO", "IL", "", "US")
    assert locate("+12075551234") == Place("", "ME", "", "US")
    assert locate("+442079460000") == Place("LONDON", "", "", "GB")
    assert locate("+33100000000").country == "FR"
    assert locate("+1") == Place()
    assert locate("+15005550006").city == ""


@pytest.mark.parametrize(
    ("number", "city"),
    [
        ("+14162345678", "ETOBICOKE"),
        ("+390255512345", "MILAN"),
        ("+4989123456", "MUNICH"),
        ("+5491123456789", "BUENOS AIRES"),  # the 9 only says that it is a mobile
        ("+861012345678", "BEIJING"),
        ("+81312345678", "TOKYO"),
        ("+35224205550", "LUXEMBOURG"),
        ("+447400123456", ""),  # a mobile belongs to no area
        ("+6561234567", ""),
    ],
)
def test_areas_everywhere_are_found(number: str, city: str) -> None:
    assert locate(number).city == city


def test_only_what_a_number_needs_of_the_table_is_loaded() -> None:
    code = "import sys; from simulator.geography import locate; locate('+17735551234')"

    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print('phonenumbers.geodata' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "False\n"
