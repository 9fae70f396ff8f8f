"""`<Record>` by feeding events. Sources: Twilio docs, TwiML Record; captured requests; statements T58 to T61."""

import pytest

from simulator.errors import WrongUseError
from simulator.vocabulary import (
    Ended,
    Heard,
    Ignored,
    Listening,
    Recorded,
    Spoke,
    StoppedListening,
    Talked,
    Tell,
    Transcribed,
    Updated,
    Warned,
)
from tests.simulator.feeding import FedCall, call

AFTER = "<Say>after</Say>"
CALLBACK = 'recordingStatusCallback="/recording" recordingStatusCallbackEvent="in-progress completed absent"'
BASE = "https://api.twilio.com/2010-04-01/Accounts"


def recording(attributes: str = "", after: str = AFTER) -> FedCall:
    """A call that records from now on; without a beep, unless one is asked for."""
    beep = "" if "playBeep" in attributes else 'playBeep="false"'
    return call(f"<Record {beep} {attributes}/>{after}")


def test_T58_a_key_ends_it_and_the_action_hears_of_the_recording() -> None:
    fed = recording('action="/r"')

    fed.talk(7)
    fed.press("1")

    params = fed.asked.params
    assert fed.asked.url == "http://app.example/r"
    assert (params["Digits"], params["RecordingDuration"], params["CallStatus"]) == ("1", "7", "in-progress")
    assert params["RecordingSid"].startswith("RE")
    assert params["RecordingUrl"] == f"{BASE}/{params['AccountSid']}/Recordings/{params['RecordingSid']}"
    assert fed.asked.own == ("Digits", "RecordingDuration", "RecordingSid", "RecordingUrl")
    fed.reply("<Hangup/>")
    assert fed.heard == []


@pytest.mark.parametrize("ending", ["silence", "key", "length"])
def test_T59_without_action_the_document_itself_is_asked_again(ending: str) -> None:
    fed = call('<Record playBeep="false" maxLength="9"/>', url="http://app.example/voice?a=1")

    fed.talk(4)
    if ending == "key":
        fed.press("#")
    fed.wait(5)

    assert fed.asked.url == "http://app.example/voice?a=1"
    assert fed.asked.params["RecordingDuration"] == "4"
    assert fed.requests == 2


def test_T60_hanging_up_delivers_the_recording_although_the_call_is_over() -> None:
    fed = recording('action="/r"')

    fed.talk(12)
    fed.hang_up()

    (told,) = fed.told
    assert (told.url, told.method) == ("http://app.example/r", "POST")
    assert (told.params["CallStatus"], told.params["Digits"]) == ("completed", "hangup")
    assert told.params["RecordingDuration"] == "12"
    assert told.params["FromCity"] == ""
    assert fed.ended.ending == "hangup"
    assert fed.requests == 1


@pytest.mark.parametrize("moment", [0.2, 3.0])
def test_T60_hanging_up_without_a_word_or_during_the_beep_is_told_too(moment: float) -> None:
    """Our choice (L): Twilio documents only that empty recordings do not hold the call up."""
    fed = recording('action="/r" playBeep="true"')

    fed.wait(moment)
    fed.hang_up()

    assert fed.told[0].params["Digits"] == "hangup"
    assert len(fed.of(Recorded)) == 1


def test_T61_silence_alone_is_no_recording_and_the_next_verb_runs() -> None:
    fed = recording(f'action="/r" {CALLBACK}')

    fed.wait(4.9)
    assert fed.of(StoppedListening) == []
    fed.wait(0.1)
    fed.listen()

    assert fed.heard == ["after"]
    assert fed.requests == 1
    assert fed.of(Recorded) == []
    assert [tell.params["RecordingStatus"] for tell in fed.told] == ["in-progress", "absent"]
    assert fed.told[1].params["ErrorCode"] == "16101"


def test_a_key_before_a_word_leaves_no_recording_and_the_next_verb_runs() -> None:
    fed = recording(f'action="/r" {CALLBACK}')

    fed.wait(2)
    fed.press("#")
    fed.listen()

    assert fed.heard == ["after"]
    assert fed.requests == 1
    assert fed.of(Recorded) == []
    assert [stopped.outcome for stopped in fed.of(StoppedListening)] == ["empty"]
    assert [tell.params["RecordingStatus"] for tell in fed.told] == ["in-progress", "absent"]


def test_a_new_document_before_a_word_leaves_no_recording() -> None:
    fed = recording(f'action="/r" {CALLBACK}')

    fed.wait(2)
    fed.feed(Updated(url="http://app.example/other"))

    assert fed.of(Recorded) == []
    assert [tell.params["RecordingStatus"] for tell in fed.told] == ["in-progress", "absent"]


def test_a_transcribe_callback_alone_transcribes_nothing_and_the_debugger_says_so() -> None:
    fed = recording('transcribeCallback="/words"')
    fed.talk(3)
    fed.press("#")

    (warned,) = fed.of(Warned)
    assert (warned.code, warned.level, warned.remedy) == (0, "policy", 'add transcribe="true"')
    assert "so nothing is transcribed" in warned.message
    with pytest.raises(WrongUseError, match="awaits no transcription"):
        fed.exchange.transcribe(fed.of(Recorded)[0].recording, "too late", fed.now)


def test_silence_after_talking_ends_it_with_no_digits() -> None:
    fed = recording('action="/r" timeout="3"')

    fed.talk(10)
    fed.wait(2.9)
    assert fed.requests == 1
    fed.wait(0.1)

    assert fed.asked.params["Digits"] == ""
    assert fed.asked.params["RecordingDuration"] == "10"


def test_talking_again_before_the_timeout_goes_on_with_the_recording() -> None:
    fed = recording('action="/r" timeout="3"')

    fed.talk(2)
    fed.wait(2)
    fed.talk(2)
    fed.wait(3)

    assert fed.asked.params["RecordingDuration"] == "6"


def test_talking_that_goes_on_while_more_is_said_counts_once() -> None:
    fed = recording('action="/r"')

    fed.feed(Spoke("one two three four"))
    fed.talk(6)
    fed.press("#")

    assert fed.asked.params["RecordingDuration"] == "6"


def test_timeout_zero_never_ends_on_silence() -> None:
    fed = recording('action="/r" timeout="0" maxLength="60"')

    fed.talk(1)
    fed.wait(58)
    assert fed.requests == 1
    fed.wait(1)

    assert fed.requests == 2


def test_the_greatest_length_cuts_the_caller_short() -> None:
    fed = recording('action="/r" maxLength="10"')

    fed.talk(30)

    assert fed.asked.params["RecordingDuration"] == "10"
    assert fed.asked.params["Digits"] == ""


def test_trimming_leaves_out_the_silence_before_and_after() -> None:
    trimmed, whole = recording('action="/r"'), recording('action="/r" trim="do-not-trim"')

    for fed in (trimmed, whole):
        fed.wait(2)
        fed.talk(3)
        fed.wait(5)

    assert trimmed.asked.params["RecordingDuration"] == "3"
    assert whole.asked.params["RecordingDuration"] == "10"


def test_only_the_finish_keys_end_it() -> None:
    fed = recording('action="/r" finishOnKey="#*"')

    fed.talk(1)
    fed.press("5")
    assert (fed.requests, [ignored.input for ignored in fed.of(Ignored)]) == (1, ["key 5"])
    fed.press("*")

    assert fed.asked.params["Digits"] == "*"


def test_an_empty_finish_key_lets_no_key_end_it() -> None:
    fed = recording('action="/r" finishOnKey=""')

    fed.press("#")

    assert fed.requests == 1
    assert not fed.of(Listening)[0].keys


def test_the_beep_comes_first_and_keys_during_it_are_lost() -> None:
    fed = recording('action="/r" playBeep="true"')

    fed.press("1")
    assert fed.of(Listening) == []
    fed.wait(0.5)

    assert [(heard.prompt.verb, heard.seconds) for heard in fed.of(Heard)] == [("beep", 0.5)]
    assert (fed.of(Listening)[0].verb, fed.requests) == ("Record", 1)


def test_only_silence_waits_for_the_caller() -> None:
    """So that a listening script lets the caller finish, and then never lets the recording time out."""
    fed = recording()
    waits = []
    for event in (None, Talked(0), Spoke("one two three")):
        if event is not None:
            fed.feed(event)
        waits += [live.awaits_caller for live in fed.exchange.calls]
    fed.wait(2)
    waits += [live.awaits_caller for live in fed.exchange.calls]

    assert waits == [True, True, False, True]


def test_method_get_and_a_relative_action() -> None:
    fed = recording('action="next?a=1" method="GET"')

    fed.talk(1)
    fed.press("#")

    assert (fed.asked.method, fed.asked.url) == ("GET", "http://app.example/next?a=1")


def test_a_new_document_by_the_rest_api_ends_the_recording_without_its_action() -> None:
    fed = recording(f'action="/r" {CALLBACK}')

    fed.talk(3)
    fed.feed(Updated(url="http://app.example/other"))

    assert fed.asked.url == "http://app.example/other"
    assert [recorded.seconds for recorded in fed.of(Recorded)] == [3]
    assert [tell.params["RecordingStatus"] for tell in fed.told] == ["in-progress", "completed"]


def test_the_status_callback_carries_its_own_parameters_only() -> None:
    fed = recording('action="/r" recordingStatusCallback="/recording" recordingStatusCallbackMethod="GET"')

    fed.talk(3)
    fed.press("#")

    (told,) = fed.told
    assert (told.method, told.url) == ("GET", "http://app.example/recording")
    assert dict(told.params) == {
        "AccountSid": fed.asked.params["AccountSid"],
        "CallSid": fed.sid,
        "ErrorCode": "0",
        "RecordingChannels": "1",
        "RecordingDuration": "3",
        "RecordingSid": fed.asked.params["RecordingSid"],
        "RecordingSource": "RecordVerb",
        "RecordingStartTime": "Thu, 01 Jan 1970 00:00:00 +0000",
        "RecordingStatus": "completed",
        "RecordingUrl": fed.asked.params["RecordingUrl"],
    }


def test_a_malformed_status_callback_is_reported_and_the_recording_goes_on() -> None:
    fed = recording('action="/r" recordingStatusCallback="http://"')

    fed.talk(3)
    fed.press("#")

    assert fed.codes == [13256]
    assert fed.asked.url == "http://app.example/r"


def test_the_words_come_later_and_are_told_to_the_transcribe_callback() -> None:
    fed = recording('action="/r" transcribe="true" transcribeCallback="/words"')
    fed.talk(3)
    fed.hang_up()
    (recorded,) = fed.of(Recorded)

    fed.take(fed.exchange.transcribe(recorded.recording, "call me back", fed.now + 60))

    told = fed.told[-1]
    (transcribed,) = fed.of(Transcribed)
    assert (told.url, told.method) == ("http://app.example/words", "POST")
    assert told.params["TranscriptionText"] == "call me back"
    assert (told.params["TranscriptionStatus"], told.params["CallStatus"]) == ("completed", "completed")
    assert told.params["TranscriptionSid"] == transcribed.transcription
    assert told.params["RecordingUrl"] == recorded.url
    assert (told.params["CallSid"], told.params["From"]) == (fed.sid, "+17735551234")
    assert "FromCity" not in told.params


def test_a_transcription_can_fail_while_the_call_goes_on() -> None:
    fed = recording('action="/r" transcribe="true" transcribeCallback="/words"')
    fed.talk(3)
    fed.press("#")

    fed.take(fed.exchange.transcribe(fed.of(Recorded)[0].recording, None, fed.now))

    assert fed.told[-1].params["TranscriptionStatus"] == "failed"
    assert fed.told[-1].params["CallStatus"] == "in-progress"


@pytest.mark.parametrize(("attributes", "seconds", "codes"), [("", 3, []), ('transcribe="true"', 1, [13617])])
def test_what_is_not_to_be_transcribed_takes_no_words(attributes: str, seconds: int, codes: list[int]) -> None:
    fed = recording(attributes)
    fed.talk(seconds)
    fed.press("#")

    with pytest.raises(WrongUseError, match="awaits no transcription"):
        fed.exchange.transcribe(fed.of(Recorded)[0].recording, "too late", fed.now)
    assert fed.codes == codes


def test_with_transcribe_the_greatest_length_is_120_seconds() -> None:
    fed = recording('action="/r" transcribe="true"')

    fed.talk(500)

    assert fed.asked.params["RecordingDuration"] == "120"
    assert recording('transcribe="true" maxLength="121"').codes == [13615]


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ('method="PUT"', 13610),
        ('timeout="soon"', 13611),
        ('maxLength="1"', 13612),
        ('maxLength="14401"', 13612),
        ('finishOnKey="x"', 13613),
        ('transcribe="yes"', 13614),
        ('playBeep="no"', 13616),
        ('recordingStatusCallbackEvent="done"', 13621),
        ('trim="both"', 13699),
        ('length="3"', 12200),
    ],
)
def test_an_invalid_value_is_reported_and_the_default_used(attribute: str, code: int) -> None:
    assert recording(attribute).codes == [code]


def test_nothing_may_be_nested() -> None:
    assert call("<Record><Say>a</Say></Record>").codes == [12200]


def test_what_is_recorded_after_the_end_of_the_call_is_nothing() -> None:
    fed = recording()
    fed.hang_up()
    count = len(fed.effects)

    fed.talk(3)

    assert len(fed.effects) == count
    assert isinstance(fed.effects[-1], Ended | Tell)
