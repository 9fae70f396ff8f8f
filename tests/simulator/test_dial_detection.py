"""Machine detection of `<Dial><Number>`, and the nouns that are refused. Source: Twilio docs, TwiML Number."""

import pytest

from simulator.vocabulary import Answered, HungUp, Ring, Warned
from tests.simulator.feeding import call

AGENT = "+13125550111"


def test_what_answered_is_told_with_the_legs_requests_and_to_the_callback() -> None:
    fed = call(
        '<Dial><Number machineDetection="Enable" amdStatusCallback="/amd" statusCallback="/leg" url="/whisper">'
        f"{AGENT}</Number></Dial>"
    )
    child = fed.rung[-1]

    fed.feed(Answered(by="machine_start", seconds=3.2), child)
    fed.feed(HungUp(), child)

    assert fed.asked.url == "http://app.example/whisper"
    assert (fed.asked.params["AnsweredBy"], fed.asked.params["MachineDetectionDuration"]) == ("machine_start", "3200")
    detected, ended = fed.told
    assert detected.url == "http://app.example/amd"
    assert detected.params == {
        "AccountSid": fed.exchange.account,
        "CallSid": child,
        "AnsweredBy": "machine_start",
        "MachineDetectionDuration": "3200",
    }
    assert ended.params["AnsweredBy"] == "machine_start"


def test_without_detection_nobody_hears_what_answered() -> None:
    fed = call(f'<Dial><Number url="/whisper">{AGENT}</Number></Dial>')

    fed.feed(Answered(by="human"), fed.rung[-1])

    assert "AnsweredBy" not in fed.asked.params
    assert fed.told == []


def test_a_far_end_that_does_not_say_what_it_is_is_unknown() -> None:
    sip = '<Sip machineDetection="DetectMessageEnd" amdStatusCallback="/amd" amdStatusCallbackMethod="GET">a@b.example'
    fed = call(f"<Dial>{sip}</Sip></Dial>")

    fed.feed(Answered(), fed.rung[-1])

    (told,) = fed.told
    assert (told.method, told.params["AnsweredBy"]) == ("GET", "unknown")


@pytest.mark.parametrize(
    "attribute",
    [
        'machineDetection="enable"',
        'machineDetectionTimeout="2"',
        'machineDetectionTimeout="61"',
        'machineDetectionSpeechThreshold="999"',
        'machineDetectionSpeechEndThreshold="5001"',
        'machineDetectionSilenceTimeout="1999"',
        'amdStatusCallbackMethod="PUT"',
    ],
)
def test_bad_attributes_of_detection(attribute: str) -> None:
    fed = call(f"<Dial><Number {attribute}>{AGENT}</Number></Dial>")

    assert fed.codes == [12200]
    assert len(fed.of(Ring)) == 1


@pytest.mark.parametrize("noun", ["Sim", "WhatsApp", "Application"])
def test_other_nouns_are_refused_by_name(noun: str) -> None:
    fed = call(f"<Dial><{noun}>DE00000000000000000000000000000000</{noun}></Dial>")

    (warned,) = fed.of(Warned)
    assert f"<Dial><{noun}> is not simulated" in warned.message
    assert fed.ended.ending == "not-simulated"
