"""What was recorded, as real sound: WAV files rendered when they are asked for. A tone stands for what was said.

    operator.recordings.wav("RE…")

8 kHz, 16 bit, one channel (two for a Dial recorded `-dual`), exactly as long as Twilio's parameters say before
rounding; the same length gives the same bytes. Does no I/O: simulator/recordings_door.py serves them.
"""

import math
import struct
from collections.abc import Iterator

from simulator.vocabulary import Recorded

RATE = 8000
MOST = 10_000
"""Recordings remembered; the oldest go first."""
_PERIOD = 20
_LOUDNESS = 1500
_CHUNK_SECONDS = 10


class Recordings:
    """Remembers recordings by sid; only their lengths are kept, so that hours of them cost nothing."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Recorded] = {}

    def keep(self, recorded: Recorded) -> None:
        """Let this recording be fetched from now on."""
        self._by_sid[recorded.recording] = recorded
        if len(self._by_sid) > MOST:
            del self._by_sid[next(iter(self._by_sid))]

    def get(self, recording: str) -> Recorded | None:
        """Find the recording with that sid."""
        return self._by_sid.get(recording)

    def at(self, url: str) -> Recorded | None:
        """Find the recording with that URL, also with an extension: what a call plays back."""
        place = url.removesuffix(".wav").removesuffix(".mp3")
        recorded = self._by_sid.get(place.rpartition("/")[2])
        return recorded if recorded is not None and recorded.url == place else None

    def wav(self, recording: str) -> bytes | None:
        """Make its sound a whole WAV file; None when there is no such recording."""
        recorded = self.get(recording)
        return None if recorded is None else b"".join(wav_chunks(recorded.seconds, recorded.channels))


def wav_size(seconds: float, channels: int = 1) -> int:
    """Bytes of the WAV file of that length."""
    return 44 + _data_size(seconds, channels)


def wav_chunks(seconds: float, channels: int = 1) -> Iterator[bytes]:
    """Make a WAV file with a quiet tone of that length, in parts of ten seconds."""
    size = _data_size(seconds, channels)
    frame = 2 * channels
    layout = struct.pack("<HHIIHH", 1, channels, RATE, RATE * frame, frame, 16)
    yield b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt \x10\0\0\0" + layout + b"data" + struct.pack("<I", size)
    second = _tone(channels) * (RATE // _PERIOD)
    chunk = second * _CHUNK_SECONDS
    while size > 0:
        yield chunk[:size]
        size -= len(chunk)


def _data_size(seconds: float, channels: int) -> int:
    return round(seconds * RATE) * 2 * channels


def _tone(channels: int) -> bytes:
    """Compute one period of 400 Hz, the same on every channel."""
    samples = (round(_LOUDNESS * math.sin(2 * math.pi * place / _PERIOD)) for place in range(_PERIOD))
    return b"".join(struct.pack("<h", sample) * channels for sample in samples)
