"""The clocks, and how long a sound lasts."""

import wave
from io import BytesIO

import pytest

from simulator.durations import seconds_of
from simulator.operator.clock import ManualClock, WallClock


def test_a_manual_clock_moves_forward_only() -> None:
    clock = ManualClock(100.0)

    clock.move_to(105.0)
    clock.move_to(101.0)

    assert clock.now() == 105.0


def test_a_wall_clock_follows_its_ticks_at_its_rate() -> None:
    ticks = [0.0]
    clock = WallClock(lambda: ticks[0], start=1000.0, rate=4.0)

    ticks[0] = 2.0
    assert clock.now() == 1008.0
    clock.set_rate(0.0)
    ticks[0] = 50.0
    assert clock.now() == 1008.0
    clock.set_rate(1.0)
    clock.move_to(1020.0)
    ticks[0] = 51.0
    assert clock.now() == 1021.0


def a_wav(seconds: float) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * int(8000 * seconds))
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "body", "seconds"),
    [
        ("audio/wav", a_wav(1.5), 1.5),
        ("audio/x-wav; charset=binary", a_wav(0.25), 0.25),
        ("audio/wav", b"RIFF?", None),
        ("audio/basic", b"\xff" * 4000, 0.5),
        ("audio/mpeg", b"\xff\xfb\x50\x00" + b"\0" * 7996, 1.0),
        ("audio/mpeg", b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\0" * 10 + b"\xff\xfb\x50\x00" + b"\0" * 7996, 1.0),
        ("audio/mpeg", b"not mp3", None),
        ("audio/mpeg", b"", None),
        ("audio/aiff", b"FORM", None),
    ],
)
def test_how_long_a_sound_lasts(kind: str, body: bytes, seconds: float | None) -> None:
    assert seconds_of(kind, body) == seconds
