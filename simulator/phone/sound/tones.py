"""Key tones and ringing as WAV. Computes samples; plays nothing.

Frequencies: ITU-T Q.23 for the keys; the North American plan for ringing (440 and 480 Hz, two seconds in six).
"""

import math
import wave
from array import array
from functools import lru_cache
from io import BytesIO

RATE = 8000
"""Samples a second, as on the telephone network."""
RINGING = (440, 480)
RING_SECONDS, RING_PERIOD = 2.0, 6.0
KEY_SECONDS = 0.15
_LOUDNESS = 0.2
_LOW, _HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_PAD = ("123A", "456B", "789C", "*0#D")
KEYS: dict[str, tuple[int, int]] = {
    key: (_LOW[row], _HIGH[column]) for row, keys in enumerate(_PAD) for column, key in enumerate(keys)
}
"""The two frequencies of each key, in hertz."""


@lru_cache(maxsize=32)
def key_tone(key: str) -> bytes:
    """The DTMF tone of one key as a WAV file; raises KeyError for what is no key."""
    return as_wav(samples(KEYS[key], KEY_SECONDS))


@lru_cache(maxsize=1)
def ringing() -> bytes:
    """One period of ringing as a WAV file: the tone, then silence."""
    silence = array("h", bytes(2 * int((RING_PERIOD - RING_SECONDS) * RATE)))
    return as_wav(samples(RINGING, RING_SECONDS) + silence)


def samples(frequencies: tuple[int, ...], seconds: float) -> "array[int]":
    """Signed 16-bit samples of these frequencies together, fading in and out over 5 ms so that nothing clicks."""
    count, edge = int(seconds * RATE), RATE // 200
    peak = 32767 * _LOUDNESS / len(frequencies)
    return array(
        "h",
        (
            round(min(1.0, at / edge, (count - at) / edge) * peak * _sum_of_sines(frequencies, at / RATE))
            for at in range(count)
        ),
    )


def as_wav(sound: "array[int]") -> bytes:
    """Mono WAV."""
    file = BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes(sound.tobytes())
    return file.getvalue()


def _sum_of_sines(frequencies: tuple[int, ...], moment: float) -> float:
    return sum(math.sin(2 * math.pi * frequency * moment) for frequency in frequencies)
