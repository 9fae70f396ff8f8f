"""`<Dial record=...>` by feeding events. Source: Twilio docs, TwiML Dial."""

import pytest

from simulator.vocabulary import Answered, Declined, HungUp, Recorded
from tests.simulator.feeding import FedCall, call

AGENT = "+13125550111"
CALLBACK = 'recordingStatusCallback="/recording" recordingStatusCallbackEvent="in-progress completed absent"'


def talked(record: str, *, ringing: float = 4, talking: float = 30) -> FedCall:
    """A dialled call that was answered and has been talked to for so long."""
    fed = call(f'<Dial action="/d" record="{record}" {CALLBACK}>{AGENT}</Dial>')
    fed.wait(ringing)
    fed.feed(Answered(), fed.rung[0])
    fed.wait(talking)
    return fed


@pytest.mark.parametrize(
    ("record", "seconds", "channels"),
    [
        ("true", 30, 1),
        ("record-from-answer", 30, 1),
        ("record-from-ringing", 34, 1),
        ("record-from-answer-dual", 30, 2),
        ("record-from-ringing-dual", 34, 2),
    ],
)
def test_from_when_and_how_it_is_recorded(record: str, seconds: int, channels: int) -> None:
    fed = talked(record)

    fed.feed(HungUp(), fed.rung[0])

    (recorded,) = fed.of(Recorded)
    assert (recorded.sid, recorded.seconds, recorded.channels) == (fed.sid, seconds, channels)
    assert fed.asked.params["RecordingUrl"] == recorded.url
    assert fed.told[-1].params["RecordingSource"] == "DialVerb"
    assert (fed.told[-1].params["RecordingTrack"], fed.told[-1].params["RecordingDuration"]) == ("both", str(seconds))
    assert fed.told[-1].params["CallSid"] == fed.sid


@pytest.mark.parametrize("record", ["do-not-record", "false"])
def test_nothing_is_recorded_unasked(record: str) -> None:
    fed = talked(record)

    fed.feed(HungUp(), fed.rung[0])

    assert fed.of(Recorded) == []
    assert "RecordingUrl" not in fed.asked.params
    assert fed.told == []


def test_the_recording_survives_the_callers_hang_up() -> None:
    fed = talked("record-from-answer")

    fed.hang_up()

    assert [recorded.seconds for recorded in fed.of(Recorded)] == [30]
    action = next(tell for tell in fed.told if tell.url.endswith("/d"))
    assert action.params["RecordingUrl"] == fed.of(Recorded)[0].url


@pytest.mark.parametrize(("record", "told"), [("record-from-ringing", ["in-progress", "absent"]), ("true", [])])
def test_a_dial_that_nobody_answers_leaves_no_recording(record: str, told: list[str]) -> None:
    fed = call(f'<Dial action="/d" record="{record}" {CALLBACK}>{AGENT}</Dial>')

    fed.feed(Declined("busy"), fed.rung[0])

    assert [tell.params["RecordingStatus"] for tell in fed.told] == told
    assert "RecordingUrl" not in fed.asked.params
