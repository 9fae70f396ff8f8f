"""`<Gather>` with speech, by feeding events. Source: Twilio docs, TwiML Gather; statement T49."""

from tests.simulator.feeding import call


def test_T49_speech_is_posted_without_digits() -> None:
    fed = call('<Gather input="dtmf speech" action="/g"/>')

    fed.speak("pay my bill", confidence=0.92)

    assert fed.asked.params["SpeechResult"] == "pay my bill"
    assert fed.asked.params["Confidence"] == "0.92"
    assert "Digits" not in fed.asked.params


def test_a_key_first_makes_speech_count_for_nothing() -> None:
    fed = call('<Gather input="dtmf speech" action="/g"/>')

    fed.press("1")
    fed.speak("pay my bill")
    fed.press("#")

    assert fed.asked.params["Digits"] == "1"
    assert "SpeechResult" not in fed.asked.params


def test_speech_cuts_the_prompt_off_unless_barge_in_is_forbidden() -> None:
    allowed = call('<Gather input="speech" action="/g"><Say>one two three</Say></Gather>')
    forbidden = call('<Gather input="speech" bargeIn="false" action="/g"><Say>one two three</Say></Gather>')

    allowed.speak("yes")
    forbidden.speak("yes")

    assert allowed.requests == 2
    assert forbidden.requests == 1


def test_keys_mean_nothing_to_a_speech_only_gather() -> None:
    fed = call('<Gather input="speech" action="/g"/>')

    fed.press("1")

    assert fed.requests == 1


def test_nothing_said_falls_through() -> None:
    fed = call('<Gather input="speech" timeout="3"/><Say>silence</Say>')

    fed.wait(3)
    fed.listen()

    assert fed.heard == ["silence"]


def test_partial_results_are_told_while_the_final_one_is_asked_for() -> None:
    fed = call('<Gather input="speech" action="/g" partialResultCallback="/partial"/>')

    fed.speak("pay my bill")

    partial = [tell.params for tell in fed.told]
    assert [tell.url for tell in fed.told] == ["http://app.example/partial"] * 3
    assert [params["SequenceNumber"] for params in partial] == ["0", "1", "2"]
    assert [params["UnstableSpeechResult"] for params in partial] == ["pay", "pay my", ""]
    assert [params["StableSpeechResult"] for params in partial] == ["", "", "pay my bill"]
    assert partial[0]["CallSid"] == fed.sid
    assert fed.asked.params["SpeechResult"] == "pay my bill"


def test_a_malformed_partial_result_callback_is_reported_once() -> None:
    fed = call('<Gather input="speech" action="/g" partialResultCallback="http://"/>')

    fed.speak("pay my bill")

    assert fed.codes == [11100]
    assert fed.requests == 2


def test_an_automatic_speech_timeout_does_not_go_with_a_speech_model() -> None:
    assert call('<Gather input="speech" speechTimeout="auto" speechModel="phone_call"/>').codes == [13335]
    assert call('<Gather input="speech" speechTimeout="auto"/>').codes == []
    assert call('<Gather input="speech" speechTimeout="3" speechModel="phone_call"/>').codes == []
