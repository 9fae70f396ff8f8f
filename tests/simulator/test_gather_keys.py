"""`<Gather>` with keys, by feeding events. Sources: Twilio docs, TwiML Gather; statements T31 to T48."""

import pytest

from simulator.vocabulary import Heard, Ignored, Listening
from tests.simulator.feeding import call

NO_INPUT = "<Say>no input</Say>"


def test_T31_keys_up_to_the_finish_key_are_posted_to_the_action() -> None:
    fed = call(f'<Gather action="/g"/>{NO_INPUT}')

    fed.press("12#")

    assert (fed.asked.method, fed.asked.url) == ("POST", "http://app.example/g")
    assert fed.asked.params["Digits"] == "12"
    assert fed.asked.params["FinishedOnKey"] == "#"
    assert fed.asked.params["msg"] == "Gather End"
    assert fed.heard == []


def test_T32_num_digits_ends_the_entry_at_once() -> None:
    fed = call('<Gather numDigits="1" action="/g"/>')

    fed.press("3")

    assert (fed.asked.params["Digits"], fed.asked.params["FinishedOnKey"]) == ("3", "")
    assert fed.now == 0


def test_T33_silence_falls_through_to_the_next_verb_when_the_timeout_is_over() -> None:
    fed = call(f'<Gather timeout="5" action="/g"><Say>choose</Say></Gather>{NO_INPUT}')
    fed.listen()

    fed.wait(4.9)
    assert fed.heard == ["choose"]
    fed.wait(0.1)
    fed.listen()

    assert fed.heard == ["choose", "no input"]
    assert fed.requests == 1


def test_T34_silence_at_the_end_of_the_document_hangs_up() -> None:
    fed = call('<Gather action="/g"/>')

    fed.wait(5)

    assert fed.ended.status == "completed"
    assert fed.requests == 1


def test_T35_a_partial_entry_is_submitted_after_the_timeout() -> None:
    fed = call('<Gather numDigits="4" action="/g"/>')

    fed.press("12")
    fed.wait(5)

    assert fed.asked.params["Digits"] == "12"


def test_T36_the_first_key_silences_all_nested_prompts() -> None:
    fed = call('<Gather numDigits="2" action="/g"><Say>one two three four</Say><Say>never</Say></Gather>')

    fed.wait(0.8)
    fed.press("1")
    fed.press("2")

    (heard,) = fed.of(Heard)
    assert (heard.text, heard.is_cut) == ("one two", True)
    assert fed.asked.params["Digits"] == "12"


def test_T37_every_key_restarts_the_clock() -> None:
    fed = call('<Gather timeout="5" action="/g"/>')

    for key in "123":
        fed.press(key)
        fed.wait(4)
    fed.wait(1)

    assert fed.asked.params["Digits"] == "123"


def test_T38_an_empty_finish_key_makes_every_key_a_digit() -> None:
    fed = call('<Gather finishOnKey="" action="/g"/>')

    fed.press("1#2*")
    assert fed.requests == 1
    fed.wait(5)

    assert fed.asked.params["Digits"] == "1#2*"


def test_T39_another_finish_key() -> None:
    fed = call('<Gather finishOnKey="*" action="/g"/>')

    fed.press("12*")

    assert (fed.asked.params["Digits"], fed.asked.params["FinishedOnKey"]) == ("12", "*")


def test_T40_the_finish_key_alone_is_no_input() -> None:
    fed = call(f'<Gather action="/g"/>{NO_INPUT}')

    fed.press("#")
    fed.listen()

    assert fed.requests == 1
    assert fed.heard == ["no input"]


@pytest.mark.parametrize(("keys", "finished_on"), [("#", "#"), ("", "")])
def test_T41_action_on_empty_result_is_called_without_input(keys: str, finished_on: str) -> None:
    fed = call(f'<Gather action="/g" actionOnEmptyResult="true"/>{NO_INPUT}')

    fed.press(keys)
    fed.wait(5)

    assert fed.asked.url == "http://app.example/g"
    assert (fed.asked.params["Digits"], fed.asked.params["FinishedOnKey"]) == ("", finished_on)


def test_T42_without_action_the_document_itself_is_asked_again() -> None:
    fed = call("<Gather/>", url="http://app.example/a?x=1")

    fed.press("1#")

    assert (fed.asked.method, fed.asked.url) == ("POST", "http://app.example/a?x=1")
    assert fed.asked.params["Digits"] == "1"


def test_T43_method_get() -> None:
    fed = call('<Gather method="GET" action="/g" numDigits="1"/>')

    fed.press("7")

    assert (fed.asked.method, fed.asked.params["Digits"]) == ("GET", "7")


@pytest.mark.parametrize("nested", ["Redirect", "Gather", "Dial", "Record", "Hangup"])
def test_T44_a_verb_that_may_not_be_nested_is_reported_and_left_out(nested: str) -> None:
    fed = call(f'<Gather action="/g">\n<{nested}>/x</{nested}><Say>choose</Say></Gather>')
    fed.listen()

    assert fed.codes == [13320]
    assert fed.heard == ["choose"]


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ('finishOnKey="12"', 13311),
        ('finishOnKey="x"', 13310),
        ('timeout="abc"', 13313),
        ('timeout="0"', 13313),
        ('timeout="auto"', 13313),
        ('numDigits="0"', 13314),
        ('numDigits="-1"', 13314),
        ('method="PUT"', 13312),
        ('input="voice"', 13326),
        ('actionOnEmptyResult="yes"', 13338),
        ('numdigits="1"', 12200),
        ('language="english please"', 13331),
        ('speechTimeout="0"', 13327),
        ('maxSpeechTime="61"', 13328),
        ('speechModel="best"', 13334),
        ('bargeIn="yes"', 13332),
        ('profanityFilter="1"', 13333),
        ('partialResultCallbackMethod="HEAD"', 13329),
    ],
)
def test_T45_T46_an_invalid_value_is_reported_and_the_default_is_used(attribute: str, code: int) -> None:
    fed = call(f'<Gather action="/g" {attribute}/>')

    assert fed.codes == [code]
    fed.press("12")
    assert fed.requests == 1, "numDigits is unlimited by default"
    fed.press("#")
    assert (fed.asked.url, fed.asked.params["Digits"]) == ("http://app.example/g", "12")


def test_default_timeout_is_five_seconds() -> None:
    fed = call("<Gather/>")

    fed.wait(4.999)
    assert not fed.is_over
    fed.wait(0.001)
    assert fed.is_over


def test_T47_hanging_up_during_gather_asks_for_nothing() -> None:
    fed = call('<Gather action="/g"><Say>one two three</Say></Gather>', status_callback="http://app.example/status")

    fed.wait(0.4)
    fed.press("1")
    fed.hang_up()

    assert fed.requests == 1
    assert fed.ended.ending == "hangup"
    (told,) = fed.told
    assert told.params["CallStatus"] == "completed"


def test_T48_a_relative_action_is_resolved_against_the_document() -> None:
    fed = call('<Gather action="next" numDigits="1"/>', url="http://app.example/ivr/menu")

    fed.press("1")

    assert fed.asked.url == "http://app.example/ivr/next"


def test_listening_starts_with_the_first_prompt_and_says_what_is_wanted() -> None:
    fed = call('<Gather numDigits="6" timeout="9" finishOnKey="*"><Say>code</Say></Gather>')

    (listening,) = fed.of(Listening)
    assert (listening.keys, listening.speech) == (True, False)
    assert (listening.num_digits, listening.finish_on_key, listening.timeout) == (6, "*", 9)


def test_a_pause_in_gather_is_cut_short_by_a_key() -> None:
    fed = call('<Gather action="/g" numDigits="1"><Pause length="10"/></Gather>')

    fed.wait(3)
    fed.press("1")

    assert fed.asked.url == "http://app.example/g"


def test_keys_that_nobody_waits_for_are_not_kept() -> None:
    fed = call('<Say>one two three</Say><Gather action="/g" numDigits="1"/>')

    fed.press("5")
    fed.listen()

    assert fed.requests == 1
    assert [ignored.input for ignored in fed.of(Ignored)] == ["key 5"]


def test_what_is_typed_after_the_entry_is_complete_belongs_to_nobody() -> None:
    fed = call('<Gather action="/g" numDigits="1"/>')

    fed.press("12")
    fed.reply('<Gather action="/h" numDigits="1"/>')

    assert fed.requests == 2
    assert fed.asked.params["Digits"] == "1"


def test_nested_sounds_are_fetched_before_the_first_prompt() -> None:
    fed = call("<Gather><Say>hello</Say><Play>/chime.mp3</Play></Gather>")

    assert (fed.asked.purpose, fed.asked.url) == ("media", "http://app.example/chime.mp3")
    assert fed.of(Heard) == []
    fed.serve_sound(seconds=2)
    fed.listen()
    fed.wait(2)

    assert [heard.prompt.verb for heard in fed.of(Heard)] == ["Say", "Play"]


def test_a_nested_sound_that_is_missing_is_an_error() -> None:
    fed = call("<Gather><Play>/gone.mp3</Play></Gather>")

    fed.serve_sound(status=404)

    assert fed.codes == [13325]


def test_tones_may_not_be_played_inside_gather() -> None:
    assert call('<Gather><Play digits="1"/></Gather>').codes == [13320]
