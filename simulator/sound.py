"""How long a sound file lasts, as far as its bytes tell. Plays nothing."""

import wave
from io import BytesIO

_MPEG1_LAYER3_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)


def seconds_of(content_type: str, body: bytes) -> float | None:
    """Length in seconds to the millisecond; None when the format does not tell.

    WAV by its header, headerless mu-law by its 8000 bytes a second, MP3 by its size and the bit rate of its first
    frame (exact for a constant bit rate).
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("audio/wav", "audio/wave", "audio/x-wav"):
        return _wav(body)
    if kind in ("audio/ulaw", "audio/basic", "audio/x-mulaw"):
        return round(len(body) / 8000, 3)
    if kind == "audio/mpeg":
        return _mp3(body)
    return None


def _wav(body: bytes) -> float | None:
    try:
        with wave.open(BytesIO(body)) as sound:
            seconds: float = sound.getnframes() / sound.getframerate()
            return round(seconds, 3)
    except (wave.Error, EOFError, ZeroDivisionError):
        return None


def _mp3(body: bytes) -> float | None:
    start = 0
    if body[:3] == b"ID3" and len(body) > 10:
        start = 10 + (body[6] << 21 | body[7] << 14 | body[8] << 7 | body[9])
    header = body[start : start + 4]
    is_mpeg1_layer3 = len(header) == 4 and header[0] == 0xFF and header[1] & 0xFE == 0xFA
    rate = header[2] >> 4 if is_mpeg1_layer3 else 0
    if not 0 < rate < len(_MPEG1_LAYER3_KBPS):
        return None
    return round((len(body) - start) * 8 / (_MPEG1_LAYER3_KBPS[rate] * 1000), 3)
