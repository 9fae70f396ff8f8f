"""Machine detection: what Number and Sip say about it. Detects nothing; the far end says what it is when it answers.

Source: Twilio docs, TwiML Number, answering machine detection. The thresholds are checked and have no effect here.
"""

from simulator.twiml.attributes import METHOD, anything, attribute, one_of, whole_number
from simulator.values import frozen
from simulator.verbs.script import Detection, Goto, Leg
from simulator.vocabulary import Method


@frozen(kw_only=True)
class Detecting:
    """The attributes that both nouns have; times in milliseconds but for the timeout, which is in seconds."""

    machine_detection: str = attribute("machineDetection", one_of("Enable", "DetectMessageEnd"), default="")
    machine_detection_timeout: int = attribute("machineDetectionTimeout", whole_number(3, 60), default=30)
    machine_detection_speech_threshold: int = attribute(
        "machineDetectionSpeechThreshold", whole_number(1000, 6000), default=2400
    )
    machine_detection_speech_end_threshold: int = attribute(
        "machineDetectionSpeechEndThreshold", whole_number(500, 5000), default=1200
    )
    machine_detection_silence_timeout: int = attribute(
        "machineDetectionSilenceTimeout", whole_number(2000, 10000), default=5000
    )
    amd_status_callback: str = attribute("amdStatusCallback", anything, default="", invalid=11100)
    amd_status_callback_method: Method = attribute("amdStatusCallbackMethod", METHOD, default="POST")


def asked_detection(noun: Detecting, leg: Leg) -> Detection | None:
    """What the exchange is to find out about who answers; None when nobody asked."""
    if not noun.machine_detection:
        return None
    url = leg.resolve(noun.amd_status_callback) if noun.amd_status_callback else None
    if url is None:
        return Detection()
    return Detection(Goto(url, noun.amd_status_callback_method))
