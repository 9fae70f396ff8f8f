"""Recordings as sound: WAV files, and the loopback door through which an application fetches its RecordingUrl."""

import wave
from io import BytesIO
from urllib.parse import parse_qsl

import aiohttp
import pytest

from simulator.applications import Endpoint
from simulator.callers.handset import Handset
from simulator.errors import WrongUseError
from simulator.network import build_network
from simulator.operator.clock import ManualClock
from simulator.operator.operator import Operator
from simulator.recordings import Recordings
from simulator.recordings_door import served_recordings
from simulator.vocabulary import Heard, Recorded, Talked
from simulator.wires.wire import WireReply, WireRequest
from tests.simulator.feeding import CALLED, CALLER

RECORD = b'<Response><Record playBeep="false" action="/done" transcribe="true" transcribeCallback="/words"/></Response>'


def kept(seconds: float, channels: int = 1) -> bytes:
    recordings = Recordings()
    recordings.keep(Recorded("CA1", "RE1", "http://x/AC1/RE1", 0.0, seconds, "RecordVerb", channels))
    sound = recordings.wav("RE1")
    assert sound is not None
    return sound


@pytest.mark.parametrize(("seconds", "channels"), [(3.0, 1), (0.0, 1), (61.237, 2)])
def test_a_recording_is_a_wav_file_of_its_length(seconds: float, channels: int) -> None:
    with wave.open(BytesIO(kept(seconds, channels))) as sound:
        frames = sound.readframes(sound.getnframes())
        assert (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) == (8000, 2, channels)
        assert sound.getnframes() == round(seconds * 8000)
        assert len(frames) == sound.getnframes() * 2 * channels
        assert any(frames) == (seconds > 0)


def test_the_same_recording_has_the_same_bytes() -> None:
    assert kept(12.5) == kept(12.5)


def test_an_unknown_recording_has_no_sound() -> None:
    assert Recordings().wav("RE1") is None


class Application:
    """Records, and then plays what was recorded."""

    def __init__(self) -> None:
        self.requests: list[str] = []

    async def send(self, request: WireRequest) -> WireReply:
        self.requests.append(request.url)
        form = dict(parse_qsl(request.body.decode()))
        url = form.get("RecordingUrl")
        body = f"<Response><Play>{url}.wav</Play></Response>".encode() if url else RECORD
        return WireReply(200, [("Content-Type", "text/xml")], body, 0.0)


def a_line(application: Application) -> tuple[Operator, ManualClock]:
    clock = ManualClock()
    return build_network(Endpoint("http://app.example/voice", application), clock).operator, clock


async def test_a_recording_that_is_played_back_lasts_as_long_and_is_asked_of_nobody() -> None:
    application = Application()
    operator, clock = a_line(application)
    phone = Handset(operator, clock, CALLER)
    await phone.dial(CALLED)

    operator.receive(phone.record.sid, Talked(7.5))
    await phone.wait(60)

    (heard,) = [entry.item for entry in phone.record.heard]
    assert isinstance(heard, Heard)
    assert (heard.prompt.url, heard.seconds) == (f"{phone.record.recordings[0].url}.wav", 7.5)
    assert application.requests == ["http://app.example/voice", "http://app.example/done"]


async def test_the_words_of_a_recording_reach_the_application_after_the_call() -> None:
    application = Application()
    operator, clock = a_line(application)
    phone = Handset(operator, clock, CALLER)
    await phone.dial(CALLED)
    operator.receive(phone.record.sid, Talked(3.0))
    await phone.wait(60)
    (recorded,) = phone.record.recordings

    operator.transcribe(recorded.recording, "call me back")
    await phone.wait(0)

    assert application.requests[-1] == "http://app.example/words"
    with pytest.raises(WrongUseError, match="awaits no transcription"):
        operator.transcribe(recorded.recording, "twice")


async def test_an_application_can_fetch_what_was_recorded() -> None:
    operator, clock = a_line(Application())
    exchange, recordings = operator.exchange, operator.recordings
    async with served_recordings(recordings) as base:
        exchange.recordings_base = base
        phone = Handset(operator, clock, CALLER)
        await phone.dial(CALLED)
        operator.receive(phone.record.sid, Talked(4.0))
        await phone.wait(9)
        (recorded,) = phone.record.recordings

        async with aiohttp.ClientSession() as session:
            for extension in ("", ".wav"):
                async with session.get(recorded.url + extension) as reply:
                    assert (reply.status, reply.content_type) == (200, "audio/x-wav")
                    assert await reply.read() == recordings.wav(recorded.recording)
            async with session.head(recorded.url) as reply:
                assert reply.content_length == 44 + 4 * 8000 * 2
            async with session.get(f"{recorded.url}.mp3") as reply:
                assert reply.status == 501
                assert ".mp3 is not simulated" in (await reply.json())["message"]
            for url in (recorded.url[:-1] + "x", recorded.url.replace(exchange.account, "AC0")):
                async with session.get(url) as reply:
                    assert (reply.status, (await reply.json())["code"]) == (404, 20404)
    assert recorded.url.startswith("http://127.0.0.1:")
