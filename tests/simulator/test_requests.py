"""What every webhook carries, and the status callback at the end. Statements T01 to T04, T47, T74."""

import subprocess
import sys

import pytest

from simulator.exchange.numbers import Place
from simulator.geography import locate
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
