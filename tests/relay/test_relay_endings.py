"""How sessions of ConversationRelay end, what the action is told, and what is wrong with messages. CR25, CR50 on."""

import pytest

from simulator.vocabulary import Ended, Heard, HungUp, RelayStarted, RelayStopped, StreamEnded, Tell, Updated, Warned
from tests.relay.fed import FedSession
from tests.simulator.feeding import call

ABSENT = {"HandoffData", "ErrorCode", "ErrorMessage"}


def action(fed: FedSession) -> dict[str, str]:
    """What the action was told, beside the usual parameters."""
    asked = fed.call.asked
    assert asked.url == "http://app.example/after"
    return {name: value for name, value in asked.params.items() if name.startswith(("Session", "Handoff", "Error"))}


# ---------------------------------------------------------------- endings


def test_cr66_cr70_cr71_cr72_the_agent_ends_the_session_and_hands_over() -> None:
    fed = FedSession().open()
    fed.call.wait(12.6)
    fed.message("end", handoffData='{"to":"sales"}')

    assert fed.closed == (1000, "Closing websocket session")
    assert fed.call.requests == 1
    fed.call.wait(0.5)
    assert action(fed) == {
        "SessionId": fed.stream,
        "SessionStatus": "ended",
        "SessionDuration": "12",
        "HandoffData": '{"to":"sales"}',
    }
    assert fed.call.asked.params["CallStatus"] == "in-progress"
    fed.call.reply("<Say>now a person</Say>")
    fed.call.listen()
    assert fed.call.heard == ["now a person"]


def test_cr71_what_is_absent_is_absent() -> None:
    fed = FedSession().open()
    fed.message("end")
    fed.call.wait(0.5)

    assert set(action(fed)) & ABSENT == set()


def test_cr66_handoff_data_is_a_text() -> None:
    """Whether Twilio refuses an object is not known; we do (L)."""
    fed = FedSession().open()
    fed.message("end", handoffData={"to": "sales"})

    assert fed.call.of(RelayStopped) == []
    assert fed.call.codes == [64107]


def test_what_waits_to_be_said_when_the_session_ends_is_not_said() -> None:
    fed = FedSession().open()
    fed.text("Goodbye, and thank you for calling.")
    fed.call.wait(1.0)
    fed.message("end")
    fed.call.wait(0.5)

    (said,) = fed.call.of(Heard)
    assert (said.is_cut, said.text) == (True, "Goodbye, and")
    assert "while it was still being heard" in fed.call.of(Warned)[-1].message


def test_cr03_without_an_action_the_next_verb_runs() -> None:
    fed = FedSession(connect="", after="<Say>next</Say>").open()
    fed.message("end")
    fed.call.wait(0.5)
    fed.call.listen()

    assert fed.call.heard == ["next"]


def test_cr01_the_action_is_that_of_connect_with_its_method() -> None:
    fed = FedSession(connect=' action="/after" method="GET"').open()
    fed.message("end")
    fed.call.wait(0.5)

    assert fed.call.asked.method == "GET"


def test_cr73_a_hang_up_closes_the_socket_then_tells_the_action_then_the_number() -> None:
    fed = FedSession(status_callback="http://app.example/status").open()
    fed.call.wait(3.0)
    fed.call.feed(HungUp())

    kinds = [effect for effect in fed.call.effects if isinstance(effect, RelayStopped | Tell | Ended)]
    stopped, told, ended, progress = kinds
    assert isinstance(stopped, RelayStopped)
    assert stopped.code == 1000
    assert isinstance(told, Tell)
    assert (told.params["SessionStatus"], told.params["CallStatus"]) == ("completed", "completed")
    assert told.params["SessionDuration"] == "3"
    assert isinstance(ended, Ended)
    assert isinstance(progress, Tell)
    assert progress.url == "http://app.example/status"


def test_cr73_the_rest_api_may_hang_up_too() -> None:
    fed = FedSession().open()
    fed.call.feed(Updated(status="completed"))

    (told,) = fed.call.told
    assert told.params["SessionStatus"] == "completed"


def test_the_rest_api_leads_the_call_elsewhere_without_asking_the_action() -> None:
    """Not recorded: our choice (L)."""
    fed = FedSession().open()
    fed.call.feed(Updated(twiml="<Response><Say>elsewhere</Say></Response>"))
    fed.call.listen()

    assert fed.call.heard == ["elsewhere"]
    assert fed.call.told == []
    assert fed.closed[0] == 1000


@pytest.mark.parametrize("ended", [StreamEnded("", 31921, "code 1011"), StreamEnded("")])
def test_cr74_cr76_a_socket_that_the_application_closes_has_failed(ended: StreamEnded) -> None:
    """With 1000, too, which was not recorded (L)."""
    fed = FedSession().open()
    fed.call.wait(2.0)
    fed.call.feed(StreamEnded(fed.stream, ended.code, ended.reason))

    assert fed.call.codes == [64105]
    fed.call.wait(1.1)
    assert fed.call.requests == 1
    fed.call.wait(0.1)
    assert action(fed) == {
        "SessionId": fed.stream,
        "SessionStatus": "failed",
        "SessionDuration": "2",
        "ErrorCode": "64105",
        "ErrorMessage": "Websocket ended",
    }
    assert fed.call.asked.params["CallStatus"] == "in-progress"
    fed.call.reply("<Say>still here</Say>")
    fed.call.listen()
    assert fed.call.heard == ["still here"]
    assert len(fed.call.of(RelayStarted)) == 1


def test_cr35_cr36_a_socket_that_never_opened() -> None:
    fed = FedSession()
    fed.call.wait(0.7)
    fed.call.feed(StreamEnded(fed.stream, 31902, "no connection: it was refused"))

    assert fed.call.codes == [64102]
    assert action(fed) == {
        "SessionId": fed.stream,
        "SessionStatus": "failed",
        "SessionDuration": "0",
        "ErrorCode": "39001",
        "ErrorMessage": "network connection to the WebSocket server failed",
    }


def test_cr35_without_an_action_the_caller_of_a_ringing_call_hears_busy() -> None:
    fed = FedSession(connect="", after="<Say>never</Say>")
    fed.call.wait(0.7)
    fed.call.feed(StreamEnded(fed.stream, 31902, "no connection"))

    assert fed.call.ended.status == "busy"


@pytest.mark.parametrize("url", ["", "http://app.example/a", "ws://app.example/a", "/agent", "wss://", "wss://a:0/"])
def test_cr02_the_url_begins_with_wss(url: str) -> None:
    refused = call(f'<Connect action="/after"><ConversationRelay url="{url}"/></Connect>')

    assert refused.codes == [64102]
    assert refused.of(RelayStarted) == []
    assert refused.asked.params["SessionStatus"] == "failed"


def test_a_hang_up_while_the_socket_opens() -> None:
    fed = FedSession()
    fed.call.wait(0.7)
    fed.call.feed(HungUp())

    assert len(fed.call.of(RelayStopped)) == 1
    assert fed.call.told == []


@pytest.mark.parametrize(("wanted", "count"), [("true", 1), ("false", 0)])
def test_cr20_what_is_understood_so_far_is_told_on_hang_up_where_it_is_wanted(wanted: str, count: int) -> None:
    fed = FedSession(f'partialPromptOnHangup="{wanted}"').open()
    fed.call.speak("one two three four")
    fed.call.wait(0.8)
    fed.call.feed(HungUp())

    assert [(prompt["voicePrompt"], prompt["last"]) for prompt in fed.of("prompt")] == [("one two", False)] * count


# ---------------------------------------------------------------- messages that are none


def test_cr50_a_frame_that_is_no_json_is_told_with_the_code_and_the_frame() -> None:
    fed = FedSession().open()
    fed.send("hello?")

    assert fed.sent[-1] == {"type": "error", "description": "Invalid message received, code: 64107, hello?"}
    assert fed.call.codes == [64107]


@pytest.mark.parametrize(
    "frame",
    [
        '{"type":"shout"}',
        "{}",
        '{"type":"text"}',
        '{"type":"text","token":5}',
        '{"type":"text","token":"a","last":"maybe"}',
        '{"type":"text","token":"a","interruptible":"often"}',
        '{"type":"text","token":"a","lang":"klingon!"}',
        '{"type":"play"}',
        '{"type":"play","source":"/a.mp3","loop":"2"}',
        '{"type":"sendDigits","digits":"12x"}',
        '{"type":"sendDigits"}',
        '{"type":"language"}',
        '{"type":"language","ttsLanguage":7}',
    ],
)
def test_cr51_cr67_a_message_that_is_not_valid_is_left_out_and_ends_nothing(frame: str) -> None:
    fed = FedSession().open()
    for _ in range(12):
        fed.send(frame)
    fed.text("Still here.")
    fed.call.wait(3.0)

    assert [each.text for each in fed.call.of(Heard)] == ["Still here."]
    assert len(fed.of("error")) == 12
    assert fed.call.codes == [64107]


def test_cr52_the_tenth_malformed_frame_in_a_row_closes_the_socket() -> None:
    fed = FedSession().open()
    for _ in range(9):
        fed.send("no json")
    assert fed.call.of(RelayStopped) == []
    fed.send("", is_text=False)

    assert fed.closed == (1007, "Too many consecutive malformed messages.")
    fed.call.wait(1.2)
    assert (action(fed)["SessionStatus"], action(fed)["ErrorCode"]) == ("failed", "64105")


def test_cr52_a_valid_message_begins_the_count_again() -> None:
    fed = FedSession().open()
    for _ in range(3):
        for _ in range(9):
            fed.send("[]")
        fed.text("")

    assert fed.call.of(RelayStopped) == []


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('ttsProvider="Acme"', 64101),
        ('transcriptionProvider="Acme"', 64101),
        ('voice="Polly.Joanna"', 64101),
        ('ttsProvider="Amazon" voice="en-US-Journey-O"', 64106),
        ('ttsProvider="google" voice="Joanna-Neural"', 64106),
        ('transcriptionProvider="Google" speechModel="flux"', 64106),
        ('speechModel="telephony"', 64106),
        ('transcriptionProvider="Google" language="multi"', 64106),
        ('ttsProvider="Google" ttsLanguage="multi"', 64106),
    ],
)
def test_cr25_speech_that_does_not_exist_is_told_and_cuts_the_session_off(attributes: str, code: int) -> None:
    fed = FedSession(attributes).open()

    assert [message["type"] for message in fed.sent] == ["setup", "error"]
    assert f"code: {code}" in fed.sent[-1]["description"]
    assert fed.call.codes == [code]
    fed.call.wait(0.1)
    assert (action(fed)["SessionStatus"], action(fed)["ErrorCode"]) == ("failed", str(code))


@pytest.mark.parametrize(
    "attributes",
    [
        'ttsProvider="elevenlabs" transcriptionProvider="deepgram" speechModel="nova-3-general"',
        'ttsProvider="google" voice="en-US-Journey-O" transcriptionProvider="google" speechModel="telephony"',
        'ttsProvider="Amazon" voice="Matthew-Generative" language="multi" ttsLanguage="en-US"',
    ],
)
def test_cr06_cr07_speech_that_exists(attributes: str) -> None:
    assert FedSession(attributes).open().call.codes == []
