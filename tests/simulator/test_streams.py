"""`<Connect>`, `<Start>` and `<Stop>` with `<Stream>`, by feeding events. Statement T70.

Sources: Twilio docs, TwiML Stream, Media Streams: WebSocket messages; error dictionary 319xx.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.exchange.numbers import Policy
from simulator.vocabulary import (
    Connected,
    Ended,
    Heard,
    Ignored,
    Speaking,
    StreamEnded,
    StreamFed,
    StreamOpened,
    StreamSaid,
    StreamStarted,
    StreamStopped,
    Updated,
    Warned,
)
from tests.simulator.feeding import FedCall, call

AFTER = "<Say>after</Say>"


def started(document: str) -> tuple[FedCall, str]:
    """A call that has asked for a WebSocket, and the sid of that stream."""
    fed = call(document)
    return fed, fed.of(StreamStarted)[-1].stream


def connected(attributes: str = "", action: str = "") -> tuple[FedCall, str]:
    """A call that is connected to an open stream."""
    fed, stream = started(f'<Connect{action}><Stream url="wss://app.example/s"{attributes}/></Connect>{AFTER}')
    fed.feed(StreamOpened(stream))
    return fed, stream


def media(fed: FedCall) -> int:
    return sum(fed_.frames for fed_ in fed.of(StreamFed) if fed_.message == "media")


def told(fed: FedCall) -> list[str]:
    return [tell.params["StreamEvent"] for tell in fed.told]


def test_connect_opens_a_web_socket_and_waits() -> None:
    fed, stream = started(
        '<Connect><Stream url="wss://app.example/s"><Parameter name="a" value="1"/><Parameter name="b"/></Stream>'
        f"</Connect>{AFTER}"
    )

    (opened,) = fed.of(StreamStarted)
    assert (opened.url, opened.tracks, opened.parameters) == ("wss://app.example/s", ("inbound",), {"a": "1", "b": ""})
    assert stream.startswith("MZ")
    assert len(stream) == 34
    assert fed.of(Connected)
    fed.feed(StreamOpened(stream))
    fed.wait(600)
    assert fed.of(Speaking) == []
    assert not fed.is_over


def test_streams_that_end_at_once_are_a_loop() -> None:
    document = '<Connect action="/again"><Stream url="wss://app.example/s"/></Connect>'
    fed = call(document)

    while not fed.is_over:
        fed.feed(StreamEnded(fed.of(StreamStarted)[-1].stream))
        if not fed.is_over:
            fed.reply(document)

    assert fed.ended.ending == "loop"
    assert len(fed.of(StreamStarted)) == Policy().documents_without_progress


def test_an_application_that_sends_too_much_ends_its_call() -> None:
    fed = call('<Start><Stream url="wss://app.example/s"/></Start><Say>hello</Say>')
    stream = fed.of(StreamStarted)[-1].stream
    fed.feed(StreamOpened(stream))

    fed.feed(StreamEnded(stream, reason="the application sent more than enough", is_over_limit=True))

    assert (fed.ended.status, fed.ended.ending) == ("completed", "socket-limit")
    assert [(warned.code, warned.level, warned.message) for warned in fed.of(Warned)] == [
        (0, "policy", "the application sent more than enough")
    ]
    assert [stopped.stream for stopped in fed.of(StreamStopped)] == [stream]


def test_MS05_sound_on_top_of_ten_minutes_is_discarded_and_noted_once() -> None:
    fed, stream = connected()
    for _ in range(62):
        fed.feed(StreamSaid(stream, "media", 10.0))
    assert fed.codes == [31931]
    fed.feed(StreamSaid(stream, "mark", name="end"))

    fed.wait(599.0)
    assert [each.text for each in fed.of(StreamFed) if each.message == "mark"] == []
    fed.feed(StreamSaid(stream, "media", 5.0))
    fed.wait(1.0)
    assert [each.text for each in fed.of(StreamFed) if each.message == "mark"] == ["end"]
    fed.wait(5.0)

    assert [heard.seconds for heard in fed.of(Heard)] == [605.0]
    assert fed.codes == [31931]


def test_frames_follow_the_time_and_are_fed_in_small_batches() -> None:
    fed, _ = connected()

    fed.wait(1.0)
    assert media(fed) == 50
    fed.wait(0.03)
    fed.press("1")

    assert media(fed) == 51
    assert max(fed_.frames for fed_ in fed.of(StreamFed)) == 10


def test_speech_is_a_tone_as_long_as_it_lasts_and_silence_after_it() -> None:
    fed, _ = connected()
    fed.wait(1.0)

    fed.speak("hello there, how are you")
    fed.wait(10.0)

    talking = [fed_.is_talking for fed_ in fed.of(StreamFed) for _ in range(fed_.frames)]
    first = talking.index(True)
    assert first == 50
    length = talking.count(True)
    assert 50 < length < 400
    assert all(talking[first : first + length])
    assert len(talking) == 550


def test_keys_are_sent_as_dtmf_and_are_nobody_elses() -> None:
    fed, stream = connected()

    fed.press("5#")

    assert [fed_.text for fed_ in fed.of(StreamFed) if fed_.message == "dtmf"] == ["5", "#"]
    assert {fed_.stream for fed_ in fed.of(StreamFed)} == {stream}
    assert fed.of(Ignored) == []


def test_connect_goes_on_when_the_application_closes_the_socket() -> None:
    fed, stream = connected()

    fed.feed(StreamEnded(stream))
    fed.listen()

    assert fed.heard == ["after"]
    assert fed.of(StreamStopped) == []
    assert fed.codes == []


def test_connect_with_an_action_asks_for_it() -> None:
    fed, stream = connected(action=' action="/done" method="GET"')

    fed.feed(StreamEnded(stream))

    assert (fed.asked.url, fed.asked.method) == ("http://app.example/done", "GET")
    assert fed.asked.params["CallStatus"] == "in-progress"
    assert "StreamSid" not in fed.asked.params


def test_hanging_up_stops_the_stream_before_the_call_is_over() -> None:
    fed, stream = connected(' statusCallback="/s"')
    fed.wait(0.1)

    fed.hang_up()

    kinds = [type(effect).__name__ for effect in fed.effects]
    assert kinds.index("StreamStopped") < kinds.index("Ended")
    assert [stopped.stream for stopped in fed.of(StreamStopped)] == [stream]
    assert media(fed) == 5
    assert told(fed) == ["stream-started", "stream-stopped"]


def test_the_rest_api_leads_a_connected_call_elsewhere() -> None:
    fed, _ = connected()

    fed.feed(Updated(twiml="<Response><Say>elsewhere</Say></Response>"))
    fed.listen()

    assert len(fed.of(StreamStopped)) == 1
    assert fed.heard == ["elsewhere"]


def test_T70_start_does_not_hold_up_the_call() -> None:
    fed, _ = started(f'<Start><Stream url="wss://app.example/s" name="x"/></Start>{AFTER}')

    fed.listen()

    assert fed.heard == ["after"]
    assert fed.is_over
    assert len(fed.of(StreamStopped)) == 1


def test_T70_a_started_stream_runs_beside_whatever_follows() -> None:
    fed, stream = started('<Start><Stream url="/s" track="both_tracks"/></Start><Gather timeout="3"/><Say>after</Say>')
    fed.feed(StreamOpened(stream))

    fed.wait(1.0)
    fed.press("1")
    fed.wait(3.0)

    assert fed.of(StreamStarted)[0].tracks == ("inbound", "outbound")
    assert media(fed) == 200
    assert [fed_ for fed_ in fed.of(StreamFed) if fed_.message == "dtmf"] == []
    assert fed.asked.params["Digits"] == "1"


def test_start_alone_does_not_answer_the_call() -> None:
    fed = call('<Start><Stream url="wss://app.example/s"/></Start><Reject/>')

    assert fed.of(Connected) == []
    assert fed.ended.status == "no-answer"


def test_stop_ends_a_stream_by_its_name() -> None:
    fed = call(
        '<Start><Stream url="/a" name="a"/></Start><Start><Stream url="/b" name="b"/></Start>'
        '<Stop><Stream name="b"/></Stop><Pause length="5"/>'
    )
    a, b = [opened.stream for opened in fed.of(StreamStarted)]

    assert [stopped.stream for stopped in fed.of(StreamStopped)] == [b]
    fed.wait(5.0)
    assert [stopped.stream for stopped in fed.of(StreamStopped)] == [b, a]


def test_stopping_what_does_not_run_is_remarked() -> None:
    fed = call(f'<Stop><Stream name="nobody"/></Stop>{AFTER}')

    (warned,) = fed.of(Warned)
    assert (warned.level, warned.code) == ("policy", 0)
    assert "nobody" in warned.message
    fed.listen()
    assert fed.heard == ["after"]


def test_sound_of_the_application_is_heard_for_as_long_as_it_lasts() -> None:
    fed, stream = connected()
    fed.wait(1.0)

    fed.feed(StreamSaid(stream, "media", 0.5))
    fed.wait(0.2)
    fed.feed(StreamSaid(stream, "media", 0.5))
    fed.wait(5.0)

    (heard,) = fed.of(Heard)
    assert (heard.prompt.verb, heard.began, heard.seconds, heard.is_cut) == ("Stream", 1.0, 1.0, False)


def marks(fed: FedCall) -> list[str]:
    return [fed_.text for fed_ in fed.of(StreamFed) if fed_.message == "mark"]


def test_a_mark_comes_back_when_what_was_sent_before_it_has_been_played() -> None:
    fed, stream = connected()

    fed.feed(StreamSaid(stream, "mark", name="at once"))
    fed.feed(StreamSaid(stream, "media", 0.5))
    fed.feed(StreamSaid(stream, "mark", name="half"))
    fed.feed(StreamSaid(stream, "media", 0.5))
    fed.feed(StreamSaid(stream, "mark", name="whole"))

    assert marks(fed) == ["at once"]
    fed.wait(0.49)
    assert marks(fed) == ["at once"]
    fed.wait(0.01)
    assert marks(fed) == ["at once", "half"]
    fed.wait(0.5)
    assert marks(fed) == ["at once", "half", "whole"]


def test_clear_drops_what_is_left_and_returns_its_marks() -> None:
    fed, stream = connected()
    fed.feed(StreamSaid(stream, "media", 10.0))
    fed.feed(StreamSaid(stream, "mark", name="end"))

    fed.wait(1.0)
    fed.feed(StreamSaid(stream, "clear"))

    assert marks(fed) == ["end"]
    (heard,) = fed.of(Heard)
    assert (heard.seconds, heard.is_cut) == (1.0, True)
    fed.wait(20.0)
    assert len(fed.of(Heard)) == 1


def test_what_is_sent_on_a_one_way_stream_is_not_heard() -> None:
    fed, stream = started('<Start><Stream url="/s"/></Start><Pause length="60"/>')
    fed.feed(StreamOpened(stream))

    fed.feed(StreamSaid(stream, "media", 1.0))
    fed.feed(StreamSaid(stream, "mark", name="a"))
    fed.wait(5.0)

    assert fed.of(Heard) == []
    assert [warned.level for warned in fed.of(Warned)] == ["policy"]


@pytest.mark.parametrize(("message", "code"), [("malformed", 31950), ("invalid", 31951)])
def test_messages_that_are_none_are_noted_once(message: str, code: int) -> None:
    fed, stream = connected()

    fed.feed(StreamSaid(stream, message, name="what came"))  # type: ignore[arg-type]  # one of the two words
    fed.feed(StreamSaid(stream, message, name="what came"))  # type: ignore[arg-type]

    assert fed.codes == [code]
    assert not fed.is_over


@pytest.mark.parametrize("code", [31901, 31902, 31910, 31920, 31921])
def test_a_socket_that_fails_is_an_error_and_the_call_goes_on(code: int) -> None:
    fed, stream = started(f'<Connect><Stream url="wss://app.example/s" statusCallback="/s"/></Connect>{AFTER}')

    fed.feed(StreamEnded(stream, code, "because"))
    fed.listen()

    assert fed.codes == [code]
    assert told(fed) == ["stream-error"]
    assert str(code) in fed.told[0].params["StreamError"]
    assert fed.heard == ["after"]


def test_the_status_callback_has_a_set_of_its_own() -> None:
    fed, stream = connected(' name="mine" statusCallback="/s" statusCallbackMethod="GET"')

    (tell,) = fed.told
    assert (tell.method, tell.url) == ("GET", "http://app.example/s")
    assert tell.params == {
        "AccountSid": fed.exchange.account,
        "CallSid": fed.sid,
        "StreamEvent": "stream-started",
        "StreamName": "mine",
        "StreamSid": stream,
        "Timestamp": "1970-01-01T00:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("written", "document", "url", "is_plain"),
    [
        ("wss://other.example/s", "http://app.example/voice", "wss://other.example/s", False),
        ("wss://app.example/s", "http://app.example/voice", "wss://app.example/s", True),
        ("wss://app.example/s", "https://app.example/voice", "wss://app.example/s", False),
        ("/s", "http://app.example:5000/ivr/voice", "wss://app.example:5000/s", True),
        ("s", "https://app.example/ivr/voice", "wss://app.example/ivr/s", False),
        ("wss://app.example", "http://x.example/", "wss://app.example/", False),
    ],
)
def test_where_a_stream_connects_to(written: str, document: str, url: str, is_plain: bool) -> None:
    fed = FedCall(url=document)
    fed.reply(f'<Connect><Stream url="{written}"/></Connect>')

    (opened,) = fed.of(StreamStarted)
    assert (opened.url, opened.is_plain) == (url, is_plain)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("ws://app.example/s", 31922),
        ("https://app.example/s", 31922),
        ("", 31923),
        ("wss://", 31923),
        ("wss://[::1/", 31923),
        ("wss://h:99999/", 31923),
    ],
)
def test_urls_that_no_stream_takes(written: str, code: int) -> None:
    fed = call(f'<Connect><Stream url="{written}"/></Connect>{AFTER}')
    fed.listen()

    assert fed.codes == [code]
    assert fed.of(StreamStarted) == []
    assert fed.heard == ["after"]


def test_a_query_is_left_out_and_remarked() -> None:
    fed, _ = started('<Connect><Stream url="wss://app.example/s?a=1"/></Connect>')

    assert fed.of(StreamStarted)[0].url == "wss://app.example/s"
    assert [warned.level for warned in fed.of(Warned)] == ["policy"]


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ('<Connect><Stream url="/s" track="both_tracks"/></Connect>', [31941]),
        ('<Start><Stream url="/s" track="all"/></Start>', [31941]),
        ('<Connect><Stream url="/s"><Say>a</Say></Stream></Connect>', [12200]),
        ('<Connect><Say>a</Say><Stream url="/s"/></Connect>', [12200]),
        ("<Connect/>", [12200]),
        ('<Connect loop="1"><Stream url="/s"/></Connect>', [12200]),
        ("<Start/>", [14300]),
        ("<Start><Say>a</Say></Start>", [14300]),
        ("<Stop/>", [14300]),
        ("<Stop><Number>1</Number></Stop>", [14300]),
    ],
)
def test_what_is_wrong_with_the_verbs(document: str, codes: list[int]) -> None:
    assert call(document).codes == codes


@pytest.mark.parametrize(
    ("verb", "noun"),
    [
        *(("Start", noun) for noun in ("Siprec", "Transcription", "Recording")),
        *(("Stop", noun) for noun in ("Siprec", "Transcription", "Recording")),
    ],
)
def test_what_runs_beside_the_call_is_left_out_by_name_and_the_call_goes_on(verb: str, noun: str) -> None:
    fed = call(f'<{verb}><{noun} name="mine"/></{verb}>{AFTER}')
    fed.listen()

    (warned,) = fed.of(Warned)
    assert (warned.code, warned.level) == (0, "policy")
    assert f"<{verb}><{noun}> is not simulated" in warned.message
    assert fed.heard == ["after"]


def test_a_stream_starts_and_stops_beside_what_is_left_out() -> None:
    fed, _ = started(f'<Start><Recording/><Say>a</Say><Stream name="mine" url="/s"/><Transcription/></Start>{AFTER}')
    fed.listen()

    assert fed.codes == [14300, 0, 0]
    assert fed.heard == ["after"]


@pytest.mark.parametrize("verb", ["Start", "Stop"])
@pytest.mark.parametrize("content", ["", "<Say>a</Say>", "<Number>1</Number>"])
def test_an_invalid_noun_beside_the_call_does_not_end_it(verb: str, content: str) -> None:
    fed = call(f"<{verb}>{content}</{verb}>{AFTER}", fallback="http://app.example/fallback")
    fed.listen()

    assert fed.codes == [14300]
    assert (fed.heard, fed.requests) == (["after"], 1)


@pytest.mark.parametrize("noun", ["VirtualAgent", "Conversation", "Room", "Autopilot"])
def test_other_nouns_of_connect_are_refused_by_name(noun: str) -> None:
    fed = call(f'<Connect><{noun} url="wss://app.example/s"/></Connect>{AFTER}')

    assert f"<Connect><{noun}> is not simulated" in fed.of(Warned)[-1].message
    assert fed.ended.ending == "not-simulated"


def test_the_longest_call_ends_a_connected_one_too() -> None:
    fed, _ = connected()
    fed.wait(4 * 3600)

    assert [ended.ending for ended in fed.of(Ended)] == ["time-limit"]


WHAT_HAPPENS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0, 3, allow_nan=False)),
        st.tuples(st.just("media"), st.floats(0, 3, allow_nan=False)),
        st.tuples(st.sampled_from(["mark", "clear", "press", "speak"]), st.just(0.0)),
    ),
    max_size=30,
)


@given(happens=WHAT_HAPPENS)
def test_every_frame_is_sent_once_and_every_mark_comes_back_in_order(happens: list[tuple[str, float]]) -> None:
    fed, stream = connected()
    sent: list[str] = []
    for what, seconds in happens:
        match what:
            case "wait":
                fed.wait(seconds)
            case "media":
                fed.feed(StreamSaid(stream, "media", seconds))
            case "mark":
                sent.append(f"mark {len(sent)}")
                fed.feed(StreamSaid(stream, "mark", name=sent[-1]))
            case "clear":
                fed.feed(StreamSaid(stream, "clear"))
            case "press":
                fed.press("1")
            case _:
                fed.speak("hello")
    fed.hang_up()

    assert abs(media(fed) - fed.now / 0.02) <= 1
    assert marks(fed) == sent
    assert sum(heard.seconds for heard in fed.of(Heard)) <= fed.now + 0.001 * len(happens)
    kinds = [type(effect).__name__ for effect in fed.effects]
    assert "StreamFed" not in kinds[kinds.index("StreamStopped") :]
    assert kinds[-1] == "Ended"


@pytest.mark.parametrize(
    ("attributes", "is_remarked"),
    [
        ("", False),
        (' audioFormat="audio/x-mulaw" sampleRate="8000"', False),
        (' audioFormat="audio/l16"', True),
        (' sampleRate="16000"', True),
    ],
)
def test_another_sound_than_mu_law_at_8000_hz_is_remarked(attributes: str, is_remarked: bool) -> None:
    fed, _ = connected(attributes)

    assert [warned.level for warned in fed.of(Warned)] == (["policy"] if is_remarked else [])


def test_a_sample_rate_is_a_whole_number() -> None:
    fed, _ = connected(' sampleRate="high"')

    assert fed.codes == [12200]
