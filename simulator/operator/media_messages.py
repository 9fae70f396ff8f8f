"""Twilio's messages of Media Streams on the wire, and the application's as events. Source: Twilio docs, Media Streams.

The sound is made here: silence, and a tone while the caller talks; a caller's real voice, and what is played to them
(`outbound`), is not carried.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NoBase64Error
from collections.abc import Iterator, Mapping
from math import log, pi, sin
from typing import Any

from simulator.foreign import whole, whole_json
from simulator.operator.signature import sign
from simulator.vocabulary import StreamFed, StreamSaid, StreamStarted
from simulator.wires.wire import Headers

USER_AGENT = "Twilio.TmeWs/1.0"
"""Of the handshake, as in published captures; applications accept sockets by it."""
FRAME_MILLISECONDS = 20
BYTES_A_SECOND = 8000
_SAMPLES = BYTES_A_SECOND * FRAME_MILLISECONDS // 1000


class MediaMessages:
    """Of one stream; counts its messages and frames."""

    def __init__(self, started: StreamStarted) -> None:
        self._started = started
        self._messages = 0
        self._frames = 0

    def headers(self, auth_token: str) -> Headers:
        return [("User-Agent", USER_AGENT), ("X-Twilio-Signature", sign(auth_token, self._started.url, None))]

    def opening(self) -> Iterator[str]:
        """What Twilio sends first."""
        yield _json({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        yield self._message("start", _start(self._started))

    def of(self, fed: StreamFed) -> Iterator[str]:
        """The messages for what is to be sent."""
        if fed.message == "dtmf":
            yield self._message("dtmf", {"track": "inbound_track", "digit": fed.text})
        elif fed.message == "mark":
            yield self._message("mark", {"name": fed.text})
        for _ in range(fed.frames):
            self._frames += 1
            timestamp = str((self._frames - 1) * FRAME_MILLISECONDS)
            for track in self._started.tracks:
                payload = _TONE if fed.is_talking and track == "inbound" else _SILENCE
                media = {"track": track, "chunk": str(self._frames), "timestamp": timestamp, "payload": payload}
                yield self._message("media", media)

    def closing(self) -> Iterator[str]:
        """What Twilio sends last."""
        yield self._message("stop", {"accountSid": self._started.account, "callSid": self._started.sid})

    def said(self, text: str | bytes) -> StreamSaid:
        """What a message of the application means; whatever is none of the protocol says what it was."""
        stream = self._started.stream
        if isinstance(text, bytes):
            return StreamSaid(stream, "malformed", name="a binary message")
        try:
            return _understood(stream, whole_json(text))
        except (ValueError, KeyError, TypeError, AttributeError, NoBase64Error, RecursionError):
            return StreamSaid(stream, "invalid", name=whole(text[:100]))

    def _message(self, event: str, content: Mapping[str, object]) -> str:
        self._messages += 1
        number, stream = str(self._messages), self._started.stream
        return _json({"event": event, "sequenceNumber": number, event: content, "streamSid": stream})


def _start(started: StreamStarted) -> dict[str, object]:
    return {
        "accountSid": started.account,
        "streamSid": started.stream,
        "callSid": started.sid,
        "tracks": list(started.tracks),
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": BYTES_A_SECOND, "channels": 1},
        "customParameters": dict(started.parameters),
    }


def _json(message: Mapping[str, object]) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


def _understood(stream: str, message: Any) -> StreamSaid:  # any JSON; whatever is not as it should be raises
    if message["streamSid"] != stream:
        raise ValueError("another stream")
    match message["event"]:
        case "media":
            sound = b64decode(message["media"]["payload"], validate=True)
            return StreamSaid(stream, "media", len(sound) / BYTES_A_SECOND)
        case "mark":
            name = message["mark"]["name"]
            if not isinstance(name, str):
                raise TypeError(name)
            return StreamSaid(stream, "mark", name=name)
        case "clear":
            return StreamSaid(stream, "clear")
        case _:
            raise ValueError("no message of the protocol")


def _mu_law(sample: float) -> int:
    """A sample from -1 to 1 as one byte of G.711 mu-law."""
    level = int(log(1 + 255 * abs(sample)) / log(256) * 127)
    return ~(level | (0x80 if sample < 0 else 0)) & 0xFF


_SILENCE = b64encode(b"\xff" * _SAMPLES).decode()
_TONE = b64encode(bytes(_mu_law(0.5 * sin(2 * pi * 400 * n / BYTES_A_SECOND)) for n in range(_SAMPLES))).decode()
"""400 Hz, whose periods fill a frame exactly."""
