"""Sessions of ConversationRelay by feeding events: greeting, speech, keys, replies. Statements CR03 to CR49."""

import pytest

from simulator.vocabulary import Connected, Ended, Heard, Ignored, Prolonged, Prompt, RelayStarted, Speaking
from tests.relay.fed import ALL, FedSession


def session(attributes: str = ALL, **options: object) -> FedSession:
    opened = FedSession(attributes, **options).open()  # type: ignore[arg-type]  # passed on as they are
    opened.news()
    return opened


def heard(fed: FedSession) -> list[str | None]:
    return [each.text for each in fed.call.of(Heard)]


# ---------------------------------------------------------------- setup and greeting


def test_cr30_the_socket_opens_after_the_document_and_before_the_call_is_answered() -> None:
    fed = FedSession()

    assert fed.call.of(RelayStarted) == []
    fed.call.wait(0.7)
    (started,) = fed.call.of(RelayStarted)
    assert (started.url, started.is_plain) == ("wss://app.example/agent", True)
    assert fed.call.of(Connected) == []
    fed.open()

    assert fed.of("setup")[0]["callStatus"] == "RINGING"
    assert len(fed.call.of(Connected)) == 1


def test_cr40_setup_comes_first_with_these_keys_in_this_order() -> None:
    fed = FedSession(inside='<Parameter name="who" value="jané"/>').open()

    (setup,) = fed.sent
    assert list(setup) == [
        "type", "sessionId", "callSid", "parentCallSid", "from", "to", "forwardedFrom", "callerName", "direction",
        "callType", "callStatus", "accountSid", "customParameters",
    ]  # fmt: skip
    assert setup["sessionId"].startswith("VX")
    assert (setup["parentCallSid"], setup["callerName"]) == ("", "")
    assert setup["forwardedFrom"] == setup["to"] == "+12075551234"
    assert (setup["direction"], setup["callType"]) == ("inbound", "PSTN")
    assert setup["customParameters"] == {"who": "jané"}


def test_cr24_without_parameters_they_are_an_empty_object() -> None:
    assert FedSession().open().sent[0]["customParameters"] == {}


def test_cr75_a_session_in_an_answered_call_is_in_progress() -> None:
    fed = FedSession().open()
    fed.message("end")
    fed.call.wait(0.5)
    fed.call.reply('<Connect><ConversationRelay url="wss://app.example/again"/></Connect>')
    fed.open()

    first, second = fed.of("setup")
    assert second["callStatus"] == "IN_PROGRESS"
    assert second["callSid"] == first["callSid"]
    assert second["sessionId"] != first["sessionId"]


def test_cr04_the_greeting_is_spoken_without_any_message_and_told_as_one_chunk() -> None:
    fed = session(f'{ALL} welcomeGreeting="Hello, this is it. Go on."')

    fed.call.wait(0.4)
    assert fed.call.of(Speaking) == []
    fed.call.wait(5.0)

    assert heard(fed) == ["Hello, this is it. Go on."]
    assert fed.news() == ["agentSpeaking on", "tokensPlayed Hello, this is it. Go on.", "agentSpeaking off"]


@pytest.mark.parametrize(
    ("value", "by_speech", "by_key"),
    [("any", True, True), ("true", True, True), ("speech", True, False), ("dtmf", False, True), ("none", False, False)],
)
def test_cr04_what_interrupts_a_greeting(value: str, by_speech: bool, by_key: bool) -> None:
    greeting = f'{ALL} welcomeGreeting="A long greeting that goes on and on" welcomeGreetingInterruptible="{value}"'
    spoken, typed = session(greeting), session(greeting)
    spoken.call.wait(1.0)
    spoken.call.speak("stop it please")
    spoken.call.wait(1.0)
    typed.call.wait(1.0)
    typed.call.press("1")

    assert (len(spoken.of("interrupt")), len(typed.of("interrupt"))) == (by_speech, by_key)


# ---------------------------------------------------------------- what the caller says


def test_cr41_without_partial_prompts_there_is_only_the_last() -> None:
    fed = session("")
    fed.call.speak("good morning to you")
    fed.call.wait(5.0)

    assert fed.sent[1:] == [{"type": "prompt", "voicePrompt": "good morning to you", "lang": "en-US", "last": True}]


@pytest.mark.parametrize(
    ("attributes", "lang"),
    [
        ("", "en-US"),
        ('speechModel="flux"', "en"),
        ('speechModel="flux-general-en" language="de-DE"', "de"),
        ('language="de-DE" transcriptionLanguage="fr-FR"', "fr-FR"),
        ('transcriptionLanguage="multi"', "en"),
    ],
)
def test_cr05_cr23_cr41_which_language_prompts_name(attributes: str, lang: str) -> None:
    fed = session(attributes)
    fed.call.speak("hello")
    fed.call.wait(3.0)

    assert fed.of("prompt")[0]["lang"] == lang


def test_cr14_cr42_partial_prompts_are_cumulative_and_the_last_partial_has_it_all() -> None:
    fed = session()
    fed.call.speak("one two three")
    fed.call.wait(5.0)

    assert fed.news() == [
        "clientSpeaking on",
        "prompt one…",
        "prompt one two…",
        "prompt one two three…",
        "clientSpeaking off",
        "prompt one two three.",
    ]


def test_cr43_the_end_of_an_utterance_is_told_in_one_moment_half_a_second_after_the_last_word() -> None:
    fed = session()
    fed.call.speak("one two")
    fed.call.wait(0.75)
    fed.news()
    fed.call.wait(0.49)
    assert fed.news() == []
    fed.call.wait(0.02)

    assert fed.news() == ["clientSpeaking off", "prompt one two."]


@pytest.mark.parametrize(
    ("attributes", "seconds"),
    [
        ("", 0.5),
        ('speechTimeout="auto"', 0.5),
        ('speechTimeout="1500"', 1.5),
        ('speechTimeout="1500" speechModel="flux"', 0.5),
    ],
)
def test_cr16_speech_timeout_is_the_silence_after_the_last_word(attributes: str, seconds: float) -> None:
    fed = session(attributes)
    fed.call.speak("two words")
    fed.call.wait(0.75 + seconds - 0.01)
    assert fed.of("prompt") == []
    fed.call.wait(0.02)

    assert len(fed.of("prompt")) == 1


def test_cr15_events_used_to_be_values_of_debug() -> None:
    fed = session('debug="debugging speaker-events tokens-played"')
    fed.text("hi")
    fed.call.wait(3.0)

    assert fed.news() == ["agentSpeaking on", "tokensPlayed hi", "agentSpeaking off"]


def test_cr48_nothing_is_told_that_was_not_asked_for() -> None:
    fed = session('events="tokens-played"')
    fed.text("hi")
    fed.call.wait(1.0)
    fed.call.speak("hello")
    fed.call.wait(3.0)

    assert fed.infos("agentSpeaking") == fed.infos("clientSpeaking") == []
    assert fed.infos("tokensPlayed") == ["hi"]


# ---------------------------------------------------------------- keys


def test_cr10_keys_are_sent_only_with_dtmf_detection() -> None:
    fed = session('dtmfDetection="true"')
    fed.call.press("12")
    assert fed.news() == ["dtmf 1", "dtmf 2"]

    deaf = session("")
    deaf.call.press("1")
    assert deaf.news() == []
    assert [each.input for each in deaf.call.of(Ignored)] == ["key 1"]


def test_cr44_keys_are_in_no_transcript() -> None:
    fed = session()
    fed.call.press("1")
    fed.call.speak("hello")
    fed.call.wait(3.0)

    assert [message["voicePrompt"] for message in fed.of("prompt") if message["last"]] == ["hello"]


# ---------------------------------------------------------------- replies


def test_cr60_tokens_are_joined_as_they_are_and_an_empty_last_one_closes_the_turn() -> None:
    fed = session()
    for token in ("Hel", "lo ", "there, ", "friend"):
        fed.text(token, last=False)
    fed.text("")
    fed.call.wait(5.0)

    assert heard(fed) == ["Hello there, friend"]


def test_cr60_speech_starts_before_last() -> None:
    fed = session()
    fed.text("Hello, my ", last=False)
    fed.call.wait(0.4)
    assert fed.news() == ["agentSpeaking on"]
    fed.text("friend.")
    fed.call.wait(5.0)

    assert heard(fed) == ["Hello, my friend."]
    assert [each.prompt.text for each in fed.call.of(Prolonged)] == ["Hello, my friend."]


def test_cr49_tokens_are_told_in_chunks_that_joined_are_the_tokens() -> None:
    fed = session()
    fed.text("Well: yes, it is. Really")
    fed.call.wait(5.0)

    assert fed.infos("tokensPlayed") == ["Well:", " yes,", " it is.", " Really"]
    assert fed.news()[-1] == "agentSpeaking off"
    assert fed.news() == []


def test_speech_takes_as_long_as_in_the_recorded_calls() -> None:
    """49 characters in 2.57 s, 0.25 to 0.43 s after the first token (section 7 of what was recorded)."""
    fed = session()
    fed.text("x" * 49)
    fed.call.wait(10.0)

    (said,) = fed.call.of(Heard)
    assert abs(said.seconds - 2.57) < 0.02
    assert said.prompt.verb == "ConversationRelay"
    assert 0.25 <= said.began - 0.7 <= 0.43


def test_cr65_the_language_holds_from_then_on_and_a_token_may_have_another() -> None:
    fed = session()
    fed.text("One.")
    fed.message("language", ttsLanguage="es-ES", transcriptionLanguage="es-MX")
    fed.text("Uno.")
    fed.text("Un.", lang="fr-FR")
    fed.call.wait(9.0)
    fed.call.speak("gracias")
    fed.call.wait(3.0)

    assert [each.prompt.language for each in fed.call.of(Heard)] == ["en-US", "es-ES", "fr-FR"]
    assert fed.of("prompt")[-1]["lang"] == "es-MX"


def test_cr06_voices_default_by_provider() -> None:
    for attributes, voice in (
        ("", "UgBBYS2sOqTuMpoF3BR0"),
        ('ttsProvider="google"', "en-US-Journey-O"),
        ('ttsProvider="Amazon"', "Joanna-Neural"),
        ('ttsProvider="Amazon" voice="Matthew-Generative"', "Matthew-Generative"),
    ):
        fed = session(attributes)
        fed.text("hi")
        fed.call.wait(2.0)
        assert [each.prompt.voice for each in fed.call.of(Heard)] == [voice]


def test_cr63_a_sound_is_fetched_and_played_as_often_as_wanted() -> None:
    fed = session()
    fed.message("play", source="/jingle.mp3", loop=2)
    assert fed.call.asked.url == "http://app.example/jingle.mp3"
    fed.text("After it.")
    fed.call.serve_sound(seconds=2.0)
    fed.call.wait(20.0)

    sound, words = fed.call.of(Heard)
    assert sound.prompt == Prompt("Play", 4.0, url="/jingle.mp3")
    assert words.text == "After it."
    assert words.began == sound.began + 4.0


def test_a_sound_that_cannot_be_had_is_left_out() -> None:
    fed = session()
    fed.message("play", source="/jingle.mp3")
    fed.text("After it.")
    fed.call.serve_sound(status=404)
    fed.call.wait(20.0)

    assert heard(fed) == ["After it."]
    assert fed.call.codes == [13420]


def test_cr64_tones_wait_for_their_turn_and_are_told_two_seconds_later() -> None:
    fed = session()
    fed.text("Now I dial.")
    fed.message("sendDigits", digits="12w3")
    fed.call.wait(1.0)
    fed.news()
    fed.call.wait(1.9)
    assert "tokensPlayed 12w3" not in fed.news()
    fed.call.wait(1.0)

    assert fed.news() == ["tokensPlayed 12w3"]
    assert [each.prompt.digits for each in fed.call.of(Heard)] == [None, "12w3"]


def test_cr64_while_the_caller_talks_tones_go_out_at_once() -> None:
    fed = session()
    fed.call.speak("I am talking and talking and talking")
    fed.message("sendDigits", digits="1")
    fed.call.wait(0.1)

    assert [each.prompt.digits for each in fed.call.of(Speaking)] == ["1"]


# ---------------------------------------------------------------- interruption


def talking(
    attributes: str = ALL, words: str = "Sentence 1 of ten. Sentence 2 of ten. Sentence 3 of ten."
) -> FedSession:
    """An agent that is in its second sentence."""
    fed = session(attributes)
    fed.text(words)
    fed.call.wait(1.7)
    fed.news()
    return fed


def test_cr45_cr46_speech_interrupts_in_the_recorded_order() -> None:
    fed = talking()
    fed.call.speak("stop")
    fed.call.wait(0.5)

    assert fed.news() == [
        "clientSpeaking on",
        "tokensPlayed  Sentence 2 of",
        "interrupt Sentence 2 of",
        "prompt stop…",
        "agentSpeaking off",
    ]
    (interrupt,) = fed.of("interrupt")
    assert isinstance(interrupt["durationUntilInterruptMs"], int)
    assert 500 <= interrupt["durationUntilInterruptMs"] <= 1000


def test_cr46_a_key_interrupts_in_the_recorded_order() -> None:
    fed = talking()
    fed.call.press("1")  # before a word of the second sentence is over

    assert fed.news() == ["dtmf 1", "interrupt ", "agentSpeaking off"]


def test_cr47_nothing_of_the_queue_is_ever_played_after_an_interruption() -> None:
    fed = talking()
    fed.call.speak("stop it")
    fed.call.wait(60.0)

    (said,) = fed.call.of(Heard)
    assert said.is_cut
    assert said.text == "Sentence 1 of ten. Sentence 2 of"
    assert fed.call.exchange.call(fed.call.sid) is not None


@pytest.mark.parametrize(
    ("value", "by_speech", "by_key"),
    [
        ("any", True, True),
        ("true", True, True),
        ("speech", True, False),
        ("dtmf", False, True),
        ("none", False, False),
        ("false", False, False),
    ],
)
def test_cr08_what_interrupts_a_session(value: str, by_speech: bool, by_key: bool) -> None:
    attributes = ALL.replace('interruptible="any"', f'interruptible="{value}"')
    spoken, typed = talking(attributes), talking(attributes)
    spoken.call.speak("stop it")
    spoken.call.wait(1.0)
    typed.call.press("1")

    assert (len(spoken.of("interrupt")), len(typed.of("interrupt"))) == (by_speech, by_key)


@pytest.mark.parametrize("value", ["none", False, "dtmf", "false"])
def test_cr61_a_message_may_say_otherwise(value: object) -> None:
    fed = session()
    fed.text("A long sentence that nobody interrupts", interruptible=value)
    fed.call.wait(1.0)
    fed.call.speak("stop it")
    fed.call.wait(10.0)

    assert fed.of("interrupt") == []
    assert heard(fed) == ["A long sentence that nobody interrupts"]


def test_cr09_two_letters_and_uncertain_words_do_not_interrupt() -> None:
    short, unsure = talking(), talking()
    short.call.speak("no")
    short.call.wait(1.0)
    unsure.call.speak("stop it", confidence=0.6)
    unsure.call.wait(1.0)

    assert short.of("interrupt") == unsure.of("interrupt") == []


def test_cr19_backchannel_does_not_interrupt_where_it_is_to_be_ignored() -> None:
    for words, attributes, count in (
        ("uh-huh, yeah", ALL, 1),
        ("uh-huh, yeah", f'{ALL} ignoreBackchannel="true"', 0),
        ("yeah but no", f'{ALL} ignoreBackchannel="true"', 1),
    ):
        fed = talking(attributes)
        fed.call.speak(words)
        fed.call.wait(2.0)
        assert len(fed.of("interrupt")) == count, words


def test_cr11_input_during_speech_is_reported_only_where_it_is_wanted() -> None:
    deaf = 'interruptible="none" dtmfDetection="true"'
    for report, spoken, typed in (("none", 0, 0), ("speech", 1, 0), ("dtmf", 0, 1), ("any", 1, 1)):
        fed = session(f'{deaf} reportInputDuringAgentSpeech="{report}"')
        fed.text("A sentence that is long enough to be spoken over for several seconds, and longer still.")
        fed.call.wait(1.0)
        fed.call.speak("hello")
        fed.call.press("1")
        fed.call.wait(1.5)
        assert (len(fed.of("prompt")), len(fed.of("dtmf"))) == (spoken, typed), report


def test_input_that_interrupts_is_reported_in_any_case() -> None:
    """Our choice (L): the agent is silent when the words are over."""
    fed = session('dtmfDetection="true"')
    fed.text("A sentence that is long enough to be spoken over")
    fed.call.wait(1.0)
    fed.call.speak("stop it")
    fed.call.wait(3.0)

    assert fed.news() == ["interrupt A sentence that is", "prompt stop it."]


# ---------------------------------------------------------------- cutting off by the application


def test_cr62_a_reply_marked_so_is_cut_by_a_later_message_without_an_interrupt() -> None:
    fed = session()
    fed.text("A reply that may be cut off at any time", preemptible=True)
    fed.call.wait(1.0)
    fed.news()
    fed.text("Something new.")
    fed.call.wait(10.0)

    first, second = fed.call.of(Heard)
    assert (first.is_cut, first.text, second.text) == (True, "A reply that", "Something new.")
    assert abs(second.began - (first.began + first.seconds) - 2.0) < 0.01
    assert fed.of("interrupt") == []
    assert fed.infos("tokensPlayed") == ["A reply that", "Something new."]


def test_cr62_a_reply_that_is_not_marked_is_finished_whatever_the_later_message_says() -> None:
    fed = session()
    fed.text("A reply that is finished")
    fed.call.wait(1.0)
    fed.text("Something new.", preemptible=True)
    fed.call.wait(10.0)

    assert heard(fed) == ["A reply that is finished", "Something new."]


def test_cr12_the_session_may_mark_all_replies() -> None:
    fed = session(f'{ALL} preemptible="true"')
    fed.text("A reply that may be cut off")
    fed.call.wait(1.0)
    fed.text("New.")
    fed.call.wait(10.0)

    assert [each.is_cut for each in fed.call.of(Heard)] == [True, False]


def test_tokens_of_one_marked_reply_do_not_cut_each_other_off() -> None:
    fed = session()
    fed.text("A reply, ", last=False, preemptible=True)
    fed.call.wait(0.5)
    fed.text("in two tokens.", preemptible=True)
    fed.call.wait(5.0)

    assert heard(fed) == ["A reply, in two tokens."]


# ---------------------------------------------------------------- silence, and the call around it


def test_cr77_silence_ends_nothing() -> None:
    fed = session()
    fed.call.wait(600.0)

    assert fed.news() == []
    assert fed.call.of(Ended) == []


def test_cr78_calls_hold_sessions_at_the_same_time() -> None:
    first, second = session(seed=1), session(seed=2)
    first.text("One.")
    second.text("Two.")
    first.call.wait(3.0)
    second.call.wait(3.0)

    assert (heard(first), heard(second)) == (["One."], ["Two."])
    assert first.stream != second.stream
