"""`<Say>`, `<Play>` and `<Pause>`, by feeding events. Sources: Twilio docs, TwiML; statements T13, T50 to T54."""

import pytest

from simulator.durations import said_after, seconds_to_say
from simulator.exchange.numbers import Policy
from simulator.vocabulary import Connected, Heard, Speaking
from tests.simulator.feeding import call


def test_T13_one_say_is_spoken_once_and_the_call_ends() -> None:
    fed = call("<Say>hello</Say>")
    fed.listen()

    assert fed.heard == ["hello"]
    assert (fed.ended.status, fed.requests) == ("completed", 1)


def test_T50_loop_zero_repeats_until_the_caller_hangs_up() -> None:
    fed = call('<Say loop="0">hello</Say><Say>never</Say>')

    fed.wait(60)
    fed.hang_up()

    assert len(fed.heard) > 50
    assert set(fed.heard) == {"hello"}


def test_loop_zero_stops_at_a_thousand() -> None:
    fed = call('<Say loop="0">hello</Say>')

    fed.wait(3600)

    assert fed.heard == ["hello"] * 1000


def test_loop_counts() -> None:
    fed = call('<Say loop="3">hello</Say>')

    fed.wait(60)

    assert fed.heard == ["hello"] * 3


@pytest.mark.parametrize("empty", ["<Say/>", "<Say>  \n </Say>"])
def test_T51_a_say_without_words_is_reported_and_skipped(empty: str) -> None:
    fed = call(f"{empty}<Say>next</Say>")
    fed.listen()

    assert fed.codes == [13520]
    assert fed.heard == ["next"]


@pytest.mark.parametrize("voice", ["nobody", "Polly.", "polly.Joanna", "Google.en", ""])
def test_T52_an_unknown_voice_is_reported_and_the_default_speaks(voice: str) -> None:
    fed = call(f'<Say voice="{voice}">hello</Say>')

    assert fed.codes == [13511]
    (speaking,) = fed.of(Speaking)
    assert speaking.prompt.voice == "man"


@pytest.mark.parametrize(
    "voice",
    [
        *("man", "woman", "alice", "Polly.Joanna", "Polly.Joanna-Neural", "Polly.Joanna-Generative"),
        *("Polly.Penélope", "Polly.Vitória-Neural", "Polly.Céline"),
        *(
            "Google.en-US-Standard-C",
            "Google.en-US-Journey-D",
            "Google.en-US-Chirp3-HD-Aoede",
            "Google.de-DE-Chirp-HD-F",
        ),
    ],
)
def test_voices_of_twilio_are_accepted(voice: str) -> None:
    fed = call(f'<Say voice="{voice}" language="en-GB">hello</Say>')

    assert fed.codes == []
    assert fed.of(Speaking)[0].prompt.voice == voice


def test_a_loop_inside_gather_has_a_code_of_its_own() -> None:
    fed = call('<Gather><Say loop="x">hello</Say></Gather>')

    assert fed.codes == [13322]


def test_an_unknown_voice_inside_gather_fails_the_document_when_it_is_reached() -> None:
    document = '<Say>hello</Say><Gather action="/g"><Say voice="nobody">press one</Say></Gather>'
    fed = call(document, fallback="http://app.example/fallback")
    fed.listen()

    assert (fed.heard, fed.codes) == (["hello"], [13321])
    assert (fed.asked.url, fed.asked.params["ErrorCode"]) == ("http://app.example/fallback", "13321")


def test_an_unknown_voice_inside_gather_is_only_reported_when_lenient() -> None:
    fed = call('<Gather><Say voice="nobody">press one</Say></Gather>', policy=Policy(is_lenient=True))
    fed.listen()

    assert (fed.heard, fed.codes) == (["press one"], [13321])


def test_ssml_is_spoken_as_its_text() -> None:
    fed = call(
        '<Say>Your <emphasis level="strong">code</emphasis><break time="1s"/>is <say-as interpret-as="digits">12'
        '</say-as>, <sub alias="okay">OK</sub>?</Say>'
    )
    fed.listen()

    assert fed.heard == ["Your code is 12, okay?"]
    assert fed.codes == []


def test_foreign_markup_in_say_is_reported() -> None:
    assert call("<Say>hello <b>you</b></Say>").codes == [12200]


def test_a_text_beyond_the_limit_is_reported() -> None:
    assert call(f"<Say>{'a' * 4097}</Say>").codes == [13521]


def test_speech_takes_the_time_a_voice_takes() -> None:
    assert seconds_to_say("one two three four") == 1.5
    assert seconds_to_say("Yes, please.") == pytest.approx(0.375 + 0.25 + 0.375 + 0.5)
    assert seconds_to_say("1 2 3 4 5 6") == seconds_to_say("123456")


def test_only_whole_words_have_been_said() -> None:
    assert said_after("one two three", 0.0) == ""
    assert said_after("one two three", 0.76) == "one two"
    assert said_after("one two three", 99) == "one two three"


def test_a_sound_is_fetched_with_get_and_without_parameters() -> None:
    fed = call("<Play>/hello.mp3</Play>")

    assert (fed.asked.method, fed.asked.purpose, fed.asked.params) == ("GET", "media", {})
    fed.serve_sound(seconds=2.5)
    fed.wait(2.5)

    (heard,) = fed.of(Heard)
    assert (heard.prompt.url, heard.seconds, heard.is_cut) == ("http://app.example/hello.mp3", 2.5, False)
    assert fed.is_over


@pytest.mark.parametrize(("status", "kind"), [(404, "audio/mpeg"), (500, "audio/mpeg"), (200, "text/html")])
def test_T53_a_sound_that_cannot_be_played_is_an_error(status: int, kind: str) -> None:
    fed = call("<Play>/gone.mp3</Play><Say>after</Say>")

    fed.serve_sound(status=status, kind=kind)
    fed.listen()

    assert fed.codes == [13420]
    assert fed.ended.ending == "application-error"
    assert "after" not in fed.heard


def test_T53_lenient_goes_on_without_the_sound() -> None:
    fed = call("<Play>/gone.mp3</Play><Say>after</Say>", policy=Policy(is_lenient=True))

    fed.serve_sound(status=404)
    fed.listen()

    assert fed.codes == [13420]
    assert fed.heard == ["after"]


def test_play_digits_sends_tones_and_fetches_nothing() -> None:
    fed = call('<Play digits="1w2W#"/>')
    fed.listen()

    (heard,) = fed.of(Heard)
    assert (heard.prompt.digits, heard.seconds) == ("1w2W#", 0.25 * 3 + 0.5 + 1.0)
    assert fed.requests == 1


@pytest.mark.parametrize(("play", "code"), [('<Play digits="12x"/>', 13430), ('<Play loop="-1">/a</Play>', 13410)])
def test_bad_attributes_of_play(play: str, code: int) -> None:
    assert code in call(play).codes


def test_T54_pause_takes_one_second_by_default() -> None:
    fed = call("<Say>a</Say><Pause/><Say>b</Say>")
    fed.listen()

    fed.wait(0.999)
    assert len(fed.of(Speaking)) == 1
    fed.wait(0.001)
    assert len(fed.of(Speaking)) == 2


@pytest.mark.parametrize("length", ["0", "-1", "x", "1.5"])
def test_T54_a_bad_length_is_reported_and_one_second_used(length: str) -> None:
    fed = call(f'<Pause length="{length}"/>')

    assert fed.codes == [13910]
    fed.wait(1)
    assert fed.is_over


def test_pause_first_delays_the_pick_up() -> None:
    fed = call('<Pause length="3"/><Say>hello</Say>')

    fed.wait(2.9)
    assert fed.of(Connected) == []
    fed.wait(0.1)
    assert len(fed.of(Connected)) == 1
    fed.listen()
    assert fed.ended.seconds == seconds_to_say("hello")


def test_keys_do_not_interrupt_what_is_said_outside_gather() -> None:
    fed = call("<Say>one two three</Say>")

    fed.press("1")
    fed.listen()

    assert fed.heard == ["one two three"]
